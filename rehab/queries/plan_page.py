"""What stands behind the plan page: the newest assessment, the plans in force, the path of running."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.sides import Side
from assessments.queries.assessments import LatestAssessment, latest
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import Knee
from rehab.clinical.protocols import Dose
from rehab.models import Flag, Plan, StageChange


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
class PlanPage:
    """`assessment` None: nobody has assessed the case. `stage` None: running has not started."""

    assessment: LatestAssessment | None
    plans: dict[Side, PlanInForce]
    red_flag_open: bool
    stage: int | None
    track: str

    @property
    def thresholds(self) -> dict[str, dict[str, Any]]:
        """What the plans in force changed; the plan that started later is believed, as in the evaluation."""
        ordered = sorted(self.plans.values(), key=lambda plan: (plan.starts_on, plan.version))
        return {code: change for plan in ordered for code, change in plan.thresholds.items()}


def load(case_id: UUID) -> PlanPage:
    """Six queries, whatever the number of legs and versions."""
    rows = Plan.objects.for_case(case_id).open().select_related("tendon", "author")
    last = StageChange.objects.for_case(case_id).order_by("-at", "-id").first()
    return PlanPage(
        assessment=latest(case_id),
        plans={Side(row.tendon.side): _in_force(row) for row in rows.order_by("tendon__side", "id")},
        red_flag_open=Flag.objects.open().for_case(case_id).filter(kind=FindingKind.RED_FLAG.value).exists(),
        stage=last.to_stage if last else None,
        track=last.track if last else "",
    )


def dose_of(row: Plan) -> Dose:
    """A stored plan's dose."""
    return Dose(
        sets=row.sets,
        reps=row.reps,
        sessions_per_day=row.sessions_per_day,
        days_per_week=row.days_per_week,
        knees=tuple(map(Knee, row.knees)),
        tempo_low_s=row.tempo_low_s,
        tempo_high_s=row.tempo_high_s,
        load_kg=None if row.load_kg is None else float(row.load_kg),
        start_sets=row.start_sets,
    )


def _in_force(row: Plan) -> PlanInForce:
    return PlanInForce(
        id=row.id,
        side=Side(row.tendon.side),
        type=TendinopathyType(row.tendinopathy_type),
        protocol=Protocol(row.protocol),
        dose=dose_of(row),
        starts_on=row.starts_on,
        version=row.version,
        override_reason=row.override_reason,
        author=row.author.display_name,
        created_at=row.created_at,
        thresholds=row.thresholds,
    )
