"""The table "Can I run?", with the windows of the 24-hour answer, row by row."""

import json

import pytest

from rehab.clinical import running
from rehab.clinical.answer24h import Reply, judge
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.history import WarmUp
from rehab.clinical.thresholds import Limits
from tests.rehab.clinical.tables import hours, ids, number, rows, yes

LIMITS = Limits()
ROWS = rows("running.csv")
BOTH_SIDES = rows("bilateral.csv")


def _replies(row: dict[str, str]) -> list[Reply]:
    found = []
    report, at = number(row["report"]), hours(row["report_hours"])
    if report is not None and at is not None and not yes(row["another_run"]):
        found.append(Reply(at, report, yes(row["later_day"])))
    pre_run = number(row["pre_run"])
    if pre_run is not None:
        found.append(Reply(float(row["hours_now"]), pre_run, True, pre_run=True))
    return found


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_every_row_of_the_table_decides_as_written(row: dict[str, str]) -> None:
    replies = _replies(row)
    now, baseline, run_pain = float(row["hours_now"]), int(row["baseline"]), int(row["run_pain"])
    judged = judge(
        replies, baseline=baseline, hours_now=now, limits=LIMITS, another_run=yes(row["another_run"])
    )
    pre_run = number(row["pre_run"])
    counted = [reply.pain for reply in replies if not reply.pre_run and reply.hours <= LIMITS.late_hours]
    facts = running.SideFacts(
        run_pain=run_pain,
        warm_up=WarmUp(row["warm_up"]),
        baseline=baseline,
        status=judged.status,
        peak=max([run_pain, *counted]),
        pre_run_pain=pre_run,
        pre_run_hours=None if pre_run is None else now,
        red_flag=yes(row["red_flag"]),
        worsening=yes(row["worsening"]),
    )
    verdict = running.decide(facts, LIMITS)
    assert judged.status == row["status"]
    assert verdict.decision == row["decision"]
    assert verdict.stage_effect == row["effect"]
    assert verdict.notify == row["notify"]
    assert verdict.ask_again == yes(row["ask"])


def _side(text: str) -> running.SideFacts:
    said = json.loads(text)
    if said is None:
        return running.SideFacts(run_pain=None, warm_up=None, baseline=0, status=Answer24h.UNKNOWN, peak=None)
    return running.SideFacts(
        run_pain=said["pain"],
        warm_up=WarmUp(said["warm_up"]),
        baseline=said["baseline"],
        status=Answer24h(said["status"]),
        peak=said["pain"],
        red_flag=said.get("red_flag", False),
        worsening=said.get("worsening", False),
    )


@pytest.mark.parametrize("row", BOTH_SIDES, ids=ids(BOTH_SIDES))
def test_the_worse_side_decides_for_the_runner(row: dict[str, str]) -> None:
    verdict = running.worse_of(running.decide(_side(row[side]), LIMITS) for side in ("left", "right"))
    assert (verdict.decision, verdict.stage_effect) == (row["decision"], row["effect"])


def test_the_last_answer_in_the_window_decides_but_an_earlier_one_above_costs_the_credit() -> None:
    judged = judge([Reply(21, 2, True), Reply(27, 0, True)], baseline=0, hours_now=30, limits=LIMITS)
    assert judged.status is Answer24h.YES
    assert judged.above_once


def test_a_no_is_kept_although_it_settled_later() -> None:
    judged = judge([Reply(24, 2, True), Reply(40, 0, True)], baseline=0, hours_now=50, limits=LIMITS)
    assert judged.status is Answer24h.NO


def test_a_margin_of_two_lets_one_point_pass() -> None:
    limits = Limits(elevated_margin=2)
    assert judge([Reply(24, 1, True)], baseline=0, hours_now=24, limits=limits).status is Answer24h.YES
    assert judge([Reply(24, 2, True)], baseline=0, hours_now=24, limits=limits).status is Answer24h.NO
