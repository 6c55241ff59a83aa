"""An invitation to work at the clinic. Only the token's hash is kept; a new one ends those before it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow
from physio.web.grants import KEEP, Grants
from physio.web.references import Reference, belongs


class StaffInvitationQuerySet(models.QuerySet["StaffInvitation"]):
    def open(self, now: datetime) -> Self:
        return self.filter(accepted_at__isnull=True, expires_at__gt=now)


class StaffInvitation(ClinicRow):
    membership = Reference("patients.Membership")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = Reference("patients.Membership")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(app=KEEP, owner_reads="staff_invitation_by_token", hidden_columns=("token_hash",))

    objects = StaffInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("membership", "patients.Membership"),
            belongs("created_by", "patients.Membership"),
            models.CheckConstraint(
                condition=Q(expires_at__gte=F("created_at")), name="patients_staffinvitation_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"Staff invitation {self.id}"
