"""A caseload report ready to show: from counted cases to pictures, tables, sheets. Two queries at any size.

Cases opened in the chosen year, looked at now. Every figure passes `rehab.clinical.disclosure`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import INSTRUMENTS, Direction
from patients.models import Case, Clinic, Membership, Role
from patients.models.care import CareRule
from patients.models.case_change import CaseOutcome
from rehab.clinical import caseload_report as counted
from rehab.clinical.report_case import Milestone, ReportCase, ScoreTaken, gain, percent_done
from rehab.queries import report_rows
from rehab.queries.report_asked import Asked, By
from rehab.queries.report_pictures import (
    DIFFERENT,
    NONE_YET,
    Picture,
    Table,
    milestone_picture,
    outcome,
    quarters,
    quiet,
    split_note,
    stalled,
)
from rehab.queries.report_rows import ReportRow

SCORES = (Instrument.VISA_A, Instrument.TENDINS_A)
DISCHARGED = (CaseOutcome.RUNNING_AGAIN, CaseOutcome.BETTER)


@dataclass(frozen=True)
class CaseloadReport:
    """`cases` None: fewer than five, so nothing is told. `has_cases`: the clinic has any at all.

    `of_own`: the clinic closes records to physios who do not care for the runner, so these are not all.
    """

    clinic: str
    asked: Asked
    looked_at: str
    cases: int | None
    has_cases: bool
    of_own: bool = False
    split_note: str = ""
    quarters: Table | None = None
    milestones: tuple[Picture, ...] = ()
    outcomes: tuple[Picture, ...] = ()
    shares: tuple[Picture, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        found = [picture.table for picture in (*self.milestones, *self.outcomes, *self.shares)]
        return (self.quarters, *found) if self.quarters else ()


def load(*, by: Membership, asked: Asked, now: datetime) -> CaseloadReport:
    """Of the records that `by` may open."""
    clinic = Clinic.objects.values("name", "time_zone", "care").get(id=by.clinic_id)
    zone = ZoneInfo(clinic["time_zone"])
    rows = report_rows.read(
        since=asked.begins(zone),
        until=asked.ends(zone),
        now=now,
        instruments=[one.value for one in SCORES],
    )
    cases = [_case(row, asked.by, now) for row in rows]
    found = counted.report(cases, [one.value for one in SCORES])
    today = now.astimezone(zone)
    frame: dict[str, Any] = {
        "clinic": clinic["name"],
        "asked": asked,
        "looked_at": f"{today.day} {today:%B %Y}",
        "cases": found.cases if found else None,
        "has_cases": bool(cases) or Case.objects.exists(),
        "of_own": clinic["care"] == CareRule.TEAM and by.role == Role.CLINICIAN,
    }
    if found is None:
        return CaseloadReport(**frame)
    return CaseloadReport(
        **frame,
        split_note=split_note(found, asked.by),
        quarters=quarters(found, asked.by),
        milestones=tuple(milestone_picture(one, found, asked.by) for one in Milestone),
        outcomes=tuple(outcome(one, found, asked.by) for one in SCORES),
        shares=(stalled(found, asked.by), quiet(found, asked.by)),
    )


def _case(row: ReportRow, by: By, now: datetime) -> ReportCase:
    def day(at: datetime | None) -> int | None:
        return None if at is None else (at - row.opened_at).days

    watched = (row.closed_at or now) - row.opened_at
    discharged = row.closed_at if row.outcome in DISCHARGED else None
    moments = {
        Milestone.FIRST_RUN: day(row.first_run_at),
        Milestone.STAGE_4: day(row.stage_4_at),
        Milestone.STAGE_7: day(row.stage_7_at),
        Milestone.DISCHARGE: day(discharged),
    }
    return ReportCase(
        group=_group(row.types if by is By.TYPE else row.protocols),
        days_watched=watched.days,
        is_closed=row.closed_at is not None,
        reached={milestone: at for milestone, at in moments.items() if at is not None},
        stalled=row.stalled,
        quiet=row.outcome == CaseOutcome.STOPPED_COMING or (row.closed_at is None and row.inactive),
        dose_percent=percent_done(row.reps_done or 0, row.reps_prescribed or 0),
        gains=_gains(row.scores),
    )


def _group(codes: Sequence[str] | None) -> str:
    if not codes:
        return NONE_YET
    return codes[0] if len(codes) == 1 else DIFFERENT


def _gains(scores: str | None) -> dict[str, float]:
    taken = json.loads(scores) if scores else []
    found = {}
    for instrument in SCORES:
        own = [
            ScoreTaken(str(tendon), day, value) for name, tendon, value, day in taken if name == instrument
        ]
        higher = INSTRUMENTS[instrument].direction is Direction.HIGHER_IS_BETTER
        points = gain(own, higher_is_better=higher)
        if points is not None:
            found[instrument.value] = points
    return found
