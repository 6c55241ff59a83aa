"""Local days in the runner's own zone, across clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rehab.clinical.said import said


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """ValueError when the zone is not known."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone.") from error


def local_day(moment: datetime, time_zone: str) -> date:
    return moment.astimezone(zone(time_zone)).date()


def start_of_day(day: date, time_zone: str) -> datetime:
    """The first moment of a local day, in UTC. Where the clock jumps over midnight: the jump."""
    return datetime.combine(day, time.min, zone(time_zone)).astimezone(UTC)


def next_midnight(now: datetime, time_zone: str) -> datetime:
    """The start of the next local day after `now`."""
    return start_of_day(local_day(now, time_zone) + timedelta(days=1), time_zone)


def short(day: date) -> str:
    """For the physio, such as Wed 25 Nov."""
    return f"{day:%a} {day.day} {day:%b}"


def spoken(day: date, today: date) -> str:
    """A day as people say it: a weekday within the last six days, else with its date."""
    age = (today - day).days
    if age == 0:
        return said("today")
    if age == 1:
        return said("yesterday")
    if 1 < age < 7:
        return f"{day:%A}"
    return said("{weekday} {day} {month}", weekday=f"{day:%A}", day=day.day, month=f"{day:%B}")
