"""Where the runner stands: the stage, how long, what the next one asks for, the path. Source: A3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rehab.clinical import gates
from rehab.clinical.calm import CalmDays
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Answer24h, Criterion, GateResult, RunningDecision, StageResult
from rehab.clinical.history import Track
from rehab.clinical.local_time import local_day
from rehab.clinical.reentry import STOPS
from rehab.clinical.review import RunView
from rehab.clinical.session_facts import hills_passed

_SAYS = {
    "NOT_STARTED": "No running stage has been set.",
    "SUSPENDED": "The case is suspended, so nothing moves.",
    "ON_HOLD": "The physio holds this stage.",
    "REPORT_PENDING": "An answer after the last run is still to come.",
    "STOPPED": "Running has to stop until it has settled.",
    "MODIFIED_RUNNING": "Reduced running beside the exercises, outside the stages.",
    "CLOSED": "The case is closed.",
    "CONSENT": "The runner took their consent back.",
    "RECORD_ONLY": "This clinic records only.",
    "MAINTENANCE": "In maintenance.",
    "ALL_MET": "Everything the next stage asks for is met.",
    "OFFER_MAINTENANCE": "Everything is met to offer maintenance.",
    "LOW_EXERCISE_ADHERENCE": (
        "The stage’s condition is met, but too few exercises were done: the physio decides."
    ),
}


def result(
    case: Case, calm: CalmDays, adherence_percent: int | None, running: RunningDecision
) -> StageResult:
    """The stage result at `now`."""
    path = case.path
    if path.stage is None or path.entered_at is None:
        return _result(case, GateResult.STAY, None, "NOT_STARTED", ())
    if case.closed:
        return _result(case, GateResult.STAY, None, "CLOSED", ())
    if case.plan.consent_is_withdrawn(case.ledger.now):
        return _result(case, GateResult.STAY, None, "CONSENT", ())
    if case.plan.record_only:
        return _result(case, GateResult.STAY, None, "RECORD_ONLY", ())
    suspended = case.suspension.suspended(case.ledger.now)
    if path.track is Track.MODIFIED_RUNNING:
        code = "SUSPENDED" if suspended else "MODIFIED_RUNNING"
        return _result(case, GateResult.SUSPENDED if suspended else GateResult.STAY, None, code, ())
    facts = replace(_facts(case, calm, adherence_percent, suspended), stopped=running.decision in STOPS)
    answer = gates.check(facts, case.ledger.limits)
    return _result(case, answer.result, answer.next_stage, answer.reason_code, answer.criteria)


def in_stage(case: Case) -> list[RunView]:
    """The runs since the stage was entered, oldest first."""
    if case.path.entered_at is None:
        return []
    since = case.path.entered_at.timestamp()
    return [view for view in case.views if view.record.start >= since]  # not the run that led to it


def clean_in_a_row(views: Sequence[RunView]) -> int:
    """Clean sessions in a row up to the newest; one that waits for its answer neither counts nor breaks."""
    count = 0
    for view in reversed(views):
        if view.clean:
            count += 1
        elif not (view is views[-1] and view.pending and view.exceeded is None):
            break
    return count


def baseline_days(case: Case) -> int:
    """Days since the first run of the unbroken row of 24-hour YES answers."""
    first = None
    for view in reversed(case.views):
        if view.status is not Answer24h.YES and not (view is case.views[-1] and view.pending):
            break
        first = view.day
    return 0 if first is None else (case.today - first).days


def days_in_stage(case: Case) -> int:
    if case.path.entered_at is None:
        return 0
    return (case.today - local_day(case.path.entered_at, case.time_zone)).days


def _facts(case: Case, calm: CalmDays, adherence_percent: int | None, suspended: bool) -> gates.GateFacts:
    views = in_stage(case)
    last = case.last
    return gates.GateFacts(
        stage=case.path.stage or 1,
        days_in_stage=days_in_stage(case),
        by_regression=case.path.by_regression,
        sessions=len(views),
        clean_in_a_row=clean_in_a_row(views),
        pending=last is not None and last.pending and case.path.stage != 1,
        suspended=suspended,
        on_hold=case.path.on_hold,
        walking_free_days=calm.walking_free,
        calm_days=calm.at_baseline,
        hills_passed=hills_passed(views),
        hills_waived=case.path.hills_waived,
        baseline_days=baseline_days(case),
        clean_speed=sum(1 for view in views if view.run.speed and view.clean),
        adherence_percent=adherence_percent,
    )


def _result(
    case: Case,
    result_: GateResult,
    next_stage: int | None,
    code: str,
    criteria: tuple[Criterion, ...],
) -> StageResult:
    views = in_stage(case)
    unmet = next((one for one in criteria if one.code == code and not one.met), None)
    return StageResult(
        stage=case.path.stage,
        track=case.path.track.value,
        entered_at=case.path.entered_at,
        days_in_stage=days_in_stage(case),
        result=result_,
        next_stage=next_stage,
        reason_code=code,
        reason=f"{unmet.says} ({unmet.detail})." if unmet and code not in _SAYS else _SAYS.get(code, code),
        criteria=criteria,
        path=case.path.moves,
        sessions=len(views),
        clean_in_a_row=clean_in_a_row(views),
    )
