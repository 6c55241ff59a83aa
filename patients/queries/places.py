"""In which clinic a user is, and as what. Asked once a request, before any clinic is entered."""

from uuid import UUID

from patients.models import Membership


def resolve(*, user_id: UUID, chosen_id: str | None) -> Membership | None:
    """The chosen membership if it is still active, else the first active one, else None.

    Its `clinic` and `patient` cannot be followed yet: their rows show only inside the clinic.
    """
    places = list(Membership.objects.active().for_user(user_id).order_by("id"))
    return next((place for place in places if str(place.id) == chosen_id), places[0] if places else None)
