"""What stands behind the plan page: the newest assessment, the plans in force, the path of running."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.sides import Side
from assessments.queries.assessments import LatestAssessment, latest
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.protocols import TEMPLATES, Dose, dose_in_words
from rehab.models import Flag, OwnTemplate, Plan, StageChange
from rehab.queries import defaults


@dataclass(frozen=True)
class PlanInForce:
    id: UUID
    side: Side
    type: TendinopathyType
    protocol: Protocol
    dose: Dose
    starts_on: date
    version: int
    override_reason: str
    author: str
    created_at: datetime
    thresholds: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class TemplateRow:
    """One of the clinic's own."""

    id: UUID
    name: str
    protocol: Protocol
    dose: Dose
    author: str
    created_at: datetime

    @property
    def words(self) -> str:
        return f"{self.protocol.label}: {dose_in_words(self.protocol, self.dose)}"


@dataclass(frozen=True)
class PlanPage:
    """`assessment` None: nobody has assessed the case. `stage` None: running has not started.

    `thresholds`: what each leg's newest plan changed, also one that ended; the plan that started later is
    believed, as in the evaluation. Before the first plan, what the clinic's new plans start from.
    `authors`: membership id -> name, of whoever changed a threshold.
    """

    assessment: LatestAssessment | None
    plans: dict[Side, PlanInForce]
    thresholds: dict[str, dict[str, Any]]
    red_flag_open: bool
    stage: int | None
    track: str
    templates: tuple[TemplateRow, ...] = ()
    defaults: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)


def load(case_id: UUID) -> PlanPage:
    """Nine queries at most, whatever the number of legs and versions."""
    rows = list(Plan.objects.for_case(case_id).newest_of_each_leg().select_related("tendon", "author"))
    last = StageChange.objects.for_case(case_id).order_by("-at", "-id").first()
    stands = defaults.standing(rows)
    clinics = {} if rows else defaults.in_force()
    return PlanPage(
        assessment=latest(case_id),
        plans={
            Side(row.tendon.side): _in_force(row)
            for row in sorted(rows, key=lambda row: row.tendon.side)
            if row.ends_on is None
        },
        thresholds=stands or clinics,
        red_flag_open=Flag.objects.open().for_case(case_id).filter(kind=FindingKind.RED_FLAG.value).exists(),
        stage=last.to_stage if last else None,
        track=last.track if last else "",
        templates=templates(),
        defaults=clinics,
        authors=defaults.authors(stands, clinics),
    )


def templates() -> tuple[TemplateRow, ...]:
    """What the clinic offers of its own, by name."""
    rows = OwnTemplate.objects.offered().select_related("author").order_by("name", "id")
    return tuple(
        TemplateRow(
            row.id, row.name, Protocol(row.protocol), row.dose, row.author.display_name, row.created_at
        )
        for row in rows
    )


def built_in() -> tuple[tuple[str, str, str], ...]:
    """Ours: name, dose and how it is done."""
    return tuple(
        (one.protocol.label, dose_in_words(one.protocol, one.dose), one.movement)
        for one in TEMPLATES.values()
    )


def _in_force(row: Plan) -> PlanInForce:
    return PlanInForce(
        id=row.id,
        side=Side(row.tendon.side),
        type=TendinopathyType(row.tendinopathy_type),
        protocol=Protocol(row.protocol),
        dose=row.dose,
        starts_on=row.starts_on,
        version=row.version,
        override_reason=row.override_reason,
        author=row.author.display_name,
        created_at=row.created_at,
        thresholds=row.thresholds,
    )
