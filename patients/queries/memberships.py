"""Who a signed-in user is, and where."""

from uuid import UUID

from patients.models import Membership


def is_staff(user_id: UUID) -> bool:
    """A member of any clinic who is not a patient there: signs in with two factors, whatever else they are."""
    return Membership.objects.active().for_user(user_id).staff().exists()
