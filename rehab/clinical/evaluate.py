"""One case, one moment, everything the rules say.

Pure: the same history, plan and moment give the same answer.
"""

from __future__ import annotations

from datetime import datetime

from rehab.clinical import adherence, calm, decision, due, findings, stage_result, stages
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.history import History, Plan
from rehab.clinical.ledger import replay
from rehab.clinical.local_time import local_day
from rehab.clinical.review import review
from rehab.clinical.rules import RULE_VERSION
from rehab.clinical.suspension import Suspension

__all__ = ["RULE_VERSION", "evaluate"]


def evaluate(history: History, plan: Plan, now: datetime) -> Evaluation:
    """What the rules say of a case at `now`, from what had been received by then.

    `now` is aware. ValueError on a threshold outside its bounds, an unknown time zone, or a plan without a
    side.
    """
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone.")
    if not plan.sides:
        raise ValueError("A case has at least one affected side.")
    today = local_day(now, history.time_zone)
    ledger = replay(history, plan, now)
    suspension = Suspension(history, ledger)
    path = stages.walk(
        plan.stage_steps, ledger.not_stored(plan.steps_back), suspension.suspended, now, plan.steps_back
    )
    streaks = calm.streaks(ledger, today)
    case = Case(
        plan=plan,
        ledger=ledger,
        path=path,
        suspension=suspension,
        views=review(ledger, path),
        today=today,
        time_zone=history.time_zone,
        walking_free_days=streaks.walking_free,
        closed=history.paused,
    )
    dose = adherence.of_case(history, plan, ledger, today)
    running = decision.decide(case)
    stage = stage_result.result(case, streaks, adherence.lowest_percent(dose), running)
    last_report = findings.last_report_at(history, now)
    found = findings.of_case(history, case, stage, dose, last_report)
    return Evaluation(
        case_id=history.case_id,
        at=now,
        rule_version=RULE_VERSION,
        findings=found,
        running=running,
        stage=stage,
        adherence=tuple(one.adherence for one in dose),
        baseline={side: ledger.references[side].at(now.timestamp()) for side in plan.sides},
        next_due_at=due.next_due_at(history, plan, ledger),
        last_report_at=last_report,
        week=_week(case),
        local_date=today,
    )


def _week(case: Case) -> int | None:
    """The week of the plan, from 1: from the first exercise plan or the start of the stages."""
    starts = [one.starts_on for one in case.plan.tendon_plans if one.starts_on <= case.today]
    if case.path.started_at is not None:
        starts.append(local_day(case.path.started_at, case.time_zone))
    return (case.today - min(starts)).days // 7 + 1 if starts else None
