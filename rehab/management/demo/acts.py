"""What happens in an invented runner's life, as plain dated values, before any of it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.findings import Finding
from assessments.clinical.sides import Side
from rehab.clinical.history import ExerciseSet, Half, ReportKind, WarmUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`at`: when it happened; `heard_at`: when the clinic had it, later where the phone had no signal."""

    at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran(Act):
    id: UUID
    minutes: int
    pain: Mapping[Side, int | None]
    warm_up: Mapping[Side, WarmUp | None]
    distance_m: int | None = None
    longest_block_minutes: int | None = None
    hills: bool = False
    speed: bool = False
    shoe: str = ""
    shoe_drop_mm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt(Act):
    """A morning check, or a check about a run."""

    id: UUID
    kind: ReportKind
    pain: Mapping[Side, int | None]
    run_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercised(Act):
    id: UUID
    side: Side
    half: Half
    sets: tuple[ExerciseSet, ...]
    pain: int | None
    protocol: Protocol | None = None  # what was done instead of the plan's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarmed(Act):
    id: UUID
    findings: tuple[Finding, ...]
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Act):
    """The physio opens the next stage."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed(Act):
    """The physio sees the runner again and takes the score, 0-100."""

    visa_a: Mapping[Side, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """What the physio finds on one leg on the first day."""

    side: Side
    type: TendinopathyType
    tender_cm: float
    second_tender_cm: float | None
    usual_pain: int
    worst_pain: int
    visa_a: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One invented runner, from the first visit to today."""

    began_at: datetime
    time_zone: str
    legs: tuple[Leg, ...]
    stage: int
    start_reason: str = ""
    acts: tuple[Act, ...] = field(default_factory=tuple)
