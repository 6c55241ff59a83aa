"""The newest assessment of a case, as the rules read it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assessments.clinical.classification import PalpationFindings, Suggestion, TendinopathyType, classify
from assessments.clinical.clinic_screen import ASKED
from assessments.clinical.findings import Finding
from assessments.clinical.red_flags import Screening, screen
from assessments.clinical.sides import Side
from assessments.models import Assessment, RedFlagClearance, TendonFinding


@dataclass(frozen=True, slots=True)
class AssessedTendon:
    tendon_id: UUID
    side: Side
    tender_cm: float | None
    suggestion: Suggestion
    decided_type: TendinopathyType
    type_reason: str  # why another type than the suggested one was decided, else empty
    usual_pain: int | None
    worst_pain: int | None


@dataclass(frozen=True, slots=True)
class LatestAssessment:
    """`screening` is the screen of that day without what a physio has ruled out since."""

    id: UUID
    assessed_at: datetime
    screening: Screening
    tendons: tuple[AssessedTendon, ...]

    def of(self, side: Side) -> AssessedTendon | None:
        return next((one for one in self.tendons if one.side is side), None)


def latest(case_id: UUID) -> LatestAssessment | None:
    """None when nobody has assessed the case. Three queries."""
    row = Assessment.objects.for_case(case_id).order_by("-assessed_at", "-id").first()
    if row is None:
        return None
    cleared = RedFlagClearance.objects.for_case(case_id).filter(cleared_at__gte=row.assessed_at)
    ruled_out = {code for codes in cleared.values_list("ruled_out_findings", flat=True) for code in codes}
    found = {*row.red_flags, *row.facts.get("other_findings", [])} - ruled_out
    not_asked = row.facts.get("not_asked", ASKED)  # a row that does not say has not asked
    findings = TendonFinding.objects.filter(assessment=row).select_related("tendon")
    return LatestAssessment(
        id=row.id,
        assessed_at=row.assessed_at,
        screening=screen(map(Finding, found), map(Finding, not_asked)),
        tendons=tuple(map(_tendon, findings.order_by("tendon__side", "id"))),
    )


def _tendon(row: TendonFinding) -> AssessedTendon:
    first, second = (None if cm is None else float(cm) for cm in (row.tender_cm, row.second_tender_cm))
    return AssessedTendon(
        tendon_id=row.tendon_id,
        side=Side(row.tendon.side),
        tender_cm=first,
        suggestion=classify(PalpationFindings(first, second, row.thickening, row.stretch_pain)),
        decided_type=TendinopathyType(row.decided_type),
        type_reason=row.override_reason,
        usual_pain=row.usual_pain,
        worst_pain=row.worst_pain,
    )
