"""The rows of one case as they are stored: the fields are the columns that are read, under the same names."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class TendonRow(NamedTuple):
    id: str
    side: str


class RunRow(NamedTuple):
    id: str
    client_id: str
    occurred_at: datetime
    received_at: datetime
    local_date: date
    supersedes_id: str | None
    voided: bool
    pain_left: int | None
    pain_right: int | None
    warm_up_left: str | None
    warm_up_right: str | None
    minutes: int
    longest_block_minutes: int | None
    distance_m: int | None
    hills: bool | None
    speed: bool | None
    shoe: str
    shoe_drop_mm: int | None


class ReportRow(NamedTuple):
    id: str
    client_id: str
    occurred_at: datetime
    received_at: datetime
    local_date: date
    supersedes_id: str | None
    voided: bool
    pain_left: int | None
    pain_right: int | None
    kind: str
    run_id: str | None
    stiffness_minutes: int | None


class SessionRow(NamedTuple):
    id: str
    client_id: str
    occurred_at: datetime
    received_at: datetime
    local_date: date
    supersedes_id: str | None
    voided: bool
    tendon_id: str
    half: str
    protocol: str
    sets: str  # JSON
    pain: int | None


class RedFlagRow(NamedTuple):
    id: str
    client_id: str
    occurred_at: datetime
    received_at: datetime
    local_date: date
    supersedes_id: str | None
    voided: bool
    findings: str  # JSON
    side: str | None


class AssessmentRow(NamedTuple):
    id: str
    assessed_at: datetime
    red_flags: str  # JSON
    facts: str  # JSON


class FindingRow(NamedTuple):
    tendon_id: str
    assessed_at: datetime
    usual_pain: int | None
    worst_pain: int | None


class ClearanceRow(NamedTuple):
    id: str
    cleared_at: datetime
    by_id: str
    covers: str | None  # JSON


class ResolutionRow(NamedTuple):
    id: str
    resolved_at: datetime
    resolved_by_id: str
    side: str


class ScoreRow(NamedTuple):
    instrument: str
    tendon_id: str | None
    value: float
    taken_on: date


class StepRow(NamedTuple):
    id: str
    at: datetime
    kind: str
    from_stage: int | None
    to_stage: int
    track: str
    by_id: str | None  # None: a step back that the rules made
    reason: str
    cause_id: str | None


class PlanRow(NamedTuple):
    id: str
    tendon_id: str
    tendinopathy_type: str
    protocol: str
    starts_on: date
    ends_on: date | None
    sets: int
    reps: int
    sessions_per_day: int
    days_per_week: int
    knees: str  # JSON
    start_sets: int
    override_reason: str
    thresholds: str  # JSON
    created_at: datetime


@dataclass(frozen=True)
class CaseRows:
    """One case's rows, oldest first."""

    id: UUID
    status: str
    opened_at: datetime
    time_zone: str
    record_only: bool
    withdrawn_at: datetime | None
    given_at: datetime | None
    tendons: list[TendonRow]
    runs: list[RunRow]
    reports: list[ReportRow]
    sessions: list[SessionRow]
    red_flags: list[RedFlagRow]
    assessments: list[AssessmentRow]
    findings: list[FindingRow]
    clearances: list[ClearanceRow]
    resolutions: list[ResolutionRow]
    scores: list[ScoreRow]
    steps: list[StepRow]
    plans: list[PlanRow]
