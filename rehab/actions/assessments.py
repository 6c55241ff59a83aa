"""An assessment with what follows from it at once: a red flag suspends the case in the same transaction."""

from datetime import datetime

from django.db import transaction

from assessments.actions import assessments
from assessments.actions.entry import AssessmentEntry
from assessments.clinical.red_flags import Finding, screen
from assessments.models import Assessment
from patients.models import Case, Membership
from rehab.actions.red_flags import raise_flag
from rehab.models import FlagSide


@transaction.atomic
def record(*, case: Case, entry: AssessmentEntry, by: Membership, now: datetime) -> Assessment:
    """As `assessments.actions.assessments.record`; a red flag found opens its flag too."""
    assessment = assessments.record(case=case, entry=entry, by=by, now=now)
    screening = screen(map(Finding, assessment.red_flags))
    if screening.suspends and assessment.assessed_at == now:
        raise_flag(
            case=case,
            screening=screening,
            side=FlagSide.CASE,
            source="found in the assessment",
            entry_id=str(assessment.pk),
            at=assessment.assessed_at,
            now=now,
        )
    return assessment
