"""What every finding is made with: the stamp of the rules, and the readings that fired it."""

from __future__ import annotations

from datetime import datetime

from assessments.clinical.sides import Side
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.review import RunView
from rehab.clinical.rules import RULE_VERSION

SEEN_FOR_DAYS = 7  # a run over the plan, or a step back, stays in view for a week


def make(
    kind: FindingKind,
    severity: Severity,
    *,
    since: datetime,
    reason: str,
    action: str,
    rule: str,
    side: Side | None = None,
    readings: tuple[Reading, ...] = (),
    threshold: str = "",
    missing: tuple[str, ...] = (),
    clears: str = "",
) -> Finding:
    """A finding stamped with the version of the rules."""
    return Finding(
        kind=kind,
        severity=severity,
        side=side,
        since=since,
        reason=reason,
        action=action,
        readings=readings,
        threshold=threshold,
        rule=rule,
        rule_version=RULE_VERSION,
        missing=missing,
        clears=clears,
    )


def run_reading(view: RunView, what: str = "run") -> Reading:
    return Reading(at=view.run.at, what=what, value=f"{view.run.minutes} min", entry_id=view.run.id)


def readings_of(case: Case, view: RunView, side: Side | None) -> tuple[Reading, ...]:
    """The run and every answer after it, of one side or of all."""
    sides = (side,) if side else case.ledger.sides
    found = [run_reading(view)]
    for one in sides:
        where = f" {one.label}" if len(case.ledger.sides) > 1 else ""
        pain = view.run.pain.get(one)
        found.append(
            Reading(at=view.run.at, what=f"worst pain{where}", value=of_ten(pain), entry_id=view.run.id)
        )
        for report, hours in case.ledger.reports_of(view.index):
            said = report.pain.get(one)
            if said is not None:
                what = f"{report.kind.value}{where} at {hours:.0f} h"
                found.append(Reading(at=report.at, what=what, value=of_ten(said), entry_id=report.id))
    return tuple(found)


def of_ten(pain: int | None) -> str:
    return "not said" if pain is None else f"{pain}/10"
