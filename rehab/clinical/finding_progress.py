"""Findings about progress: eligible, stalled, low dose, silence, a falling score, a gap, maintenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from assessments.clinical.classification import TendinopathyType
from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from rehab.clinical import maintenance, silence, stalled
from rehab.clinical.adherence import SideDose
from rehab.clinical.decision import Case, days_without_running, stage_after_gap
from rehab.clinical.evaluation import (
    Decision,
    Finding,
    FindingKind,
    GateResult,
    Reading,
    Severity,
    StageResult,
)
from rehab.clinical.finding_running import make
from rehab.clinical.history import History, Score, Track
from rehab.clinical.local_time import local_day, start_of_day
from rehab.clinical.reentry import STOPS
from rehab.clinical.stages import MAINTENANCE

_ENOUGH_DAYS = 7  # of prescribed exercise, before a share of it says anything


def of_case(
    history: History,
    case: Case,
    stage: StageResult,
    doses: Sequence[SideDose],
    last_report: datetime | None,
) -> Iterator[Finding]:
    yield from _gate(case, stage)
    yield from _silence(history, case, last_report)
    yield from _gap(case)
    yield from _reopen(case)
    suspended = case.suspension.suspended(case.ledger.now)
    for dose in doses:
        yield from _dose_and_progress(history, case, dose, suspended)
    yield from _declined(history, case)
    if stage.stage is not None and stage.entered_at is not None and stage.stage < 7 and not suspended:
        eligible = stage.result in (GateResult.ELIGIBLE, GateResult.ELIGIBLE_NEEDS_PHYSIO)
        framework = stage.track == Track.FRAMEWORK
        if framework and silence.stage_stalled(
            days_in_stage=stage.days_in_stage,
            eligible=eligible,
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


def _silence(history: History, case: Case, last_report: datetime | None) -> Iterator[Finding]:
    if case.path.started_at is None and not case.plan.tendon_plans:
        return
    since = last_report or history.opened_at
    last_day = local_day(since, case.time_zone)
    limits = case.ledger.limits
    said = silence.silence(
        days_since_last_entry=(case.today - last_day).days, paused=history.paused, limits=limits
    )
    if said in (silence.Silence.NONE, silence.Silence.NUDGE):
        return
    inactive = said is silence.Silence.INACTIVE
    days = limits.inactive_days if inactive else limits.silence_days
    yield make(
        FindingKind.INACTIVE if inactive else FindingKind.NOT_LOGGING,
        Severity.QUIET,
        since=start_of_day(last_day + timedelta(days=days), case.time_zone),
        reason=(
            f"No entry since {last_day:%A} {last_day.day} {last_day:%B}." if last_report else "No entry yet."
        ),
        action="Get in touch. Silence says nothing about the tendon.",
        readings=(
            Reading(
                at=since, what="last entry" if last_report else "case opened", value=f"{last_day:%-d %b}"
            ),
        ),
        threshold=f"{days} days",
        rule="A5-SILENCE",
        missing=("diary",),
        clears="An entry.",
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
        readings=(
            Reading(
                at=case.last.run.at,
                what="last run",
                value=f"{case.last.run.minutes} min",
                entry_id=case.last.run.id,
            ),
        ),
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
        if view.record.at >= since and (case.today - view.day).days < 28 and _was_stop(view.verdict.decision)
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


def _was_stop(decision: Decision) -> bool:
    return decision in STOPS


def _dose_and_progress(history: History, case: Case, dose: SideDose, suspended: bool) -> Iterator[Finding]:
    if dose.plan is None or suspended or history.paused:
        return
    starts = min(one.starts_on for one in case.plan.tendon_plans if one.side is dose.side)
    day = (case.today - starts).days
    percent = dose.adherence.percent if dose.prescribed_days >= _ENOUGH_DAYS else None
    pain_start, pain_now = _pains(case, dose.side)
    visa_start, visa_now = _visas(history, case, dose.side)
    result = stalled.judge(
        site=dose.plan.type,
        day=day,
        pain_start=pain_start,
        pain_now=pain_now,
        visa_start=visa_start.value if visa_start else None,
        visa_now=visa_now.value if visa_now else None,
        adherence_percent=percent,
        limits=case.ledger.limits,
    )
    limits = case.ledger.limits
    low = percent is not None and percent < limits.adherence_percent
    if low:
        yield make(
            FindingKind.LOW_ADHERENCE,
            Severity.REVIEW,
            side=dose.side,
            since=start_of_day(case.today, case.time_zone),
            reason=(
                f"{percent} % of the exercise dose in 14 days: {dose.adherence.reps_done} of"
                f" {dose.adherence.reps_prescribed} repetitions."
            ),
            action="Talk about what gets in the way first; this is not treatment that failed.",
            readings=tuple(
                Reading(
                    at=one.at,
                    what=f"set session {one.half.value}",
                    value=f"{sum(part.reps for part in one.sets)} reps",
                    entry_id=one.id,
                )
                for one in dose.sessions[-6:]
            ),
            threshold=f"below {limits.adherence_percent} %",
            rule="A5-ADHERENCE",
            clears="More of the dose.",
        )
    if result in (stalled.Stalled.NONE, stalled.Stalled.LOW_ADHERENCE):
        return
    late = day >= limits.stall_late_days
    early = result is stalled.Stalled.HEADS_UP
    first_day = _first_day(dose.plan.type, day, case)
    kind = {
        stalled.Stalled.CANNOT_ASSESS: FindingKind.CANNOT_ASSESS,
        stalled.Stalled.STALLED_12W: FindingKind.STALLED_12W,
    }.get(result, FindingKind.STALLED_8W)
    if kind is FindingKind.CANNOT_ASSESS:
        severity = Severity.QUIET
    else:
        severity = Severity.ADVISORY if early else Severity.REVIEW
    missing = tuple(
        name
        for name, known in (
            ("starting pain of 2 or more", pain_start is not None and pain_start >= 2),
            ("pain in the last 7 days", pain_now is not None),
            ("VISA-A at the start", visa_start is not None),
            ("VISA-A now", visa_now is not None),
        )
        if not known
    )
    yield make(
        kind,
        severity,
        side=dose.side,
        since=start_of_day(starts + timedelta(days=first_day), case.time_zone),
        reason=_stall_reason(pain_start, pain_now, visa_start, visa_now, first_day),
        action=(
            "Review and consider referral or other treatment."
            if late
            else "Review dose, diagnosis and adherence."
        ),
        readings=tuple(
            Reading(at=start_of_day(score.taken_on, case.time_zone), what="VISA-A", value=f"{score.value:g}")
            for score in (visa_start, visa_now)
            if score
        ),
        threshold=f"pain -{limits.pain_change} or -{limits.pain_change_percent} %, or VISA-A",
        rule="A5-STALLED",
        missing=missing,
        clears="A fall in pain or a rise in VISA-A.",
    )


def _first_day(site: TendinopathyType, day: int, case: Case) -> int:
    limits = case.ledger.limits
    looks = (limits.stall_last_days, limits.stall_late_days, limits.stall_days, limits.stall_early_days)
    return next((look for look in looks if day >= look), limits.stall_late_days)


def _stall_reason(
    pain_start: int | None, pain_now: int | None, visa_start: Score | None, visa_now: Score | None, day: int
) -> str:
    pain = (
        f"pain {pain_start}/10 at the start, {pain_now}/10 at worst in the last 7 days"
        if pain_start is not None and pain_now is not None
        else "pain cannot be compared"
    )
    visa = (
        f"VISA-A {visa_start.value:g}, now {visa_now.value:g}"
        if visa_start and visa_now
        else "VISA-A cannot be compared"
    )
    return f"Day {day}: {pain}; {visa}."


def _pains(case: Case, side: Side) -> tuple[int | None, int | None]:
    """Starting pain as the physio found it, and the worst of the last seven days as the runner said it."""
    found = [one for one in case.plan.baselines if one.side is side and one.worst_pain is not None]
    start = min(found, key=lambda one: one.at).worst_pain if found else None
    said: list[int] = []
    for report in reversed(case.ledger.reports):
        age = (case.today - report.local_date).days
        if age > 8:
            break
        pain = report.pain.get(side)
        if 0 <= age < 7 and pain is not None:
            said.append(pain)
    for view in case.views[-14:]:
        pain = view.run.pain.get(side)
        if (case.today - view.day).days < 7 and pain is not None:
            said.append(pain)
    return start, max(said, default=None)


def _visas(history: History, case: Case, side: Side) -> tuple[Score | None, Score | None]:
    """The first VISA-A, and the newest one taken at least four weeks later."""
    scores = _scores(history, case, side)
    if not scores:
        return None, None
    first = scores[0]
    later = [one for one in scores if (one.taken_on - first.taken_on).days >= 28]
    return first, later[-1] if later else None


def _scores(history: History, case: Case, side: Side) -> list[Score]:
    found = [
        one
        for one in history.scores
        if one.instrument is Instrument.VISA_A and one.side in (None, side) and one.taken_on <= case.today
    ]
    return sorted(found, key=lambda one: (one.taken_on, one.value))


def _declined(history: History, case: Case) -> Iterator[Finding]:
    for side in case.ledger.sides:
        scores = _scores(history, case, side)
        if len(scores) < 2:
            continue
        before, now = scores[-2:]
        if silence.score_declined(before.value, now.value, case.ledger.limits):
            yield make(
                FindingKind.PROM_DECLINE,
                Severity.REVIEW,
                side=side,
                since=start_of_day(now.taken_on, case.time_zone),
                reason=f"VISA-A fell from {before.value:g} to {now.value:g}.",
                action="Review the case.",
                readings=tuple(
                    Reading(
                        at=start_of_day(one.taken_on, case.time_zone), what="VISA-A", value=f"{one.value:g}"
                    )
                    for one in (before, now)
                ),
                threshold=f"{case.ledger.limits.prom_decline} points",
                rule="A5-PROM",
                clears="A later score.",
            )
