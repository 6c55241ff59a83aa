"""Findings about the stage: one to offer, one that stalls, a gap, maintenance that does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rehab.clinical import maintenance, silence
from rehab.clinical.case import Case, days_without_running, stage_after_gap
from rehab.clinical.evaluation import Finding, FindingKind, GateResult, Reading, Severity, StageResult
from rehab.clinical.finding_parts import make, run_reading
from rehab.clinical.history import History, Track
from rehab.clinical.local_time import local_day, start_of_day
from rehab.clinical.reentry import STOPS
from rehab.clinical.stages import MAINTENANCE

_FULL_RUNNING = 7  # nothing holds this stage up: maintenance is offered, not owed


def of_case(history: History, case: Case, stage: StageResult) -> Iterator[Finding]:
    yield from _gate(case, stage)
    yield from _stalled(history, case, stage)
    yield from _gap(case)
    yield from _reopen(case)


def _gate(case: Case, stage: StageResult) -> Iterator[Finding]:
    if (
        stage.result not in (GateResult.ELIGIBLE, GateResult.ELIGIBLE_NEEDS_PHYSIO)
        or stage.next_stage is None
    ):
        return
    offer = stage.next_stage == MAINTENANCE
    days = f"{stage.days_in_stage} days in this stage"
    done = f"{days}, {stage.sessions} sessions" if stage.sessions else days
    yield make(
        FindingKind.OFFER_MAINTENANCE if offer else FindingKind.READY_TO_PROGRESS,
        Severity.READY,
        since=start_of_day(case.today, case.time_zone),
        reason=f"{stage.reason} {done}.",
        action=(
            "Offer maintenance."
            if offer
            else f"Decide about stage {stage.next_stage}; only a physio moves it forward."
        ),
        threshold="all criteria",
        rule="A3-GATE",
        missing=() if stage.result is GateResult.ELIGIBLE else ("exercise dose",),
        clears="The physio acts, or a criterion is lost.",
    )


def _stalled(history: History, case: Case, stage: StageResult) -> Iterator[Finding]:
    if stage.stage is None or stage.entered_at is None or stage.stage >= _FULL_RUNNING:
        return
    if stage.track != Track.FRAMEWORK or case.suspension.suspended(case.ledger.now):
        return
    if silence.stage_stalled(
        days_in_stage=stage.days_in_stage,
        eligible=stage.result in (GateResult.ELIGIBLE, GateResult.ELIGIBLE_NEEDS_PHYSIO),
        paused=history.paused,
        limits=case.ledger.limits,
    ):
        entered = local_day(stage.entered_at, case.time_zone)
        days = case.ledger.limits.stage_stalled_days
        yield make(
            FindingKind.STAGE_STALLED,
            Severity.REVIEW,
            since=start_of_day(entered + timedelta(days=days), case.time_zone),
            reason=f"In stage {stage.stage} since {entered.day} {entered:%b}. {stage.reason}",
            action="Review what holds the stage.",
            threshold=f"{days} days",
            rule="A5-STAGE",
            clears="The stage becomes eligible or changes.",
        )


def _gap(case: Case) -> Iterator[Finding]:
    days = days_without_running(case)
    stage = case.path.stage
    limits = case.ledger.limits
    if days is None or stage is None or stage < 2 or days < limits.gap_days or case.last is None:
        return
    if case.path.track is Track.MODIFIED_RUNNING or case.suspension.suspended(case.ledger.now):
        return
    long = days >= limits.long_gap_days
    proposed = 2 if long else stage - 1
    if proposed >= stage:
        return
    opens = case.today - timedelta(days=days - (limits.long_gap_days if long else limits.gap_days))
    yield make(
        FindingKind.STAGE_PROPOSAL,
        Severity.REVIEW,
        since=start_of_day(opens, case.time_zone),
        reason=f"No run since {case.last.day.day} {case.last.day:%B}.",
        action=f"Proposed: stage {proposed}" + (" after the walking test of stage 1." if long else "."),
        readings=(run_reading(case.last, "last run"),),
        threshold=f"{limits.long_gap_days if long else limits.gap_days} days",
        rule="A3-GAP",
        missing=() if not long or stage_after_gap(case) == 2 else ("walking without pain on three days",),
        clears="The physio sets the stage, or a run.",
    )


def _reopen(case: Case) -> Iterator[Finding]:
    if case.path.stage != MAINTENANCE or case.path.entered_at is None:
        return
    since = case.path.entered_at.timestamp()
    stops = [
        view
        for view in case.views
        if view.record.at >= since and (case.today - view.day).days < 28 and view.verdict.decision in STOPS
    ]
    if maintenance.proposes_reopening(len(stops), case.ledger.limits):
        yield make(
            FindingKind.REOPEN,
            Severity.ACT,
            since=stops[case.ledger.limits.reopen_events - 1].run.received_at,
            reason=f"{len(stops)} runs in 28 days of maintenance had to stop or did not settle.",
            action="Reopen the case.",
            readings=tuple(
                Reading(at=view.run.at, what="run", value=view.verdict.decision.value, entry_id=view.run.id)
                for view in stops
            ),
            threshold=f"{case.ledger.limits.reopen_events} in 28 days",
            rule="A7-MAINTENANCE",
            clears="The physio reopens or sees the runner.",
        )
