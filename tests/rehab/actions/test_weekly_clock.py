"""When the weekly mail is due: once an ISO week at the chosen local hour, whatever the clocks do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from rehab.actions.weekly import next_due

ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",  # changes at midnight
    "Australia/Lord_Howe",  # changes by half an hour
    "Africa/Casablanca",  # changes around Ramadan
    "Pacific/Auckland",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "UTC",
)
FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


def changes_of(zone: ZoneInfo) -> list[datetime]:
    """Every moment from 2025 to 2028 at which the clocks of the zone change, to the hour."""
    found, moment = [], FIRST
    while moment < LAST:
        later = moment + timedelta(hours=1)
        if moment.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            found.append(later)
        moment = later
    return found


def steps(start: datetime, end: datetime, *, weekday: int, hour: int, zone: ZoneInfo) -> list[datetime]:
    """Every due time in the span, as the job would meet them: the next one is asked for when one has come."""
    found, moment = [], start
    while (moment := next_due(now=moment, weekday=weekday, hour=hour, zone=zone)) < end:
        found.append(moment)
    return found


def test_monday_at_seven_in_the_clinics_own_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    sunday = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    assert next_due(now=sunday, weekday=0, hour=7, zone=berlin) == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_the_moment_itself_is_past() -> None:
    zone = ZoneInfo("Europe/London")
    due = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert next_due(now=due, weekday=0, hour=7, zone=zone) == due + timedelta(days=7)
    assert next_due(now=due - timedelta(microseconds=1), weekday=0, hour=7, zone=zone) == due


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.check("S45")
def test_once_an_iso_week_through_every_change_of_the_clocks(name: str, tried: Callable[..., None]) -> None:
    """S45: 10 zones, every change from 2025 to 2028, hours in and beside the gap, each weekday around it."""
    zone = ZoneInfo(name)
    count = 0
    for change in changes_of(zone) or [datetime(2026, 6, 1, tzinfo=UTC)]:
        local = change.astimezone(zone)
        for weekday in (local.weekday(), (local.weekday() + 6) % 7, 0):
            for hour in (0, 1, 2, 3, 7, 23):
                dues = steps(
                    change - timedelta(days=15),
                    change + timedelta(days=15),
                    weekday=weekday,
                    hour=hour,
                    zone=zone,
                )
                weeks = [due.astimezone(zone).isocalendar()[:2] for due in dues]
                assert len(set(weeks)) == len(weeks), (change, weekday, hour)
                assert len(weeks) in (4, 5)
                assert all(due.astimezone(zone).weekday() == weekday for due in dues)
                gaps = {later - sooner for sooner, later in pairwise(dues)}
                assert all(abs(gap - timedelta(days=7)) <= timedelta(hours=2) for gap in gaps)
                count += 1
    assert count >= 18
    tried("S45", zones_of_summaries=1, weeks_looked_at=count)


def test_the_local_hour_holds_except_inside_the_skipped_hour() -> None:
    zone = ZoneInfo("Europe/Berlin")
    dues = steps(FIRST, LAST, weekday=6, hour=2, zone=zone)
    odd = [due.astimezone(zone) for due in dues if due.astimezone(zone).hour != 2]
    assert [(due.month, due.hour) for due in odd] == [(3, 3)] * 4  # the last Sunday of March, once a year
