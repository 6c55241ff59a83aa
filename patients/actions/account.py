"""What a person changes about their own account: language, time zone, keys, and the wish to be forgotten."""

from datetime import datetime
from uuid import uuid5

from django.db import transaction

from patients import emails
from patients.actions import outbox
from patients.models import Case, ErasureRequest, Membership, Patient, Role, User


@transaction.atomic
def choose(*, membership: Membership, language: str, time_zone: str, now: datetime) -> None:
    """Another time zone moves the runner's days, so their case is looked at again."""
    patient = Patient.objects.select_for_update(no_key=True).get(pk=str(membership.patient_id))
    if patient.time_zone != time_zone:
        Case.objects.open().for_patient(patient.pk).update(evaluation_due_at=now)
    patient.language, patient.time_zone = language, time_zone
    patient.save(update_fields=["language", "time_zone"])


def use_single_keys(*, user: User, on: bool) -> None:
    """On every device where this person signs in."""
    User.objects.filter(pk=user.pk).update(single_keys=on)


@transaction.atomic
def ask_for_erasure(*, membership: Membership, now: datetime) -> ErasureRequest:
    """Kept, and told to whoever is responsible at the clinic. A second one while one is open does nothing."""
    patient = (
        Patient.objects.select_for_update(no_key=True, of=("self",))
        .select_related("responsible__user")
        .get(pk=str(membership.patient_id))
    )
    known = _open(patient)
    if known is not None:
        return known
    wish = ErasureRequest.objects.create(clinic_id=patient.clinic_id, patient=patient, asked_at=now)
    mail = emails.erasure_asked(number=patient.number)
    to = patient.responsible
    outbox.post(mail=mail, to=to, address=to.user.email, kind="ERASURE_ASKED", about=wish.pk, now=now)
    owners = Membership.objects.active().filter(clinic_id=patient.clinic_id, role=Role.OWNER)
    for owner in owners.exclude(pk=to.pk).select_related("user").order_by("id"):  # they answer it
        about = uuid5(wish.pk, str(owner.pk))
        outbox.post(mail=mail, to=owner, address=owner.user.email, kind="ERASURE_ASKED", about=about, now=now)
    return wish


@transaction.atomic
def withdraw_erasure(*, membership: Membership, now: datetime) -> None:
    """Twice is as good as once."""
    ErasureRequest.objects.filter(
        patient_id=str(membership.patient_id), answered_at__isnull=True, withdrawn_at__isnull=True
    ).update(withdrawn_at=now)


def _open(patient: Patient) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(
        patient=patient, answered_at__isnull=True, withdrawn_at__isnull=True
    ).first()
