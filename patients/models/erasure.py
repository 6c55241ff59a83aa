"""A runner's wish to be erased, the clinic's answer, and what stands where an erased runner was."""

from django.db import models
from django.db.models import Q

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow
from physio.web.grants import APPEND, KEEP, OWN_ROWS, Grants
from physio.web.references import Reference, belongs


class ErasureRequest(ClinicRow):
    """`refusal`: why the clinic keeps the record; empty when it was erased or not answered yet."""

    patient = Reference("patients.Patient")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = Reference("patients.Membership", null=True, blank=True)
    refusal = models.TextField(blank=True, default="", db_default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(app=KEEP, patient=OWN_ROWS, kept_when_erased="the wish and that it was answered")

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


class Erasure(ClinicRow):
    """A tombstone: this patient's record was erased. A restored backup is told so (`after_restore`).

    `by` None: replayed after a restore. `entries_emptied`: entries of the audit that lost their content.
    """

    patient = Reference("patients.Patient")
    by = Reference("patients.Membership", null=True, blank=True)
    erased_at = models.DateTimeField()
    entries_emptied = models.BigIntegerField(null=True, blank=True)

    grants = Grants(
        app=APPEND, owner_reads="erasures_known", kept_when_erased="the tombstone: keys and a moment only"
    )

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("patient", "patients.Patient"),
            belongs("by", "patients.Membership"),
            models.UniqueConstraint(fields=("clinic", "patient"), name="patients_erasure_once"),
        ]

    def __str__(self) -> str:
        return f"Erasure {self.id}"
