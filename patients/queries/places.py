"""In which clinic a user is, and as what. Asked once a request, before any clinic is entered."""

from uuid import UUID

from django.db.models import UUIDField

from patients.models import Membership
from physio.web.kept import Kept


def resolve(*, user_id: UUID, chosen_id: str | None) -> Membership | None:
    """The chosen membership if it is still active, else the first active one, else None.

    Its `clinic` and `patient` cannot be followed yet: their rows show only inside the clinic.
    """
    places = _PLACES.ask(user_id=user_id)
    return next((place for place in places if str(place.id) == chosen_id), places[0] if places else None)


_PLACES = Kept(
    lambda user_id: Membership.objects.active().for_user(user_id).order_by("id"), user_id=UUIDField()
)
