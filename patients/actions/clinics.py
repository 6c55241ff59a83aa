"""Opens a clinic with its first member, who owns it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from patients.actions import memberships
from patients.models import Case, Clinic, Membership, Role, uuid7
from physio.web.tenancy import tenant


class ClinicRefused(ValueError):
    """Says in a sentence why the clinic cannot be changed so."""


@transaction.atomic
def change(*, clinic: Clinic, values: Mapping[str, Any], by: Membership, now: datetime) -> Clinic:
    """What runners read of the clinic, and how it decides. The audit keeps what it was.

    A change of record-only makes every open case due: its answer to the runner changes with it.
    """
    if by.clinic_id != clinic.pk or by.role != Role.OWNER:
        raise ClinicRefused("Only an owner of the clinic may change it.")
    before = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    for name, value in values.items():
        setattr(clinic, name, value)
    clinic.save(update_fields=list(values))
    if clinic.record_only != before.record_only:
        Case.objects.open().update(evaluation_due_at=now)
    return clinic


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
