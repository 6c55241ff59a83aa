"""Who a signed-in user is, and where."""

from dataclasses import dataclass
from uuid import UUID

from patients.models import Clinic, Membership, Role
from physio.web.tenancy import tenant


@dataclass(frozen=True)
class Place:
    """One of the clinics a user may enter, and as what."""

    membership_id: UUID
    clinic_name: str
    role: str
    here: bool


def is_staff(user_id: UUID) -> bool:
    """A member of any clinic, and not as its patient: signs in with two factors, whatever else they are."""
    return Membership.objects.active().for_user(user_id).staff().exists()


def places(*, user_id: UUID, current_id: UUID | None) -> list[Place]:
    """By the clinic's name. One query for each: a clinic's name shows only inside it."""
    found = []
    for membership in Membership.objects.active().for_user(user_id).order_by("id"):
        with tenant(clinic_id=membership.clinic_id, actor=user_id):
            name = Clinic.objects.get(pk=membership.clinic_id).name
        role = Role(membership.role).label
        found.append(Place(membership.id, name, str(role), membership.id == current_id))
    return sorted(found, key=lambda place: (place.clinic_name.casefold(), place.membership_id))
