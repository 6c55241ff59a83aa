"""Which red-flag findings of a case stand open: reported or found since the last clearance."""

from uuid import UUID

from assessments.clinical.findings import Finding
from assessments.clinical.red_flags import screen
from assessments.models import Assessment, RedFlagClearance
from rehab.models import RedFlagReport


def open_findings(case_id: UUID) -> tuple[Finding, ...]:
    """Most urgent first. A corrected report counts too: editing never clears."""
    reports = RedFlagReport.objects.for_case(case_id)
    assessed = Assessment.objects.for_case(case_id)
    last = RedFlagClearance.objects.for_case(case_id).order_by("-cleared_at", "-id").first()
    if last is not None:
        reports = reports.filter(received_at__gt=last.cleared_at)
        assessed = assessed.filter(assessed_at__gt=last.cleared_at)
    codes = [
        *(code for codes in reports.values_list("findings", flat=True) for code in codes),
        *(code for codes in assessed.values_list("red_flags", flat=True) for code in codes),
    ]
    return tuple(finding for finding in screen(map(Finding, codes)).findings if finding.pathway.is_red_flag)
