"""When a reminder is due: once a local day and kind, never in quiet hours, whatever the clocks do (S45)."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab.clinical.reminders import ReminderKind, Wishes, at_hour, day_after, due, next_look
from tests.rehab.actions.test_weekly_clock import FIRST, ZONES, changes_of

ALL = frozenset(ReminderKind)
LONDON = ZoneInfo("Europe/London")
USUAL = Wishes(kinds=ALL, morning_hour=9, evening_hour=19, quiet_from=21, quiet_until=7)


def noted(
    start: datetime, end: datetime, wishes: Wishes, zone: ZoneInfo, run_end: datetime | None = None
) -> list[tuple[ReminderKind, date]]:
    """As the job meets them: it looks when it asked to look, and notes each kind and day that is new."""
    seen: list[tuple[ReminderKind, date]] = []
    moment: datetime | None = start
    while moment is not None and moment < end:
        for one in due(moment, wishes, zone, run_end):
            if (one.kind, one.day) not in seen:
                seen.append((one.kind, one.day))
        moment = next_look(moment, wishes, zone, run_end)
    return seen


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.check("S45")
def test_each_kind_exactly_once_a_local_day_through_every_change_of_the_clocks(
    name: str, tried: Callable[..., None]
) -> None:
    """S45: 10 zones, every change from 2025 to 2028, hours in and beside the gap."""
    zone, count = ZoneInfo(name), 0
    for change in changes_of(zone) or [datetime(2026, 6, 1, tzinfo=UTC)]:
        local_day = change.astimezone(zone).date()
        for hour in (0, 1, 2, 3, 9, 19, 23):
            wishes = Wishes(
                kinds=ALL, morning_hour=hour, evening_hour=(hour + 1) % 24, quiet_from=0, quiet_until=0
            )
            start = at_hour(local_day - timedelta(days=3), 12, zone)
            end = at_hour(local_day + timedelta(days=4), 12, zone)
            found = noted(start, end, wishes, zone)
            for kind in (ReminderKind.MORNING, ReminderKind.EVENING):
                days = [day for one, day in found if one is kind]
                whole = [local_day + timedelta(days=days) for days in range(-2, 4)]
                assert set(whole) <= set(days), (name, change, hour, kind)
                assert max(Counter(days).values()) == 1
                count += 1
    tried("S45", zones_of_reminders=1, spans=count)
    assert count >= 14


@pytest.mark.parametrize("name", ZONES)
def test_the_day_after_counts_real_hours_through_every_change_of_the_clocks(name: str) -> None:
    zone = ZoneInfo(name)
    wishes = Wishes(kinds=ALL, morning_hour=9, evening_hour=19, quiet_from=0, quiet_until=0)
    for change in changes_of(zone) or [datetime(2026, 6, 1, tzinfo=UTC)]:
        for hours in (1, 6, 12, 20):
            run_end = change - timedelta(hours=hours)
            assert day_after(run_end, wishes, zone) == run_end + timedelta(hours=24)
            found = noted(run_end, run_end + timedelta(hours=40), wishes, zone, run_end)
            assert [kind for kind, _ in found].count(ReminderKind.DAY_AFTER) == 1


@pytest.mark.twin("S45")
def test_the_check_without_the_day_would_send_twice() -> None:
    """The twin: noted by moment alone, the hour that comes twice would be two reminders for a naive clock."""
    zone = ZoneInfo("Europe/Berlin")
    day = date(2026, 10, 25)
    naive = {at_hour(day, 2, zone), datetime(2026, 10, 25, 2, tzinfo=zone, fold=1).astimezone(UTC)}
    assert len(naive) == 2
    wishes = Wishes(kinds=ALL, morning_hour=2, evening_hour=20, quiet_from=0, quiet_until=0)
    found = noted(at_hour(day, 0, zone), at_hour(day, 12, zone), wishes, zone)
    assert found.count((ReminderKind.MORNING, day)) == 1


def test_nothing_is_due_in_quiet_hours_and_nothing_long_after_its_moment() -> None:
    at_nine = at_hour(date(2026, 11, 23), 9, LONDON)
    quiet = Wishes(kinds=ALL, morning_hour=9, evening_hour=19, quiet_from=8, quiet_until=10)
    assert [one.kind for one in due(at_nine, USUAL, LONDON, None)] == [ReminderKind.MORNING]
    assert due(at_nine, quiet, LONDON, None) == []
    assert due(at_nine - timedelta(microseconds=1), USUAL, LONDON, None) == []
    assert due(at_nine + timedelta(hours=3) - timedelta(microseconds=1), USUAL, LONDON, None)
    assert due(at_nine + timedelta(hours=3), USUAL, LONDON, None) == []


def test_only_the_kinds_that_are_wanted() -> None:
    none = Wishes(kinds=frozenset(), morning_hour=9, evening_hour=19, quiet_from=21, quiet_until=7)
    now = at_hour(date(2026, 11, 23), 9, LONDON)
    assert due(now, none, LONDON, None) == []
    assert next_look(now, none, LONDON, None) is None


@pytest.mark.parametrize(
    ("ended", "reminded"),
    [
        ("2026-11-22 18:30", "2026-11-23 18:30"),  # outside: 24 hours on
        ("2026-11-22 06:00", "2026-11-23 07:00"),  # quiet: as soon as it ends, still within 28 hours
        ("2026-11-22 22:00", "2026-11-23 20:30"),  # quiet until 33 hours on: before it begins
        ("2026-11-22 20:59", "2026-11-23 20:59"),
        ("2026-11-22 21:00", "2026-11-23 20:30"),
    ],
)
def test_in_quiet_hours_it_comes_beside_them_while_the_check_still_counts(ended: str, reminded: str) -> None:
    moment = datetime.fromisoformat(ended).replace(tzinfo=LONDON)
    assert day_after(moment, USUAL, LONDON) == datetime.fromisoformat(reminded).replace(tzinfo=LONDON)


@given(
    st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    st.integers(0, 23),
    st.integers(0, 23),
    st.sampled_from(ZONES),
)
def test_the_day_after_is_never_before_the_check_opens_and_hardly_ever_quiet(
    run_end: datetime, quiet_from: int, quiet_until: int, name: str
) -> None:
    zone = ZoneInfo(name)
    wishes = Wishes(
        kinds=ALL, morning_hour=9, evening_hour=19, quiet_from=quiet_from, quiet_until=quiet_until
    )
    at = day_after(run_end, wishes, zone)
    assert at >= run_end + timedelta(hours=20)
    assert at - run_end <= timedelta(hours=49)
    for one in due(at, wishes, zone, run_end):
        assert not wishes.is_quiet(at.astimezone(zone).hour), one
