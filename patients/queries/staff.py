"""The clinic's members, and an invitation as whoever holds its token may see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from patients.models import Membership, StaffInvitation, User
from patients.queries.invitations import InvitationState, token_hash
from physio.web.tenancy import tenant


@dataclass(frozen=True)
class Member:
    id: UUID
    name: str
    email: str
    role: str
    is_active: bool
    invited: bool  # an invitation waits
    has_password: bool


@dataclass(frozen=True)
class Invited:
    clinic_name: str
    clinic_phone: str
    name: str
    state: InvitationState
    has_password: bool
    clinic_id: UUID
    user: User
    invitation: StaffInvitation


def members(clinic_id: UUID, now: datetime) -> list[Member]:
    """Who works here now first, by name. A membership is outside the clinic's row security."""
    invited = StaffInvitation.objects.open(now).filter(membership=OuterRef("pk"))
    found = Membership.objects.staff().filter(clinic_id=clinic_id).select_related("user")
    rows = found.annotate(invited=Exists(invited)).order_by("-is_active", "display_name", "id")
    return [
        Member(
            id=one.pk,
            name=one.display_name,
            email=one.user.email,
            role=one.role,
            is_active=one.is_active,
            invited=one.invited,
            has_password=one.user.has_usable_password(),
        )
        for one in rows
    ]


def member(clinic_id: UUID, membership_id: UUID) -> Membership:
    """Membership.DoesNotExist for a patient, and for anybody of another clinic."""
    return Membership.objects.staff().select_related("user").get(clinic_id=clinic_id, pk=membership_id)


def by_token(*, token: str, now: datetime) -> Invited | None:
    """None for a token nobody was given, or a member who has left. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clinic_id, invitation_id FROM staff_invitation_by_token(%s)", [token_hash(token)]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    clinic_id, invitation_id = row
    with tenant(clinic_id=clinic_id, actor="invitation"):
        found = StaffInvitation.objects.select_related("clinic").get(pk=invitation_id)
        place = Membership.objects.active().select_related("user").filter(pk=found.membership_id).first()
        if place is None:
            return None
        if found.accepted_at is not None:
            state = InvitationState.USED
        else:
            state = InvitationState.OPEN if found.expires_at > now else InvitationState.EXPIRED
        return Invited(
            clinic_name=found.clinic.name,
            clinic_phone=found.clinic.phone,
            name=place.display_name,
            state=state,
            has_password=place.user.has_usable_password(),
            clinic_id=clinic_id,
            user=place.user,
            invitation=found,
        )
