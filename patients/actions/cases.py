"""Opens a case: one episode of one runner's Achilles problem."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from patients.models import Case, Membership, Patient, Tendon, TendonSide


class CaseRefused(ValueError):
    """Says in a sentence why the case cannot be opened."""


@transaction.atomic
def open(  # `cases.open(...)` is how a clinic says it
    *, patient: Patient, sides: Collection[TendonSide], clinician: Membership, by: Membership, now: datetime
) -> Case:
    """One tendon for each side. Raises CaseRefused: no side, another clinic's people, a case already open."""
    if not sides:
        raise CaseRefused("Say which side is affected.")
    if {patient.clinic_id, clinician.clinic_id} != {by.clinic_id}:
        raise CaseRefused("The patient and the clinician must belong to your clinic.")
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    cases = Case.objects.for_patient(patient.pk)
    if cases.open().exists():
        raise CaseRefused("This patient has an open case. Close it before you open another.")
    number = (cases.aggregate(last=Max("number"))["last"] or 0) + 1
    case = Case.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        number=number,
        opened_at=now,
        clinician=clinician,
        evaluation_due_at=now,
    )
    Tendon.objects.bulk_create(
        Tendon(clinic_id=patient.clinic_id, patient=patient, case=case, side=side)
        for side in sorted(set(sides))
    )
    return case
