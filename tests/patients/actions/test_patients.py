"""Adding a runner: everything in one transaction, each number and each address once."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections

from patients.actions import patients
from patients.models import (
    Case,
    Invitation,
    Membership,
    OutboxMail,
    Patient,
    Person,
    Role,
    Tendon,
    TendonSide,
    User,
)
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def details(**changed):
    return {
        "given_name": "Robin",
        "family_name": "Field",
        "email": "Robin@Example.org",
        "birth_date": date(1988, 4, 2),
        "phone": "",
        "time_zone": "Europe/London",
        "sides": [TendonSide.LEFT, TendonSide.RIGHT],
        "now": NOW,
        **changed,
    }


@pytest.fixture
def clinician():
    return factories.make_member(factories.make_clinic(), Role.CLINICIAN)


def test_a_runner_gets_a_case_an_account_and_an_invitation(clinician):
    with factories.inside(clinician.clinic):
        patient = patients.add(clinic=clinician.clinic, by=clinician, **details())
        case = Case.objects.get(patient=patient)
        assert (patient.number, patient.person.email, patient.responsible) == (
            1001,
            "robin@example.org",
            clinician,
        )
        assert (case.number, case.clinician, case.evaluation_due_at) == (1, clinician, NOW)
        assert sorted(Tendon.objects.filter(case=case).values_list("side", flat=True)) == ["LEFT", "RIGHT"]
        membership = Membership.objects.get(patient=patient)
        assert (membership.role, membership.user.email) == (Role.PATIENT, "robin@example.org")
        assert "Robin" not in membership.display_name
        assert not membership.user.has_usable_password()
        mail = OutboxMail.objects.get()
        assert (mail.kind, mail.to_address, mail.next_attempt_at) == ("INVITATION", "robin@example.org", NOW)
        assert "/welcome/" in mail.text and "/welcome/" in mail.html and "<style" not in mail.html
        assert Invitation.objects.get().token_hash not in mail.text


def test_the_same_address_in_one_clinic_is_named(clinician):
    with factories.inside(clinician.clinic):
        patients.add(clinic=clinician.clinic, by=clinician, **details())
        with pytest.raises(patients.AlreadyHere, match=r"Robin Field \(number 1001\)"):
            patients.add(clinic=clinician.clinic, by=clinician, **details(email="ROBIN@example.org"))
        assert Person.objects.count() == 1


def test_a_member_of_staff_cannot_be_added_as_a_patient_of_the_same_clinic(clinician):
    with factories.inside(clinician.clinic):
        with pytest.raises(patients.PatientRefused, match="already uses"):
            patients.add(clinic=clinician.clinic, by=clinician, **details(email=clinician.user.email))
        assert not Patient.objects.exists() and not Person.objects.exists()


def test_one_runner_of_two_clinics_has_one_account():
    for _ in range(2):
        clinician = factories.make_member(factories.make_clinic())
        with factories.inside(clinician.clinic):
            patient = patients.add(clinic=clinician.clinic, by=clinician, **details())
            assert patient.number == 1001
    assert User.objects.filter(email="robin@example.org").count() == 1
    assert Membership.objects.filter(user__email="robin@example.org").count() == 2


def test_a_patient_may_add_nobody(clinician):
    login = factories.patient_login(factories.make_patient(clinician.clinic, responsible=clinician))
    with factories.inside(clinician.clinic), pytest.raises(patients.PatientRefused, match="Only staff"):
        patients.add(clinic=clinician.clinic, by=login, **details())


def test_another_clinics_member_may_add_nobody(clinician):
    stranger = factories.make_member(factories.make_clinic("Elsewhere"))
    with factories.inside(clinician.clinic), pytest.raises(patients.PatientRefused, match="Only staff"):
        patients.add(clinic=clinician.clinic, by=stranger, **details())


def test_no_side_adds_nothing(clinician):
    with factories.inside(clinician.clinic):
        with pytest.raises(patients.PatientRefused, match="which side"):
            patients.add(clinic=clinician.clinic, by=clinician, **details(sides=[]))
        assert not Patient.objects.exists()


def test_reception_adds_for_the_first_clinician(clinician):
    reception = factories.make_member(clinician.clinic, Role.RECEPTION)
    with factories.inside(clinician.clinic):
        patient = patients.add(clinic=clinician.clinic, by=reception, **details())
        assert patient.responsible == clinician


def test_runners_added_at_the_same_moment_get_different_numbers(clinician):
    start, problems = threading.Barrier(4), []

    def add(number):
        try:
            start.wait()
            with factories.inside(clinician.clinic):
                patients.add(clinic=clinician.clinic, by=clinician, **details(email=f"r{number}@example.org"))
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    with factories.inside(clinician.clinic):
        assert sorted(Patient.objects.values_list("number", flat=True)) == [1001, 1002, 1003, 1004]
    assert connection.in_atomic_block is False
