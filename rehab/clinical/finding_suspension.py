"""Findings that suspend a case: red flags, and a worsening that no physio has resolved."""

from __future__ import annotations

from collections.abc import Iterator

from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.finding_parts import make, readings_of
from rehab.clinical.ledger import Worsened


def of_case(case: Case) -> Iterator[Finding]:
    for flag in case.suspension.red_flags(case.ledger.now):
        named = ", ".join(sorted(finding.label for finding in flag.report.findings))
        yield make(
            FindingKind.RED_FLAG,
            Severity.URGENT,
            side=flag.report.side,
            since=flag.report.received_at,
            reason=f"Reported: {named}.",
            action="Contact the runner now. Running and exercises are suspended.",
            readings=(Reading(at=flag.report.at, what="red flag", value=named, entry_id=flag.report.id),),
            threshold="one finding is enough",
            rule="A6",
            clears="A recorded examination by a physio.",
        )
    if case.closed or case.plan.decides_nothing(case.ledger.now):
        return
    for one in case.suspension.worsenings(case.ledger.now):
        yield _worsened(case, one)


def _worsened(case: Case, one: Worsened) -> Finding:
    views = [view for view in case.views if view.record.root in one.run_roots]
    return make(
        FindingKind.WORSENING,
        Severity.URGENT,
        side=one.side,
        since=one.learned_at,
        reason=one.says,
        action="No running. See the runner the same day; the stage is suspended.",
        readings=tuple(reading for view in views for reading in readings_of(case, view, one.side)),
        threshold=(
            f"rise of {case.ledger.limits.worse_rise} points, or three rising sessions, without more load"
        ),
        rule=one.rule,
        clears="A physio resolves it after seeing the runner.",
    )
