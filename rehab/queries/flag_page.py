"""Whose flag it is and what it is called: what an act on a flag says back."""

from dataclasses import dataclass
from uuid import UUID

from rehab.clinical.evaluation import FindingKind
from rehab.models import Flag
from rehab.queries.flag_words import word
from rehab.queries.worklist_rows import name_of


@dataclass(frozen=True)
class About:
    flag_id: UUID
    case_id: UUID
    patient_id: UUID
    name: str
    word: str
    reason: str
    time_zone: str
    is_red: bool
    needs_note: bool


def about(flag_id: UUID) -> About | None:
    """None when this clinic has no such flag."""
    flag = Flag.objects.filter(pk=flag_id).select_related("patient__person", "clinic").first()
    if flag is None:
        return None
    return About(
        flag_id=flag.pk,
        case_id=flag.case_id,
        patient_id=flag.patient_id,
        name=name_of(flag.patient),
        word=word(flag.kind),
        reason=flag.reason,
        time_zone=flag.clinic.time_zone,
        is_red=flag.kind == FindingKind.RED_FLAG,
        needs_note=flag.kind == FindingKind.WORSENING,
    )
