"""The page that adds a runner."""

import pytest
from django.test import Client

from patients.models import AccessEvent, Case, OutboxMail, Patient, Role
from tests import factories
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/patients/new/"
TYPED = {
    "given_name": "Robin",
    "family_name": "Field",
    "email": "robin@example.org",
    "birth_date": "1988-04-02",
    "phone": "",
    "sides": ["LEFT", "RIGHT"],
    "time_zone": "Europe/Lisbon",
}


@pytest.fixture
def clinician():
    return factories.make_member(factories.make_clinic(), Role.CLINICIAN)


@pytest.mark.parametrize("role", [Role.OWNER, Role.CLINICIAN, Role.RECEPTION])
def test_staff_add_a_runner_and_go_on_to_the_assessment(clinician, role):
    member = factories.make_member(clinician.clinic, role)
    response = staff_client(member).post(PAGE, TYPED)
    with factories.inside(clinician.clinic):
        patient = Patient.objects.get(person__email="robin@example.org")
        case = Case.objects.get(patient=patient)
        assert patient.time_zone == "Europe/Lisbon"
        assert OutboxMail.objects.filter(to_address="robin@example.org").count() == 1
        seen = AccessEvent.objects.get(route="patient_new", case=case)
        assert (seen.patient_id, seen.user_id) == (patient.id, member.user_id)
    next_page = f"/patients/{patient.id}/" if role == Role.RECEPTION else f"/cases/{case.id}/assessments/new/"
    assert response["Location"] == next_page
    assert staff_client(member).get(next_page).status_code == 200


def test_the_time_zone_is_the_clinics_until_said_otherwise(clinician):
    text = staff_client(clinician).get(PAGE).text
    assert '<option value="Europe/London" selected>' in text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("given_name", " ", "Type the given name."),
        ("family_name", "", "Type the family name."),
        ("email", "robin", "valid email"),
        ("birth_date", "1788-04-02", "Check the year."),
        ("birth_date", "2088-04-02", "Check the year."),
        ("birth_date", "second of April", "That is not a date."),
        ("sides", [], "Say which side is affected"),
        ("sides", ["MIDDLE"], "MIDDLE is not one of"),
        ("time_zone", "Mars/Olympus", "Mars/Olympus is not one of"),
        ("given_name", "R" * 81, "at most 80"),
        ("given_name", "Ro\x00bin", "Null characters"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(clinician, field, value, sentence):
    response = staff_client(clinician).post(PAGE, {**TYPED, "phone": "020 7946 0018", field: value})
    assert response.status_code == 422
    assert sentence in response.text and "020 7946 0018" in response.text
    with factories.inside(clinician.clinic):
        assert not Patient.objects.exists()


def test_a_runner_who_is_here_already_is_named(clinician):
    client = staff_client(clinician)
    client.post(PAGE, TYPED)
    response = client.post(PAGE, {**TYPED, "given_name": "Somebody"})
    assert response.status_code == 422
    assert "Robin Field (number 1001) already uses this e-mail address." in response.text
    assert 'value="Somebody"' in response.text


def test_the_same_address_in_another_clinic_is_nobodys_business(clinician):
    staff_client(clinician).post(PAGE, TYPED)
    elsewhere = factories.make_member(factories.make_clinic("Elsewhere"))
    assert staff_client(elsewhere).post(PAGE, TYPED).status_code == 302


def test_patients_and_strangers_find_no_such_page(clinician):
    runner = factories.patient_login(factories.make_patient(clinician.clinic, responsible=clinician))
    assert patient_client(runner).get(PAGE).status_code == 404
    assert patient_client(runner).post(PAGE, TYPED).status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/sign-in/")
