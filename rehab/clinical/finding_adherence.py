"""Findings about what was written and done: silence, and less than the exercise dose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rehab.clinical import silence
from rehab.clinical.adherence import SideDose
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.finding_parts import make
from rehab.clinical.history import History
from rehab.clinical.local_time import local_day, start_of_day


def of_case(
    history: History, case: Case, doses: Sequence[SideDose], last_report: datetime | None
) -> Iterator[Finding]:
    yield from _silence(history, case, last_report)
    if not case.suspension.suspended(case.ledger.now):
        for dose in doses:
            yield from _low_dose(case, dose)


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


def _low_dose(case: Case, dose: SideDose) -> Iterator[Finding]:
    percent = dose.percent_to_judge
    limits = case.ledger.limits
    if dose.plan is not None and percent is not None and percent < limits.adherence_percent:
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
