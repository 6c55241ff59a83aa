"""Who may open whose record inside a clinic, and the records that were opened with a reason."""

from django.db import models
from django.db.models import F

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow, written_check
from physio.web.grants import APPEND, OWN_ROWS, Grants
from physio.web.references import Reference, belongs


class CareRule(models.TextChoices):
    """The clinic's choice. Owners see every record under either."""

    EVERYONE = "EVERYONE", "Every physio sees every record"
    TEAM = "TEAM", "Physios see their own and their team's records; others with a reason"


class RecordOpening(ClinicRow):
    """A physio opened the record of somebody they do not care for, and wrote why. Only added to."""

    patient = Reference("patients.Patient")
    by = Reference("patients.Membership")
    at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()

    grants = Grants(app=APPEND, patient=OWN_ROWS, owner_reads="in_care")

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("patient", "patients.Patient"),
            belongs("by", "patients.Membership"),
            written_check("reason"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=F("at")), name="patients_recordopening_ends_later"
            ),
        ]
        indexes = [
            models.Index(fields=("clinic", "by", "ends_at"), name="patients_opening_by"),
            models.Index(fields=("clinic", "at", "id"), name="patients_opening_clinic"),
        ]

    def __str__(self) -> str:
        return f"Opening {self.id}"
