"""An invitation, as whoever holds its token may see it: they are not signed in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from patients.models import Invitation, Membership
from physio.web.tenancy import tenant


class InvitationState(StrEnum):
    OPEN = "OPEN"
    USED = "USED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True)
class InvitationFound:
    clinic_name: str
    clinic_phone: str
    email: str
    state: InvitationState


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(*, token: str, now: datetime) -> InvitationFound | None:
    """None for a token nobody was given, or a patient whose place was closed. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clinic_id, invitation_id FROM invitation_by_token(%s)", [token_hash(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    clinic_id, invitation_id = row
    with tenant(clinic_id=clinic_id, actor="invitation"):
        invitation = Invitation.objects.select_related("clinic").get(pk=invitation_id)
        places = Membership.objects.active().filter(clinic_id=clinic_id, patient_id=invitation.patient_id)
        place = places.select_related("user").order_by("id").first()  # at most one: a named constraint
        if place is None:
            return None
        return InvitationFound(
            clinic_name=invitation.clinic.name,
            clinic_phone=invitation.clinic.phone,
            email=place.user.email,
            state=_state(invitation, now),
        )


def _state(invitation: Invitation, now: datetime) -> InvitationState:
    if invitation.accepted_at is not None:
        return InvitationState.USED
    return InvitationState.OPEN if invitation.expires_at > now else InvitationState.EXPIRED
