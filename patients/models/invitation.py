"""An invitation to the portal. Only the token's hash is kept."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow
from physio.web.grants import KEEP, OWN_ROWS, Grants
from physio.web.references import Reference, belongs


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        return self.filter(accepted_at__isnull=True, expires_at__gt=now)


class Invitation(ClinicRow):
    patient = Reference("patients.Patient", related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = Reference("patients.Membership")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(
        app=KEEP, patient=OWN_ROWS, owner_reads="invitation_by_token", hidden_columns=("token_hash",)
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("patient", "patients.Patient"),
            belongs("created_by", "patients.Membership"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="patients_invitation_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.id}"
