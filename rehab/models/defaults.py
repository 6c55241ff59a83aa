"""The thresholds that a clinic's new plans start from. Only ever added to: the newest holds."""

from django.db import models

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow
from physio.web.grants import APPEND, Grants
from physio.web.references import Reference, belongs


class ClinicDefaults(ClinicRow):
    """`thresholds`: as in a plan, code -> {value, reason, author, at}, where they differ from the rules'."""

    thresholds = models.JSONField(default=dict, blank=True)
    by = Reference("patients.Membership")
    at = models.DateTimeField()

    grants = Grants(app=APPEND)

    class Meta:
        constraints = [UNIQUE_IN_CLINIC, belongs("by", "patients.Membership")]
        indexes = [models.Index(fields=("clinic", "at", "id"), name="rehab_clinicdefaults_at")]

    def __str__(self) -> str:
        return f"Defaults of {self.at:%Y-%m-%d}"
