"""The rules that the database itself keeps about clinics, members, patients and cases."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from assessments.clinical.sides import Side
from patients.models import Case, CaseStatus, MailState, OutboxMail, Role, TendonSide
from tests.factories import (
    NOW,
    inside,
    make_case,
    make_clinic,
    make_invitation,
    make_mail,
    make_member,
    make_patient,
    make_tendon,
    make_user,
    tendon_of,
)

pytestmark = pytest.mark.django_db


def refused(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


def test_a_tendon_s_sides_are_the_clinical_core_s() -> None:
    assert set(TendonSide.values) == {side.value for side in Side}


def test_an_address_is_one_user_however_it_is_written() -> None:
    make_user("robin@example.org")
    with refused("patients_user_email_unique"):
        make_user("Robin@Example.org")


def test_a_member_is_a_patient_exactly_when_they_have_a_patient() -> None:
    clinic = make_clinic()
    patient = make_patient(clinic)
    with refused("patients_membership_patient_exactly_for_patients"):
        make_member(clinic, Role.PATIENT)
    with refused("patients_membership_patient_exactly_for_patients"):
        make_member(clinic, Role.CLINICIAN, patient=patient)


@pytest.mark.parametrize(("weekday", "fits"), [(0, True), (6, True), (7, False)])
def test_a_summary_s_weekday_is_one_of_seven(weekday: int, fits: bool) -> None:
    clinic = make_clinic()
    if fits:
        make_member(clinic, summary_weekday=weekday)
    else:
        with refused("summary_weekday_range"):
            make_member(clinic, summary_weekday=weekday)


def test_a_patient_s_number_is_given_once_in_a_clinic_and_again_in_the_next() -> None:
    here, there = make_clinic(), make_clinic()
    make_patient(here, number=1042)
    make_patient(there, number=1042)
    with refused("patients_patient_number_once_per_clinic"):
        make_patient(here, number=1042)


def test_a_patient_has_one_open_case() -> None:
    patient = make_patient(make_clinic())
    make_case(patient)
    with refused("patients_case_one_open_per_patient"):
        make_case(patient, number=2)
    make_case(patient, number=2, status=CaseStatus.CLOSED, closed_at=NOW)


def test_a_case_is_closed_exactly_with_its_moment() -> None:
    patient = make_patient(make_clinic())
    with refused("patients_case_closed_exactly_with_a_moment"):
        make_case(patient, status=CaseStatus.CLOSED)
    with refused("patients_case_closed_exactly_with_a_moment"):
        make_case(patient, closed_at=NOW)


def test_a_side_is_one_tendon() -> None:
    case = make_case(make_patient(make_clinic()), sides=("LEFT", "RIGHT"))
    with refused("patients_tendon_side_once_per_case"):
        make_tendon(case, "LEFT")
    with refused("patients_tendon_side_code"):
        make_tendon(case, "BOTH")


def test_an_invitation_expires_after_it_was_made() -> None:
    with refused("patients_invitation_expires_later"):
        make_invitation(make_patient(make_clinic()), expires_at=NOW)


def test_a_mail_waits_exactly_when_it_has_a_next_attempt() -> None:
    clinic = make_clinic()
    make_mail(clinic, state=MailState.SENT, next_attempt_at=None, sent_at=NOW)
    with refused("waiting_exactly_with_a_next_attempt"):
        make_mail(clinic, state=MailState.DEAD)
    with refused("waiting_exactly_with_a_next_attempt"):
        make_mail(clinic, next_attempt_at=None)
    with refused("sent_with_a_moment"):
        make_mail(clinic, state=MailState.SENT, next_attempt_at=None)


def test_a_second_mail_with_the_same_key_is_refused() -> None:
    clinic = make_clinic()
    make_mail(clinic, dedupe_key="summary:1:2026-W47")
    with refused("dedupe_key"):
        make_mail(clinic, dedupe_key="summary:1:2026-W47")


def test_a_case_is_due_at_its_moment_and_not_before() -> None:
    case = make_case(make_patient(make_clinic()), evaluation_due_at=NOW)
    with inside(case.clinic):
        assert list(Case.objects.due(NOW - timedelta(microseconds=1))) == []
        assert list(Case.objects.due(NOW)) == [case]


def test_a_mail_in_its_lease_is_not_due_and_after_it_is() -> None:
    lease = NOW + timedelta(minutes=5)
    mail = make_mail(make_clinic(), state=MailState.SENDING, next_attempt_at=lease, lease_until=lease)
    with inside(mail.clinic):
        assert list(OutboxMail.objects.due(NOW)) == []
        assert list(OutboxMail.objects.due(lease)) == [mail]


def test_the_erased_person_leaves_the_patient_and_no_name_in_the_audit() -> None:
    patient = make_patient(make_clinic(), mark="Zebedee")
    with inside(patient.clinic):
        patient.person.delete()
        patient.refresh_from_db()
        assert patient.person is None
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(*) FILTER (WHERE a::text LIKE '%Zebedee%') FROM patients_auditentry a"
            )
            entries, naming = cursor.fetchone()
    assert entries > 0
    assert naming == 0


def test_a_case_keeps_its_tendons_apart() -> None:
    case = make_case(make_patient(make_clinic()), sides=("LEFT", "RIGHT"))
    assert tendon_of(case, "LEFT").pk != tendon_of(case, "RIGHT").pk
