"""A case as a whole: handed over, closed with how it ended, reopened, and looked after in maintenance."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from patients.actions.physio_acts import PHYSIOS, ActRefused, held
from patients.models import (
    Case,
    CaseChange,
    CaseOutcome,
    CaseStatus,
    ChangeKind,
    CheckIn,
    Membership,
    Patient,
)
from rehab.actions import stages
from rehab.models import Flag, Plan
from rehab.models.flag import PHYSIO_ONLY


@transaction.atomic
def transfer(*, case: Case, to: Membership, reason: str, by: Membership, now: datetime) -> CaseChange:
    """Another physio of the clinic looks after the case, and after its patient, from now on."""
    case = held(case, by)
    if to.clinic_id != case.clinic_id or to.role not in PHYSIOS or not to.is_active:
        raise ActRefused("Choose a physio of this clinic.", "clinician")
    if to.pk == case.clinician_id:
        raise ActRefused("This physio looks after the case already.", "clinician")
    Case.objects.filter(pk=case.pk).update(clinician=to, evaluation_due_at=now)
    Patient.objects.filter(pk=case.patient_id).update(responsible=to)
    return _write(case, ChangeKind.TRANSFERRED, by, now, clinician=to, reason=reason)


@transaction.atomic
def close(*, case: Case, outcome: CaseOutcome, reason: str, by: Membership, now: datetime) -> CaseChange:
    """The plans end and nothing is asked of the runner any more.

    What suspends the case must be dealt with, or the runner was referred on; then the flag stays open, and is
    there again on reopening.
    """
    case = held(case, by)
    flagged = Flag.objects.open().for_case(case.pk).filter(kind__in=PHYSIO_ONLY).exists()
    if (flagged or case.suspended_at is not None) and outcome is not CaseOutcome.REFERRED_ON:
        raise ActRefused(
            "The case is suspended. Clear the red flag or resolve the worsening first, or close it as"
            " referred on for medical care.",
            "outcome",
        )
    if outcome is CaseOutcome.OPENED_BY_MISTAKE and not reason.strip():
        raise ActRefused("Write down what was the mistake.", "reason")
    today = now.astimezone(ZoneInfo(case.patient.time_zone)).date()
    Plan.objects.open().for_case(case.pk).update(ends_on=Greatest(F("starts_on"), today))
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, closed_at=now, evaluation_due_at=None)
    return _write(case, ChangeKind.CLOSED, by, now, outcome=outcome.value, reason=reason)


@transaction.atomic
def reopen(*, case: Case, reason: str, by: Membership, now: datetime) -> CaseChange:
    """The same episode goes on: nothing runs until the physio resumes it and assigns a plan."""
    if by.clinic_id != case.clinic_id or by.role not in PHYSIOS:
        raise Case.DoesNotExist
    Patient.objects.select_for_update(no_key=True).get(pk=case.patient_id)
    case = Case.objects.locked().get(pk=case.pk)
    if case.status != CaseStatus.CLOSED:
        raise ActRefused("This case is open already.")
    if Case.objects.open().for_patient(case.patient_id).exists():
        raise ActRefused("This patient has another open case. Close that one first.")
    if not reason.strip():
        raise ActRefused("Write down why the case is reopened.", "reason")
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.ACTIVE, closed_at=None, evaluation_due_at=now)
    change = _write(case, ChangeKind.REOPENED, by, now, reason=reason)
    stages.pause_running(case=case, by=by, now=now, reason=f"Reopened: {reason.strip()}")
    return change


@transaction.atomic
def check_in(*, case: Case, found: CheckIn, reason: str, by: Membership, now: datetime) -> CaseChange:
    """What the monthly question in maintenance was answered with. It moves nothing by itself."""
    case = held(case, by)
    if case.status != CaseStatus.MAINTENANCE:
        raise ActRefused("Check-ins belong to maintenance.", "found")
    return _write(case, ChangeKind.CHECKED_IN, by, now, outcome=found.value, reason=reason)


def _write(
    case: Case,
    kind: ChangeKind,
    by: Membership,
    now: datetime,
    *,
    outcome: str = "",
    reason: str = "",
    clinician: Membership | None = None,
) -> CaseChange:
    return CaseChange.objects.create(
        clinic_id=case.clinic_id,
        patient_id=case.patient_id,
        case_id=case.pk,
        at=now,
        by=by,
        kind=kind.value,
        outcome=outcome,
        reason=reason.strip(),
        clinician=clinician,
    )
