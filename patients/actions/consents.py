"""A runner agrees to the diary, or takes it back. Each is a row of its own; none is ever changed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from patients.models import Consent, ConsentKind, Membership, Patient, Role
from patients.queries import consents


@transaction.atomic
def write(*, kind: ConsentKind, membership: Membership, now: datetime) -> Consent | None:
    """The new row; None when it stands so already. Only the runner's own word counts."""
    if membership.role != Role.PATIENT or membership.patient_id is None:
        raise Patient.DoesNotExist
    patient = Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=membership.patient_id)
    standing = consents.of(patient.pk)
    same_text = kind is ConsentKind.WITHDRAWN or standing.is_given
    if standing.kind is kind and same_text:
        return None
    if standing.kind is None and kind is ConsentKind.WITHDRAWN:
        return None  # nothing was given
    return Consent.objects.create(
        clinic_id=patient.clinic_id,
        patient_id=patient.pk,
        by=membership,
        at=now,
        kind=kind,
        text_version=consents.TEXT_VERSION,
        language=get_language() or "",
    )
