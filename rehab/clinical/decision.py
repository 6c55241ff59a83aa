"""The answer to "Can I run today?": suspension first, then the last run, then the stage.

Source: A1, A3.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assessments.clinical.red_flags import Pathway
from rehab.clinical import allowed, owed, running, words
from rehab.clinical.case import Case, stage_after_gap
from rehab.clinical.evaluation import AllowedSession, Decision, Notify, RunningDecision, StageEffect
from rehab.clinical.history import Track
from rehab.clinical.ledger import HOUR_S
from rehab.clinical.local_time import short, start_of_day
from rehab.clinical.outcome import Outcome, outcome_of
from rehab.clinical.running import Verdict
from rehab.clinical.stages import STAGES


def decide(case: Case) -> RunningDecision:
    """The runner's decision at `case.ledger.now`. Urgent comes first, whatever else is so."""
    flags = case.suspension.red_flags(case.ledger.now)
    if flags:
        worst = max(flags, key=lambda flag: flag.pathway.urgency)
        if worst.pathway is Pathway.BLOCK_PENDING_MEDICAL:
            verdict = Verdict(
                Decision.STOP_SEEK_ASSESSMENT, StageEffect.SUSPEND, Notify.SAME_DAY, False, "A6-BLOCK"
            )
            return _answer(case, verdict, words.REST_OF_PLAN_ON_HOLD)
        verdict = Verdict(Decision.URGENT_CARE, StageEffect.SUSPEND, Notify.IMMEDIATE, False, "A1-1")
        return _answer(case, verdict, words.LOOKED_AT_FIRST)
    if case.closed:
        return _answer(case, running.plain(Decision.NO_PLAN, "CLOSED"), words.CLOSED)
    if case.plan.consent_is_withdrawn(case.ledger.now):
        return _answer(case, running.plain(Decision.NO_PLAN, "CONSENT"), words.CONSENT_WITHDRAWN)
    if case.plan.record_only:
        return _answer(case, running.plain(Decision.NO_PLAN, "RECORD-ONLY"), words.RECORDS_ONLY)
    if case.suspension.worsenings(case.ledger.now):
        verdict = Verdict(Decision.STOP_SEEK_ASSESSMENT, StageEffect.SUSPEND, Notify.SAME_DAY, False, "A1-2")
        return _answer(case, verdict, words.RISING)
    if case.plan.waits_after_consent(case.ledger.now):
        return _answer(case, running.plain(Decision.NO_RUNNING_STAGE, "CONSENT"), words.REST_OF_PLAN_ON_HOLD)
    if case.path.stage is None:
        return _answer(case, running.plain(Decision.NO_PLAN, "NO-PLAN"), words.NEXT_STEPS[Decision.NO_PLAN])
    outcome = outcome_of(case)
    if not outcome.verdict.decision.may_run:
        if case.path.stage == 1 and case.path.track is Track.FRAMEWORK and _only_waits(outcome):
            return _no_running(case, outcome)
        return _answer(
            case, outcome.verdict, outcome.because, outcome.not_before_hours, not_before=outcome.not_before
        )
    return _today(case, outcome)


def _only_waits(outcome: Outcome) -> bool:
    return outcome.verdict.decision in (Decision.WAIT_24H, Decision.NO_RUNNING_STAGE)


def _today(case: Case, outcome: Outcome) -> RunningDecision:
    """The last run leaves the way free; what does the stage say today?"""
    if case.path.track is Track.MODIFIED_RUNNING:
        if case.plan.reference_week_minutes is None:
            return _answer(case, running.plain(Decision.NO_PLAN, "A1-MODIFIED"), words.NO_USUAL_WEEK)
        room = allowed.reduced(case.plan.reference_week_minutes, case.views, case.ledger, case.today)
    else:
        stage = stage_after_gap(case)
        if stage == 1:
            return _no_running(case, outcome)
        room = allowed.in_stage(stage, case.views, case.ledger, case.today)
    if room.session is None:
        verdict = replace(outcome.verdict, decision=Decision.NOT_YET, rule=f"A3-{room.refused_by}")
        return _answer(case, verdict, words.REFUSALS[room.refused_by], _wait_hours(case, room.refused_by))
    return _answer(case, outcome.verdict, outcome.because, session=room.session)


def _no_running(case: Case, outcome: Outcome) -> RunningDecision:
    verdict = replace(outcome.verdict, decision=Decision.NO_RUNNING_STAGE, rule="A3-STAGE-1")
    return _answer(case, verdict, words.BEFORE_RUNNING)


def _wait_hours(case: Case, code: str) -> float | None:
    """Hours from the last run until the rule that refused today may let go."""
    last = case.last
    if last is None:
        return None
    if code == "HILL_48H_WINDOW":
        return float(case.ledger.limits.stop_hours)
    days = {"NOT_EVERY_OTHER_DAY": STAGES[case.path.stage or 1].days_apart, "SECOND_RUN_TODAY": 1}.get(code)
    if days is None:
        return None
    opens = start_of_day(last.day + timedelta(days=days), case.time_zone)
    return (opens.timestamp() - last.record.at) / HOUR_S


def _answer(
    case: Case,
    verdict: Verdict,
    because: str,
    not_before_hours: float | None = None,
    session: AllowedSession | None = None,
    not_before: datetime | None = None,
) -> RunningDecision:
    last = case.last
    tell = verdict.decision
    if tell is Decision.STOP_REGRESS and not case.path.by_regression:
        tell = Decision.STOP_TEMPORARY  # in reduced running, in stage 1: no step back was taken
    if last is not None and not_before_hours is not None:
        not_before = last.run.at + timedelta(hours=not_before_hours)
    return RunningDecision(
        decision=verdict.decision,
        stage_effect=verdict.stage_effect,
        notify=verdict.notify,
        answer_24h={side: facts.status for side, facts in last.facts.items()} if last else {},
        reason=_for_physio(case, verdict, because),
        because=because,
        next_step=words.INSTEAD.get(verdict.rule) or words.next_step(tell, case.ledger.limits.run_ok_max + 1),
        allowed=session,
        ask_again=verdict.ask_again,
        run_id=last.run.id if last else None,
        rule=verdict.rule,
        not_before=not_before,
        owed=()
        if case.closed or case.plan.consent_is_withdrawn(case.ledger.now)
        else owed.questions(case.ledger, case.views, case.today, case.time_zone, verdict.decision),
    )


def _for_physio(case: Case, verdict: Verdict, because: str) -> str:
    last = case.last
    if last is None or verdict.rule in ("CLOSED", "CONSENT", "RECORD-ONLY", "NO-PLAN"):
        return because
    sides = "; ".join(
        f"{side.label} {'not scored' if facts.run_pain is None else f'{facts.run_pain}/10'}, "
        f"baseline {facts.baseline}, 24 h: {facts.status.label}"
        for side, facts in last.facts.items()
    )
    return f"{because} Last run {short(last.day)}, {last.run.minutes} min: {sides}."
