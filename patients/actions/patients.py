"""Adds a runner to a clinic."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from patients.actions import cases, invitations, memberships
from patients.models import Clinic, Membership, Patient, Person, Role, TendonSide
from physio.web.tenancy import admit

FIRST_NUMBER = 1001


class PatientRefused(ValueError):
    """Says in a sentence why the patient cannot be added."""


class AlreadyHere(PatientRefused):
    """Another patient of the clinic has this e-mail address."""

    def __init__(self, patient: Patient, person: Person) -> None:
        self.patient = patient
        super().__init__(
            f"{person.given_name} {person.family_name} (number {patient.number}) "
            "already uses this e-mail address."
        )


@transaction.atomic
def add(
    *,
    clinic: Clinic,
    given_name: str,
    family_name: str,
    email: str,
    birth_date: date | None,
    phone: str,
    time_zone: str,
    sides: Collection[TendonSide],
    by: Membership,
    now: datetime,
) -> Patient:
    """Registers the runner, opens their first case and invites them to the portal. Raises PatientRefused."""
    patient, membership = register(
        clinic=clinic,
        given_name=given_name,
        family_name=family_name,
        email=email,
        birth_date=birth_date,
        phone=phone,
        time_zone=time_zone,
        by=by,
        now=now,
    )
    try:
        cases.open(patient=patient, sides=sides, clinician=patient.responsible, by=by, now=now)
    except cases.CaseRefused as refused:
        raise PatientRefused(str(refused)) from refused
    invitations.send(patient=patient, membership=membership, by=by, now=now)
    return patient


@transaction.atomic
def register(
    *,
    clinic: Clinic,
    given_name: str,
    family_name: str,
    email: str,
    birth_date: date | None,
    phone: str,
    time_zone: str,
    by: Membership,
    now: datetime,
) -> tuple[Patient, Membership]:
    """The person, the patient and their account, without a case and without a mail. Raises PatientRefused."""
    if by.clinic_id != clinic.id or by.role == Role.PATIENT:
        raise PatientRefused("Only staff of the clinic may add a patient.")
    ZoneInfo(time_zone)  # raises for a zone nobody knows
    address = email.strip().lower()
    # One at a time per clinic, so that no number is given twice and no address slips in twice.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    known = Patient.objects.filter(clinic=clinic, person__email__iexact=address)
    first = known.select_related("person").order_by("number", "id").first()
    if first is not None and first.person is not None:
        raise AlreadyHere(first, first.person)
    last = Patient.objects.filter(clinic=clinic).aggregate(last=Max("number"))["last"]
    person = Person.objects.create(
        clinic=clinic,
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        email=address,
        phone=phone.strip(),
        birth_date=birth_date,
    )
    patient = Patient.objects.create(
        clinic=clinic,
        person=person,
        number=FIRST_NUMBER if last is None else last + 1,
        time_zone=time_zone,
        responsible=_responsible(clinic, by),
    )
    admit(patient.pk)
    try:
        membership = memberships.add_patient(patient=patient, email=address, by=by, now=now)
    except memberships.MembershipRefused as refused:
        raise PatientRefused(str(refused)) from refused
    return patient, membership


def _responsible(clinic: Clinic, by: Membership) -> Membership:
    """Whoever adds the patient, when they treat; for reception, the clinic's first clinician."""
    if by.role in (Role.OWNER, Role.CLINICIAN):
        return by
    clinicians = Membership.objects.active().clinicians().filter(clinic=clinic)
    first = clinicians.order_by("user__date_joined", "id").first()
    if first is None:
        raise PatientRefused("The clinic has no physiotherapist yet who could be responsible.")
    return first
