"""Outcome questions come at their weeks, for each leg, and never twice for the same point."""

from datetime import date, timedelta

import pytest

from assessments.clinical.instruments import Instrument
from assessments.clinical.score_schedule import Question, Taken, at
from assessments.clinical.sides import Side

START = date(2026, 9, 1)
LEFT = (Side.LEFT,)


@pytest.mark.parametrize(
    ("days", "week"), [(-1, 0), (0, 0), (41, 0), (42, 6), (83, 6), (84, 12), (167, 12), (168, 24), (400, 24)]
)
def test_a_point_is_due_from_its_week_on_until_the_next(days: int, week: int) -> None:
    schedule = at(START, START + timedelta(days=days), LEFT)
    assert schedule.week == week
    assert schedule.since == START + timedelta(weeks=week)
    assert (schedule.next_on is None) is (week == 24)


@pytest.mark.parametrize(
    ("week", "asked"),
    [
        (0, {Instrument.MORNING_STIFFNESS, Instrument.PSFS, Instrument.VISA_A}),
        (6, {Instrument.MORNING_STIFFNESS, Instrument.PSFS, Instrument.GROC, Instrument.VISA_A}),
        (12, {Instrument.MORNING_STIFFNESS, Instrument.PSFS, Instrument.GROC, Instrument.VISA_A}),
        (24, {Instrument.MORNING_STIFFNESS, Instrument.VISA_A}),
    ],
)
def test_each_point_has_its_own_scores(week: int, asked: set[Instrument]) -> None:
    schedule = at(START, START + timedelta(weeks=week), LEFT)
    assert {one.instrument for one in schedule.questions} == asked


def test_a_score_of_one_leg_is_asked_for_each() -> None:
    schedule = at(START, START, (Side.LEFT, Side.RIGHT))
    sides = [one.side for one in schedule.questions if one.instrument is Instrument.VISA_A]
    assert sides == [Side.LEFT, Side.RIGHT]


@pytest.mark.parametrize(("days_before", "is_open"), [(0, False), (1, True)])
def test_an_answer_of_an_earlier_point_does_not_count(days_before: int, is_open: bool) -> None:
    schedule = at(START, START + timedelta(weeks=6, days=3), LEFT)
    on = schedule.since - timedelta(days=days_before)
    asked = Question(Instrument.VISA_A, Side.LEFT)
    assert (asked in schedule.open([Taken(Instrument.VISA_A, Side.LEFT, on)])) is is_open
    assert asked in schedule.open([Taken(Instrument.VISA_A, Side.RIGHT, on)])
