"""One case as the rules look at it, at one moment. What is asked of it in more than one place is here."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from assessments.clinical.sides import Side
from rehab.clinical.history import PainReport, Plan
from rehab.clinical.ledger import Ledger, hours_between
from rehab.clinical.local_time import local_day
from rehab.clinical.review import RunView, RunViews
from rehab.clinical.stages import Path
from rehab.clinical.suspension import Suspension


@dataclass(frozen=True, slots=True)
class Case:
    """What the decision is made from."""

    plan: Plan
    ledger: Ledger
    path: Path
    suspension: Suspension
    views: RunViews
    today: date
    time_zone: str
    walking_free_days: int
    closed: bool = False

    @property
    def last(self) -> RunView | None:
        return self.views[-1] if self.views else None


@dataclass(frozen=True, slots=True)
class Now:
    """The newest answer of one side."""

    pain: int
    hours: float  # since the end of the last run
    report: PainReport


def newest_answers(case: Case) -> dict[Side, Now]:
    """The newest answer of each side since the last run, or since ever when there was no run."""
    found: dict[Side, Now] = {}
    ledger = case.ledger
    since = case.last.record.at if case.last else 0.0
    for position in range(len(ledger.reports) - 1, bisect_left(ledger.report_times, since) - 1, -1):
        report = ledger.reports[position]
        for side in ledger.sides:
            pain = report.pain.get(side)
            if side not in found and pain is not None:
                found[side] = Now(pain, hours_between(since, ledger.report_times[position]), report)
        if len(found) == len(ledger.sides):
            break
    return found


def stage_after_gap(case: Case) -> int:
    """The stage whose session fits after a gap without running: a lower one is proposed, and never gone
    beyond."""
    stage = case.path.stage or 1
    limits = case.ledger.limits
    days = days_without_running(case)
    if stage < 2 or days is None or days < limits.gap_days:
        return stage
    if days < limits.long_gap_days:
        return stage - 1
    return 2 if case.walking_free_days >= limits.calm_days else 1


def days_without_running(case: Case) -> int | None:
    """Local days since the last run, counted from the later of that run and the physio's last act."""
    if case.last is None or case.path.last_act_at is None:
        return None
    since = max(case.last.day, local_day(case.path.last_act_at, case.time_zone))
    return (case.today - since).days
