"""Time counted while the clinic is open. A clinic whose hours are not known counts as always open.

Whatever the calendar says, nobody waits longer than `LONGEST`: told on a closed day is better than told late.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST = timedelta(hours=72)  # PROD; from Friday evening to Monday evening


def after(
    moment: datetime,
    span: timedelta,
    *,
    opens_at: time | None,
    closes_at: time | None,
    zone: ZoneInfo,
    closed_weekdays: Collection[int] = (),
    closed_dates: Collection[date] = (),
) -> datetime:
    """When `span` of opening time has passed since `moment`, in UTC; at the latest after `LONGEST`.

    Weekdays count from Monday, 0. Without hours every day that is not closed is open from midnight to
    midnight.
    """
    moment = moment.astimezone(UTC)
    latest = moment + LONGEST
    day = moment.astimezone(zone).date()
    while True:
        opens, closes = _moment(day, opens_at or time.min, zone), _moment(day, closes_at, zone)
        if opens >= latest:
            return latest
        begin = max(opens, moment)
        if begin < closes and day.weekday() not in closed_weekdays and day not in closed_dates:
            if begin + span <= closes:
                return min(begin + span, latest)
            span -= closes - begin
        day += timedelta(days=1)


def _moment(day: date, hour: time | None, zone: ZoneInfo) -> datetime:
    """In UTC. None: midnight at the end of the day."""
    if hour is None:
        day, hour = day + timedelta(days=1), time.min
    return datetime.combine(day, hour, tzinfo=zone).astimezone(UTC)
