"""What is said of a consent that was taken back, and of one given again while running still waits."""

from __future__ import annotations

from collections.abc import Iterator

from rehab.clinical.decision import Case
from rehab.clinical.evaluation import Finding, FindingKind, Severity
from rehab.clinical.finding_running import make
from rehab.clinical.local_time import local_day


def of_case(case: Case) -> Iterator[Finding]:
    told, now = case.plan.withdrawal, case.ledger.now
    if told is None or told.at > now:
        return
    day = local_day(told.at, case.time_zone)
    withdrawn = f"Consent withdrawn on {day.day} {day:%B %Y}"
    if told.given_again_at is None or told.given_again_at > now:
        yield make(
            FindingKind.CONSENT,
            Severity.REVIEW,
            since=told.at,
            reason=f"{withdrawn}. Nothing more is logged, no reminder goes out, and running waits.",
            action="Call the runner and agree how treatment goes on.",
            threshold="the runner’s own word",
            rule="CONSENT",
            clears="The runner gives it again, or the case is closed.",
        )
    elif case.plan.waits_after_consent(now):
        again = local_day(told.given_again_at, case.time_zone)
        yield make(
            FindingKind.CONSENT,
            Severity.REVIEW,
            since=told.given_again_at,
            reason=f"{withdrawn}, given again on {again.day} {again:%B %Y}. The plan waits for you.",
            action="See how the runner is, then resume running or leave it.",
            threshold="the runner’s own word",
            rule="CONSENT",
            clears="A physio moves or resumes the stage.",
        )
