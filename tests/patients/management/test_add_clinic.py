"""The first clinic of an empty product."""

import pytest
from django.core.management import CommandError, call_command

from patients.models import Clinic, Membership, Role
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = {"phone": "020 7946 0001", "owner_email": "jo@example.org", "owner_name": "Jo Hill"}


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("PLIMSOLL_OWNER_PASSWORD", "a long enough password")


def test_a_clinic_is_opened_and_its_owner_signs_in(client):
    call_command("add_clinic", "Harbour Physio", **GOOD)
    owner = Membership.objects.get(user__email="jo@example.org")
    assert owner.role == Role.OWNER
    with factories.inside(owner.clinic_id):
        assert Clinic.objects.get().slug == "harbour-physio"
    client.post("/sign-in/", {"login": "jo@example.org", "password": "a long enough password"})
    assert client.get("/clinics/")["Location"] == "/account/second-factor/"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"owner_email": "jo"}, "valid email"),
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus is not a time zone"),
        ({"time_zone": "../etc"}, "is not a time zone"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(changed, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("add_clinic", "Harbour Physio", **{**GOOD, **changed})
    assert not Membership.objects.exists()


def test_a_weak_password_opens_nothing(monkeypatch):
    monkeypatch.setenv("PLIMSOLL_OWNER_PASSWORD", "password")
    with pytest.raises(CommandError, match="too short"):
        call_command("add_clinic", "Harbour Physio", **GOOD)
    assert not Membership.objects.exists()


def test_a_name_is_given_once():
    call_command("add_clinic", "Harbour Physio", **GOOD)
    with pytest.raises(CommandError, match="already"):
        call_command("add_clinic", "Harbour Physio", **{**GOOD, "owner_email": "al@example.org"})
    assert Membership.objects.count() == 1
