"""Which clinics there are, for commands that go through all of them, each in its own context."""

from uuid import UUID

from django.db import transaction

from patients.models import Case, Membership
from physio.web.tenancy import tenant
from rehab.queries.history import Told, load


def every_clinic() -> list[UUID]:
    """Every clinic with a member; the oldest first."""
    return list(Membership.objects.order_by("clinic_id").values_list("clinic_id", flat=True).distinct())


def cases_of_this_clinic() -> list[UUID]:
    """Every case that is not closed, in the clinic of the running transaction."""
    return list(Case.objects.open().order_by("id").values_list("id", flat=True))


def told_anywhere(case_id: UUID, *, actor: str) -> Told:
    """The case, in whichever clinic it is. Case.DoesNotExist when no clinic has it."""
    for clinic_id in every_clinic():
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor=actor):
            if Case.objects.filter(id=case_id).exists():
                return load(case_id)
    raise Case.DoesNotExist(f"No clinic has a case {case_id}.")
