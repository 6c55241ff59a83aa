"""Worsening, stalled, silent, load, dose: each rule alone, row by row."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from assessments.clinical.classification import TendinopathyType
from rehab.clinical import adherence, dose, load, maintenance, silence, stalled, worsening
from rehab.clinical.answer24h import Answer48h, Reply, judge_48h
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.thresholds import Limits
from tests.rehab.clinical.tables import ids, rows

LIMITS = Limits()
ROWS = rows("flags.csv")


def _named(holds: bool, name: str) -> str:
    return name if holds else "NONE"


def _sessions(sessions: list[list[int]]) -> str:
    made = [worsening.Session(score, minutes, bool(hard)) for score, minutes, hard in sessions]
    return worsening.rising_sessions(made, LIMITS)


def _stalled(site: str, **said: Any) -> str:
    return stalled.judge(site=TendinopathyType(site), limits=LIMITS, **said)


def _adherence(reps_done: list[int], **said: int) -> str:
    return str(adherence.percent(reps_done, **said))


def _stage_stalled(**said: Any) -> str:
    return _named(silence.stage_stalled(limits=LIMITS, **said), "STAGE_STALLED")


RULES: dict[str, Callable[..., str]] = {
    "worsening_sessions": _sessions,
    "weekly_pain": lambda **said: worsening.rising_weeks(limits=LIMITS, **said),
    "repeat_24h": lambda sessions: worsening.repeatedly_unsettled(
        [worsening.Unsettled(*one) for one in sessions], LIMITS
    ),
    "stalled": _stalled,
    "silence": lambda **said: silence.silence(limits=LIMITS, **said),
    "stage_stalled": _stage_stalled,
    "missing": lambda count: _named(silence.too_many_missing(count, LIMITS), "MISSING_24H"),
    "regressions": lambda count: _named(silence.recurrent_regression(count, LIMITS), "RECURRENT_REGRESSION"),
    "score": lambda before, now: _named(silence.score_declined(before, now, LIMITS), "PROM_DECLINE"),
    "reopen": lambda count: _named(maintenance.proposes_reopening(count, LIMITS), "REOPEN"),
    "week_load": lambda **said: load.week_load(limits=LIMITS, **said),
    "session_spike": lambda **said: load.session_spike(limits=LIMITS, **said),
    "break": lambda **said: load.return_after_break(limits=LIMITS, **said),
    "shoe": lambda **said: load.shoe_transition(limits=LIMITS, **said),
    "exercise_pain": lambda pain, previous_also: dose.severe_pain(
        pain, previous_also=previous_also, limits=LIMITS
    ),
    "start_volume": lambda **said: dose.start_volume(**said),
    "adherence": _adherence,
}


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['rule']} {name}" for row, name in zip(ROWS, ids(ROWS), strict=True)]
)
def test_each_rule_answers_as_written(row: dict[str, str]) -> None:
    assert RULES[row["rule"]](**json.loads(row["inputs"])) == row["flag"]


def test_every_rule_has_a_row() -> None:
    assert {row["rule"] for row in ROWS} == set(RULES)


@pytest.mark.parametrize(
    ("hours", "pain", "status", "expected"),
    [
        (43.9, 0, Answer24h.YES, Answer48h.UNKNOWN),
        (44, 0, Answer24h.YES, Answer48h.PASS),
        (56, 0, Answer24h.YES, Answer48h.PASS),
        (84, 0, Answer24h.YES, Answer48h.PASS),
        (84.1, 0, Answer24h.YES, Answer48h.UNKNOWN),
        (48, 1, Answer24h.YES, Answer48h.FAIL),
        (48, 0, Answer24h.NO, Answer48h.FAIL),
        (48, 0, Answer24h.YES_LATE, Answer48h.MISSING),
        (48, 0, Answer24h.MISSING, Answer48h.MISSING),
    ],
)
def test_the_first_hills_pass_at_24_and_48_hours_only(
    hours: float, pain: int, status: Answer24h, expected: Answer48h
) -> None:
    replies = [Reply(hours, pain, True)]
    assert judge_48h(replies, status_24h=status, baseline=0, hours_now=83, limits=LIMITS) is expected


def test_a_run_within_48_hours_of_the_first_hills_fails_them() -> None:
    replies = [Reply(48, 0, True)]
    result = judge_48h(
        replies, status_24h=Answer24h.YES, baseline=0, hours_now=50, limits=LIMITS, run_within_48h=True
    )
    assert result is Answer48h.FAIL


def test_no_48_hour_answer_is_missing_after_84_hours() -> None:
    assert (
        judge_48h([], status_24h=Answer24h.YES, baseline=0, hours_now=83.9, limits=LIMITS)
        is Answer48h.UNKNOWN
    )
    assert (
        judge_48h([], status_24h=Answer24h.YES, baseline=0, hours_now=84, limits=LIMITS) is Answer48h.MISSING
    )
