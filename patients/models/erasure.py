"""A runner's wish that the clinic removes who they are from its records. The clinic answers it."""

from django.db import models
from django.db.models import Q

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow
from physio.web.grants import KEEP, OWN_ROWS, Grants
from physio.web.references import Reference, belongs


class ErasureRequest(ClinicRow):
    patient = Reference("patients.Patient")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = Reference("patients.Membership", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(app=KEEP, patient=OWN_ROWS)

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("patient", "patients.Patient"),
            belongs("answered_by", "patients.Membership"),
            models.UniqueConstraint(
                fields=("clinic", "patient"),
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="patients_erasurerequest_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Erasure request {self.id}"
