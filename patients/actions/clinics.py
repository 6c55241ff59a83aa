"""Opens a clinic with its first member, who owns it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from patients.actions import memberships
from patients.models import Clinic, Membership, Role, uuid7
from physio.web.tenancy import tenant


@transaction.atomic
def open(  # `clinics.open(...)` is how it is said
    *,
    name: str,
    slug: str,
    time_zone: str,
    phone: str,
    owner_email: str,
    owner_name: str,
    password: str,
    actor: str,
    now: datetime,
) -> Membership:
    """The owner's membership. `actor` is who the audit names: nobody is signed in yet.

    Raises ValidationError for a weak password, ZoneInfoNotFoundError for a time zone nobody knows.
    """
    ZoneInfo(time_zone)
    clinic_id = uuid7()
    with tenant(clinic_id=clinic_id, actor=actor):
        clinic = Clinic.objects.create(id=clinic_id, name=name, slug=slug, time_zone=time_zone, phone=phone)
        return memberships.add_staff(
            clinic=clinic,
            email=owner_email,
            display_name=owner_name,
            role=Role.OWNER,
            password=password,
            now=now,
        )
