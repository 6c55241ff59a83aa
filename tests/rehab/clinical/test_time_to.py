"""Time to a milestone, against cases worked by hand."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehab.clinical.time_to import Course, Ending, Step, curve, day_of, share_by

REACHED, CLOSED, NOT_YET = Ending.REACHED, Ending.CLOSED_BEFORE, Ending.NOT_YET


def courses(*told: tuple[int, Ending]) -> list[Course]:
    return [Course(days, ending) for days, ending in told]


def test_with_nobody_closed_it_is_one_minus_kaplan_meier():
    """Five cases: 4 of 5, then of the 3 still watched 2 of 3: 1 - 4/5 x 2/3 = 7/15."""
    told = courses((10, REACHED), (20, NOT_YET), (30, REACHED), (40, NOT_YET), (50, NOT_YET))
    assert curve(told) == (Step(10, 5, 0.2), Step(30, 3, round(7 / 15, 9)))


def test_whoever_was_closed_before_can_no_longer_reach_it():
    """Four cases, one closed first: 0 + 3/4 x 1/3 = 1/4, then 1/2. Kaplan-Meier would say 1/3, then 2/3."""
    told = courses((5, CLOSED), (10, REACHED), (20, REACHED), (30, NOT_YET))
    assert [(step.day, step.share) for step in curve(told)] == [(5, 0.0), (10, 0.25), (20, 0.5)]


def test_on_one_day_all_who_were_watched_that_morning_are_at_risk():
    """2 of 5; the two fifths who are neither there nor closed by then are the one that reaches it later."""
    told = courses((10, REACHED), (10, REACHED), (10, NOT_YET), (10, CLOSED), (20, REACHED))
    assert curve(told) == (Step(10, 5, 0.4), Step(20, 1, 0.8))


def test_with_nobody_left_out_the_share_is_a_plain_fraction():
    told = courses(*[(day, REACHED) for day in range(1, 8)], (9, CLOSED), (9, CLOSED), (9, CLOSED))
    steps = curve(told)
    assert share_by(steps, 100) == pytest.approx(0.7)
    assert [share_by(steps, day) for day in (0, 1, 4)] == pytest.approx([0, 0.1, 0.4])


@pytest.mark.parametrize(("share", "day"), [(0.25, 3), (0.5, 5), (0.7, 7), (0.71, None)])
def test_a_quantile_is_the_first_day_by_which_the_share_had_reached_it(share, day):
    told = courses(*[(day, REACHED) for day in range(1, 8)], (9, CLOSED), (9, CLOSED), (9, CLOSED))
    step = day_of(curve(told), share)
    assert (step and step.day) == day


def test_nobody_has_no_curve():
    assert curve([]) == ()
    assert day_of((), 0.5) is None
    assert share_by((), 10) == 0


def test_less_than_no_days_is_refused():
    with pytest.raises(ValueError, match="less than no days"):
        curve(courses((-1, NOT_YET)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
@given(st.lists(st.builds(Course, st.integers(0, 60), st.sampled_from(Ending)), max_size=40))
def test_the_share_never_falls_and_never_passes_one(told):
    shares = [step.share for step in curve(told)]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    if told and all(one.ending is not NOT_YET for one in told):
        plain = sum(one.ending is REACHED for one in told) / len(told)
        assert shares[-1] == pytest.approx(plain)
