"""A clinic's own protocol templates: kept under a name, and retired. Neither touches any plan."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments.clinical.classification import Protocol
from patients.actions.physio_acts import PHYSIOS, ActRefused
from patients.models import Clinic, Membership
from rehab.actions.plans import dose_columns
from rehab.clinical.protocols import Dose
from rehab.models import OwnTemplate

MOST = 40


@transaction.atomic
def keep(*, name: str, protocol: Protocol, dose: Dose, by: Membership, now: datetime) -> OwnTemplate:
    """ActRefused for a name in use, or when there are too many to choose from."""
    _check(by)
    Clinic.objects.select_for_update(no_key=True).get(
        pk=by.clinic_id
    )  # one at a time, for the name and the count
    offered = OwnTemplate.objects.offered()
    if offered.filter(name__iexact=name.strip()).exists():
        raise ActRefused("A template with this name is there already.", "kept_as")
    if offered.count() >= MOST:
        raise ActRefused(f"There are {MOST} templates. Retire one first.", "kept_as")
    return OwnTemplate.objects.create(
        clinic_id=by.clinic_id,
        name=name.strip(),
        protocol=protocol.value,
        author=by,
        created_at=now,
        **dose_columns(dose),
    )


@transaction.atomic
def retire(*, template_id: UUID, by: Membership, now: datetime) -> None:
    """Not offered any more. OwnTemplate.DoesNotExist when this clinic has no such template."""
    _check(by)
    if (
        not OwnTemplate.objects.offered()
        .filter(pk=template_id, clinic_id=by.clinic_id)
        .update(retired_at=now)
    ):
        raise OwnTemplate.DoesNotExist


def _check(by: Membership) -> None:
    if by.role not in PHYSIOS:
        raise OwnTemplate.DoesNotExist
