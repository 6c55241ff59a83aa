"""The front door, and the choice between clinics."""

import pytest

from patients.models import Membership, Role
from tests import factories
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinician():
    return factories.make_member(factories.make_clinic("Harbour Physio"), Role.CLINICIAN)


def test_each_comes_to_their_own_page(client, clinician):
    runner = factories.patient_login(factories.make_patient(clinician.clinic, responsible=clinician))
    assert client.get("/")["Location"] == "/sign-in/"
    assert staff_client(clinician).get("/")["Location"] == "/caseload/"
    assert patient_client(runner).get("/")["Location"] == "/me/"


def test_a_user_whose_place_was_closed_is_told_so(clinician):
    client = staff_client(clinician)
    with factories.inside(clinician.clinic):
        Membership.objects.filter(pk=clinician.pk).update(is_active=False)
    response = client.get("/")
    assert response.status_code == 403 and "no clinic now" in response.text


def test_who_works_in_two_clinics_chooses_one(clinician):
    other = factories.make_member(factories.make_clinic("Alder Physio"), Role.OWNER, user=clinician.user)
    client = staff_client(clinician)
    page = client.get("/clinics/").text
    assert page.index("Alder Physio") < page.index("Harbour Physio")
    client.post("/clinics/choose/", {"membership": str(other.pk)})
    assert client.session["membership_id"] == str(other.pk)


def test_nobody_enters_a_clinic_by_its_membership_of_another(clinician):
    stranger = factories.make_member(factories.make_clinic("Elsewhere"))
    client = staff_client(clinician)
    for chosen in (str(stranger.pk), "", "nonsense"):
        assert client.post("/clinics/choose/", {"membership": chosen}).status_code == 404


def test_choosing_a_clinic_takes_a_post(clinician):
    assert staff_client(clinician).get("/clinics/choose/").status_code == 405
