"""When a runner is reminded: by their own clock, never in their quiet hours, each kind once a local day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

A_DAY = timedelta(hours=24)
WINDOW_OPENS, WINDOW_CLOSES = (
    timedelta(hours=20),
    timedelta(hours=28),
)  # the 24-hour check counts in full (A2)
BEFORE_QUIET = timedelta(minutes=30)
STILL_WORTH = timedelta(hours=3)  # later than this after its moment a reminder is no longer sent


class ReminderKind(StrEnum):
    """What is asked for: the morning check, the check a day after a run, the evening's sets."""

    MORNING = "MORNING"
    DAY_AFTER = "DAY_AFTER"
    EVENING = "EVENING"


@dataclass(frozen=True)
class Wishes:
    """Hours are of the runner's own day, 0-23. Quiet from `quiet_from` up to `quiet_until`; equal: never."""

    kinds: frozenset[ReminderKind]
    morning_hour: int
    evening_hour: int
    quiet_from: int
    quiet_until: int

    def is_quiet(self, hour: int) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


@dataclass(frozen=True)
class Moment:
    """One reminder: `day` is the runner's local day, and makes it the only one of its kind on that day."""

    kind: ReminderKind
    day: date
    at: datetime


def due(now: datetime, wishes: Wishes, zone: ZoneInfo, last_run_end: datetime | None) -> list[Moment]:
    """Those whose moment has come and that are still worth sending now."""
    if wishes.is_quiet(now.astimezone(zone).hour):
        return []
    return [
        one
        for one in _moments(now, wishes, zone, last_run_end)
        if one.kind in wishes.kinds and one.at <= now < one.at + STILL_WORTH
    ]


def next_look(
    now: datetime, wishes: Wishes, zone: ZoneInfo, last_run_end: datetime | None
) -> datetime | None:
    """When something may be due next; twice a day at least, so that a run logged meanwhile is found."""
    if not wishes.kinds:
        return None
    return min(one.at for one in _moments(now, wishes, zone, last_run_end) if one.at > now)


def _moments(
    now: datetime, wishes: Wishes, zone: ZoneInfo, last_run_end: datetime | None
) -> Iterator[Moment]:
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=days) for days in (-1, 0, 1, 2)):
        yield Moment(ReminderKind.MORNING, day, at_hour(day, wishes.morning_hour, zone))
        yield Moment(ReminderKind.EVENING, day, at_hour(day, wishes.evening_hour, zone))
    if last_run_end is not None:
        at = day_after(last_run_end, wishes, zone)
        yield Moment(ReminderKind.DAY_AFTER, at.astimezone(zone).date(), at)


def at_hour(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """In UTC. An hour that the clocks skip falls after the gap; of one that comes twice the first counts."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def day_after(run_end: datetime, wishes: Wishes, zone: ZoneInfo) -> datetime:
    """24 hours after the run; in quiet hours the nearest moment beside them at which the check counts."""
    wanted = run_end.astimezone(UTC) + A_DAY
    local = wanted.astimezone(zone)
    if not wishes.is_quiet(local.hour):
        return wanted
    ends_on = local.date() + timedelta(days=local.hour >= wishes.quiet_until)
    after = at_hour(ends_on, wishes.quiet_until, zone)
    if after <= run_end + WINDOW_CLOSES:
        return after
    begins_on = local.date() - timedelta(days=local.hour < wishes.quiet_from)
    before = at_hour(begins_on, wishes.quiet_from, zone) - BEFORE_QUIET
    return before if before >= run_end + WINDOW_OPENS else after
