"""Whether running waits after a suspension, a withdrawn consent or a reopening, and where it was before."""

from dataclasses import dataclass
from uuid import UUID

from assessments.models import RedFlagClearance
from patients.models import CaseChange, ChangeKind, Consent, ConsentKind
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import StageAct, Track
from rehab.models import Flag, StageChange


@dataclass(frozen=True, slots=True)
class Before:
    stage: int
    track: Track


def before_pause(case_id: UUID) -> Before | None:
    """None when running is not paused: no step back with one of those came last."""
    changes = list(StageChange.objects.for_case(case_id).order_by("-at", "-id")[:2])
    if len(changes) < 2 or changes[0].kind != StageAct.STEP_BACK or changes[0].from_stage is None:
        return None
    pause, stage = changes[0], changes[0].from_stage
    worsening = Flag.objects.for_case(case_id).filter(
        kind=FindingKind.WORSENING.value, resolved_by__isnull=False
    )
    if not (
        RedFlagClearance.objects.for_case(case_id).filter(cleared_at=pause.at).exists()
        or worsening.filter(resolved_at=pause.at).exists()
        or Consent.objects.filter(patient__cases=case_id, kind=ConsentKind.WITHDRAWN, at=pause.at).exists()
        or CaseChange.objects.for_case(case_id).filter(kind=ChangeKind.REOPENED, at=pause.at).exists()
    ):
        return None
    return Before(stage, Track(changes[1].track))
