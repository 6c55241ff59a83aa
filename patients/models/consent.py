"""What a runner agreed to, word by word of which text, and when they took it back. Only added to."""

from django.db import models

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow, code_check
from physio.web.grants import APPEND, OWN_ROWS, READ, Grants
from physio.web.references import Reference, belongs


class ConsentKind(models.TextChoices):
    GIVEN = "GIVEN", "Given"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class Consent(ClinicRow):
    """The newest row of a patient says how it stands; none: not asked yet.

    `text_version`: of `patients.queries.consents.PARTS`; `language`: in which it was read.
    """

    patient = Reference("patients.Patient", related_name="consents")
    by = Reference("patients.Membership")
    at = models.DateTimeField()
    kind = models.CharField(max_length=9, choices=ConsentKind)
    text_version = models.CharField(max_length=10)
    language = models.CharField(max_length=10)

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS)

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("patient", "patients.Patient"),
            belongs("by", "patients.Membership"),
            code_check("kind", ConsentKind.values),
            models.UniqueConstraint(
                fields=("clinic", "patient", "at"), name="patients_consent_one_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"Consent {self.kind} {self.id}"
