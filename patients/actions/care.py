"""Opens a record to a physio who does not care for the runner: with a reason, for a while, seen by others."""

from datetime import datetime, timedelta

from django.db import transaction

from patients.actions.physio_acts import PHYSIOS, ActRefused
from patients.models import Membership, Patient, RecordOpening

OPEN_FOR = timedelta(hours=8)  # a working day; then a new reason is asked for
LEAST = 10  # characters: a word is no reason


@transaction.atomic
def open_record(*, patient: Patient, reason: str, by: Membership, now: datetime) -> RecordOpening:
    """The clinic's owners and the runner read who, when and why. ActRefused without a reason."""
    if by.clinic_id != patient.clinic_id or by.role not in PHYSIOS:
        raise Patient.DoesNotExist
    if len(reason.strip()) < LEAST:
        raise ActRefused("Write why you need this record. The runner can read it.", "reason")
    return RecordOpening.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        by=by,
        at=now,
        ends_at=now + OPEN_FOR,
        reason=reason.strip(),
    )
