"""What happened to a case as a whole: handed over, closed, reopened, asked after. Only added to."""

from django.db import models
from django.db.models import Q

from patients.models.tenant import CASE_ROW, CaseRow, CaseRowQuerySet, code_check
from physio.web.grants import APPEND, Grants
from physio.web.references import Reference, belongs


class ChangeKind(models.TextChoices):
    TRANSFERRED = "TRANSFERRED", "Handed over"
    CLOSED = "CLOSED", "Closed"
    REOPENED = "REOPENED", "Reopened"
    CHECKED_IN = "CHECKED_IN", "Monthly check-in"


class CaseOutcome(models.TextChoices):
    """How a case ended."""

    RUNNING_AGAIN = "RUNNING_AGAIN", "Running as before"
    BETTER = "BETTER", "Better, not yet as before"
    UNCHANGED = "UNCHANGED", "No better"
    REFERRED_ON = "REFERRED_ON", "Referred on for medical care"
    STOPPED_COMING = "STOPPED_COMING", "Stopped coming"
    OPENED_BY_MISTAKE = "OPENED_BY_MISTAKE", "Opened by mistake"


class CheckIn(models.TextChoices):
    """What a monthly check-in in maintenance found."""

    WELL = "WELL", "No trouble"
    SOME_PAIN = "SOME_PAIN", "Some pain"
    BACK = "BACK", "It is back"


class CaseChange(CaseRow):
    """`outcome`: a CaseOutcome when closed, a CheckIn when checked in. `clinician`: who took it over."""

    at = models.DateTimeField()
    by = Reference("patients.Membership")
    kind = models.CharField(max_length=11, choices=ChangeKind)
    outcome = models.CharField(max_length=17, blank=True)
    clinician = Reference("patients.Membership", null=True, blank=True)
    reason = models.TextField(blank=True)

    grants = Grants(app=APPEND)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("by", "patients.Membership"),
            belongs("clinician", "patients.Membership"),
            code_check("kind", ChangeKind.values),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.CLOSED, outcome__in=CaseOutcome.values)
                | Q(kind=ChangeKind.CHECKED_IN, outcome__in=CheckIn.values)
                | Q(kind__in=(ChangeKind.TRANSFERRED, ChangeKind.REOPENED), outcome=""),
                name="patients_casechange_outcome_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.TRANSFERRED, clinician__isnull=False)
                | (~Q(kind=ChangeKind.TRANSFERRED) & Q(clinician__isnull=True)),
                name="patients_casechange_handed_over_to_someone",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ChangeKind.REOPENED) | Q(reason__regex=r"\S"),
                name="patients_casechange_reopened_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=("clinic", "case", "at", "id"), name="patients_casechange_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
