"""The load diary: weeks, the longest run, what was new, shoes and a break, with the edges of each rule."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from assessments.clinical.sides import Side
from rehab.clinical.history import Run, WarmUp
from rehab.clinical.load_diary import LoadDiary, Mark, keep
from rehab.clinical.thresholds import resolve

TODAY = date(2026, 11, 22)


def run(days_ago: int, metres: int | None = 5000, **said: object) -> Run:
    day = TODAY - timedelta(days=days_ago)
    at = datetime.combine(day, time(18), tzinfo=UTC)
    return Run(
        id=f"{days_ago}-{metres}",
        at=at,
        received_at=at,
        local_date=day,
        pain={Side.LEFT: 1},
        warm_up={Side.LEFT: WarmUp.RESOLVED},
        distance_m=metres,
        **{"minutes": 30} | said,
    )


def diary(*runs: Run, counts: bool = True) -> LoadDiary:
    return keep(runs, TODAY, resolve({}), weekly_rule_on=lambda _: counts)


def marks(*runs: Run, counts: bool = True) -> set[Mark]:
    return {mark for day, mark in diary(*runs, counts=counts).marks if day == TODAY}


def test_weeks_are_seven_local_days_and_the_last_one_ends_today() -> None:
    told = diary(run(0), run(6, 1000), run(7, 2000), run(14, None))
    assert [(week.minutes, week.metres, week.runs) for week in told.weeks[-3:]] == [
        (30, None, 1),  # a distance that was not said is not zero
        (30, 2000, 1),
        (60, 6000, 2),
    ]
    assert len(told.weeks) == 12
    assert told.weeks[-1].ends_on == TODAY


def test_the_line_of_the_week_is_a_tenth_over_the_one_before_once_weeks_count() -> None:
    assert diary(run(0), run(7, 10_000)).room_m == 11_000
    assert diary(run(0), run(7, 10_000), counts=False).room_m is None
    assert diary(run(0), run(7, None)).room_m is None
    assert diary(run(0)).room_m is None


@pytest.mark.parametrize(("metres", "big"), [(10_999, False), (11_000, False), (11_001, True)])
def test_exactly_a_tenth_passes(metres: int, big: bool) -> None:
    assert (Mark.BIG_WEEK in marks(run(8, 10_000), run(0, metres))) is big
    assert Mark.BIG_WEEK not in marks(run(8, 10_000), run(0, metres), counts=False)


@pytest.mark.parametrize(("metres", "long"), [(5500, False), (5501, True)])
def test_a_run_over_a_tenth_longer_than_the_longest_of_thirty_days(metres: int, long: bool) -> None:
    assert (Mark.LONG_RUN in marks(run(30, 5000), run(0, metres))) is long
    assert Mark.LONG_RUN not in marks(run(31, 5000), run(0, metres))  # nothing to compare with


@pytest.mark.parametrize("what", ["hills", "speed"])
@pytest.mark.parametrize(("before", "new"), [(28, False), (29, True)])
def test_hills_and_speed_are_new_after_28_days_without(what: str, before: int, new: bool) -> None:
    told = diary(run(before, **{what: True}), run(0, **{what: True}))
    assert (getattr(told, f"new_{what}_on") == TODAY) is new


def test_what_was_new_is_no_news_after_a_week() -> None:
    assert diary(run(6, hills=True)).new_hills_on == TODAY - timedelta(days=6)
    assert diary(run(7, hills=True)).new_hills_on is None


def test_lower_shoes_have_a_share_that_grows_and_higher_ones_are_free() -> None:
    told = diary(run(20, shoe_drop_mm=10), run(2, shoe_drop_mm=4), run(0, shoe_drop_mm=10)).shoes
    assert told is not None
    assert (told.old_drop_mm, told.new_drop_mm, told.share, told.allowed_share) == (10, 4, 50, 15)
    assert told.full_on == TODAY + timedelta(days=88)
    assert diary(run(20, shoe_drop_mm=4), run(0, shoe_drop_mm=10)).shoes is None
    assert Mark.LOWER_SHOE in marks(run(20, shoe_drop_mm=10), run(0, shoe_drop_mm=4))
    assert Mark.LOWER_SHOE not in marks(run(20, shoe_drop_mm=4), run(0, shoe_drop_mm=10))
    assert diary(run(3), run(0)).shoes is None


@pytest.mark.parametrize(("off", "back"), [(13, False), (14, True)])
def test_a_break_of_fourteen_days_is_watched_for_28(off: int, back: bool) -> None:
    told = diary(run(off + 5), run(5))
    assert (told.back_on == TODAY - timedelta(days=5)) is back
    assert told.break_days == (off if back else 0)
    assert diary(run(43), run(28)).back_on is not None
    assert diary(run(44), run(29)).back_on is None


def test_the_longest_run_is_of_the_last_thirty_days() -> None:
    told = diary(run(30, 20_000), run(29, 9000), run(0, 5000)).longest
    assert told is not None
    assert told.distance_m == 9000
    assert diary().longest is None
    assert diary().marks == ()
