"""What is said of a consent that was taken back, and of one given again while running still waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Severity
from rehab.clinical.finding_parts import make
from rehab.clinical.local_time import local_day


def of_case(case: Case) -> Iterator[Finding]:
    told, now = case.plan.withdrawal, case.ledger.now
    if told is None or told.at > now:
        return
    since, reason = told.at, f"Consent withdrawn on {_day(told.at, case)}"
    if case.plan.consent_is_withdrawn(now):
        reason += ". Nothing more is logged, no reminder goes out, and running waits."
        action = "Call the runner and agree how treatment goes on."
        clears = "The runner gives it again, or the case is closed."
    elif told.given_again_at is not None and case.plan.waits_after_consent(now):
        since = told.given_again_at
        reason += f", given again on {_day(since, case)}. The plan waits for you."
        action = "See how the runner is, then resume running or leave it."
        clears = "A physio moves or resumes the stage."
    else:
        return
    yield make(
        FindingKind.CONSENT,
        Severity.REVIEW,
        since=since,
        reason=reason,
        action=action,
        threshold="the runner’s own word",
        rule="CONSENT",
        clears=clears,
    )


def _day(moment: datetime, case: Case) -> str:
    day = local_day(moment, case.time_zone)
    return f"{day.day} {day:%B %Y}"
