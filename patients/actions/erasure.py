"""The clinic's answer to a wish for erasure; the same again after a restore."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from patients import emails
from patients.actions import outbox
from patients.actions.physio_acts import ActRefused
from patients.models import Case, Erasure, ErasureRequest, Membership, Patient, Role
from patients.queries.erasures import Tombstone
from physio.web.tenancy import tenant

LEAST = 20  # characters of a reason


@transaction.atomic
def erase(*, wish: ErasureRequest, by: Membership, now: datetime) -> Erasure:
    """Everything about the runner, for good. ActRefused while their case is open."""
    wish = _open_wish(wish, by)
    if Case.objects.open().for_patient(wish.patient_id).exists():
        raise ActRefused("Their case is open. Close it first, so that nobody is left without a word.")
    Patient.objects.select_for_update(no_key=True).get(pk=wish.patient_id)
    done = Erasure.objects.create(clinic_id=wish.clinic_id, patient_id=wish.patient_id, by=by, erased_at=now)
    ErasureRequest.objects.filter(pk=wish.pk).update(answered_at=now, answered_by=by)
    _carry_out(done.pk)
    return done


@transaction.atomic
def refuse(*, wish: ErasureRequest, reason: str, by: Membership, now: datetime) -> None:
    """The runner reads the reason in the portal; the mail only says that there is an answer."""
    wish = _open_wish(wish, by)
    if len(reason.strip()) < LEAST:
        raise ActRefused("Write for the runner why the record has to stay, and until when.", "reason")
    ErasureRequest.objects.filter(pk=wish.pk).update(answered_at=now, answered_by=by, refusal=reason.strip())
    to = Membership.objects.active().select_related("user").filter(patient_id=wish.patient_id).first()
    if to is not None:
        outbox.post(
            mail=emails.erasure_answered(),
            to=to,
            address=to.user.email,
            kind="ERASURE_ANSWERED",
            about=wish.pk,
            now=now,
        )


def replay(tombstone: Tombstone) -> bool:
    """Erase again what a restored backup brought back. As the owner; False when there was nothing to do."""
    with transaction.atomic(), tenant(clinic_id=tombstone.clinic_id, actor="restore"):
        known = Patient.objects.filter(pk=tombstone.patient_id).exists()
        if not known or Erasure.objects.filter(patient_id=tombstone.patient_id).exists():
            return False
        Erasure.objects.create(
            id=tombstone.erasure_id,
            clinic_id=tombstone.clinic_id,
            patient_id=tombstone.patient_id,
            erased_at=tombstone.erased_at,
        )
        ErasureRequest.objects.filter(patient_id=tombstone.patient_id, answered_at__isnull=True).update(
            answered_at=tombstone.erased_at
        )
        _carry_out(tombstone.erasure_id)
        return True


def _carry_out(erasure_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_patient(%s)", [erasure_id])


def _open_wish(wish: ErasureRequest, by: Membership) -> ErasureRequest:
    if by.clinic_id != wish.clinic_id or by.role != Role.OWNER:
        raise ErasureRequest.DoesNotExist
    held = ErasureRequest.objects.select_for_update(no_key=True).get(pk=wish.pk)
    if held.answered_at or held.withdrawn_at:
        raise ActRefused("This wish has been answered or taken back already.")
    return held
