"""The next due moment, proven by brute force: minute by minute nothing changes before it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.history import ReportKind
from rehab.clinical.local_time import next_midnight, start_of_day
from tests.rehab.clinical.cases import FIRST_DAY, LEFT, RIGHT, Diary, in_stage
from tests.rehab.clinical.strategies import diaries

MINUTE = timedelta(minutes=1)


def answer(evaluation: Evaluation) -> Evaluation:
    """All that was said, without the moment it was said at."""
    return replace(evaluation, at=datetime(2000, 1, 1, tzinfo=UTC))


def _hills() -> Diary:
    diary = in_stage(5)
    diary.exercises()
    diary.run(0, 1, hour=9.37, minutes=40, hills=True)
    diary.say(1, 0, hour=7)
    return diary


def _silent_after_a_stop() -> Diary:
    diary = in_stage(4, sides=(LEFT, RIGHT))
    diary.run(0, {LEFT: 3, RIGHT: 1}, hour=18.61)
    diary.say(1, {LEFT: 1, RIGHT: 0}, hour=17)
    diary.say(2, 0, hour=6)
    return diary


def _late_and_missing() -> Diary:
    diary = in_stage(3)
    diary.run(0, 2, hour=23.9)
    diary.run(1, 5, hour=12, received=30)
    diary.say(2, 0, hour=11, kind=ReportKind.PRE_RUN, received=5)
    return diary


@pytest.mark.parametrize(
    "write", [_hills, _silent_after_a_stop, _late_and_missing], ids=lambda one: one.__name__
)
def test_minute_by_minute_for_three_days_nothing_changes_before_the_due_moment(
    write: Callable[[], Diary],
) -> None:
    diary = write()
    history, plan = diary.history(), diary.plan()
    now, end = diary.moment(0, 8), diary.moment(3, 8)
    held = evaluate(history, plan, now)
    changes = 0
    while now < end:
        now += MINUTE
        assert held.next_due_at is not None
        evaluation = evaluate(history, plan, now)
        if now < held.next_due_at:
            assert answer(evaluation) == answer(held), now
            continue
        changes += answer(evaluation) != answer(held)
        held = evaluation
    assert changes >= 4  # the test has seen something change


@settings(max_examples=40, deadline=None)
@given(diaries(), st.integers(0, 18 * 24 * 60), st.lists(st.floats(0, 0.999), min_size=6, max_size=6))
def test_at_random_moments_before_it_and_just_before_it_nothing_has_changed(
    diary: Diary, minute: int, shares: list[float]
) -> None:
    assume(not diary.record_only)  # nothing is decided there, so no sweep has to look again
    history, plan = diary.history(), diary.plan()
    now = diary.moment(0, 0) + timedelta(minutes=minute)
    held = evaluate(history, plan, now)
    assert held.next_due_at is not None
    assert held.next_due_at > now
    span = held.next_due_at - now
    for moment in [now + span * share for share in shares] + [held.next_due_at - timedelta(microseconds=1)]:
        assert answer(evaluate(history, plan, moment)) == answer(held)


def test_it_looks_at_most_at_one_midnight_a_day_and_the_edges_of_the_last_run() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    now, looks = diary.moment(0, 9), 0
    while now < diary.moment(30):
        due = evaluate(diary.history(), diary.plan(), now).next_due_at
        assert due is not None
        now, looks = due, looks + 1
    assert looks <= 31 + 10  # the midnights up to the first one after the span, and ten edges


def test_nothing_is_due_when_time_can_change_nothing() -> None:
    assert Diary().at(0).next_due_at is None


def test_midnight_is_the_runners_own_across_clock_changes() -> None:
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_midnight(spring, "Europe/Berlin") == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert next_midnight(spring + timedelta(hours=12), "Europe/Berlin") == datetime(
        2026, 3, 29, 22, tzinfo=UTC
    )
    skipped = start_of_day(
        datetime(2026, 4, 24, tzinfo=UTC).date(), "Africa/Cairo"
    )  # the clock jumps at midnight
    assert skipped == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_a_day_of_25_hours_keeps_elapsed_hours_and_local_days_apart() -> None:
    diary = in_stage(3)
    shift = (datetime(2026, 10, 24, tzinfo=UTC).date() - FIRST_DAY).days
    diary.run(shift, 1, hour=10)
    diary.say(shift + 1, 1, hour=8.9)  # an hour later by the clock of the wall: 23.9 hours have passed
    evaluation = diary.at(shift + 1, 11)
    assert evaluation.next_due_at is not None
    assert not evaluation.running.decision.may_run
