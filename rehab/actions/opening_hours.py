"""Time counted while the clinic is open. A clinic whose hours are not known counts as always open."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def after(
    moment: datetime, span: timedelta, *, opens_at: time | None, closes_at: time | None, zone: ZoneInfo
) -> datetime:
    """When `span` of opening time has passed since `moment`, in UTC.

    Every day counts: which days a clinic closes is not known, and too early is the safe side.
    """
    if opens_at is None or closes_at is None:
        return moment + span
    day = moment.astimezone(zone).date()
    while True:
        opens, closes = (
            datetime.combine(day, hour, tzinfo=zone).astimezone(UTC) for hour in (opens_at, closes_at)
        )
        begin = max(opens, moment)
        if begin < closes:
            if begin + span <= closes:
                return begin.astimezone(UTC) + span
            span -= closes - begin
        day += timedelta(days=1)
