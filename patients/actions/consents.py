"""A runner agrees to the diary, or takes it back. Each is a row of its own; none is ever changed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from patients.models import Consent, ConsentKind, Membership, Patient, Role
from patients.queries import consents


@transaction.atomic
def write(*, kind: ConsentKind, membership: Membership, now: datetime) -> Consent | None:
    """The new row; None when it stands so already, or nothing was given that could be taken back.

    Only the runner's own word counts.
    """
    if membership.role != Role.PATIENT or membership.patient_id is None:
        raise Patient.DoesNotExist
    patient = Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=membership.patient_id)
    standing = consents.of(patient.pk)
    is_so = standing.is_given if kind is ConsentKind.GIVEN else standing.kind is not ConsentKind.GIVEN
    if is_so:
        return None
    return Consent.objects.create(
        clinic_id=patient.clinic_id,
        patient_id=patient.pk,
        by=membership,
        at=now,
        kind=kind,
        text_version=consents.TEXT_VERSION,
        language=get_language() or "",
    )
