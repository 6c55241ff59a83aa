"""Changing one's second factor takes a fresh sign-in, and staff keep at least one."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from patients.models import Role
from tests import factories
from tests.services import Inbox
from tests.sign_in import app_code, long_ago, mailed_code, patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
ADDING = ["/account/passkeys/new/", "/account/second-factor/app/"]


@pytest.fixture
def clinician():
    return factories.make_member(factories.make_clinic(), Role.CLINICIAN)


@pytest.fixture
def runner(clinician):
    """As the product makes them: without a password."""
    user = factories.make_user()
    user.set_unusable_password()
    user.save()
    return factories.patient_login(factories.make_patient(clinician.clinic, responsible=clinician), user=user)


@pytest.mark.parametrize("address", ADDING)
def test_a_runner_signed_in_long_ago_adds_nothing(runner, address):
    client = patient_client(runner)
    assert client.get(address)["Location"] == "/account/sessions/"
    assert client.post(address, {"code": "123456"})["Location"] == "/account/sessions/"


@pytest.mark.parametrize("address", ADDING)
def test_a_runner_who_has_just_signed_in_may(runner, smtp_sink: Inbox, address):
    client = Client()
    client.post("/sign-in/code/", {"email": runner.user.email})
    client.post("/sign-in/code/confirm/", {"code": mailed_code(smtp_sink, runner.user.email)})
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/account/passkeys/new/", "/account/second-factor/app/remove/", "/account/recovery-codes/new/"],
)
@pytest.mark.check("S18")
def test_staff_confirm_who_they_are_after_five_minutes(clinician, address, tried):
    client = staff_client(clinician)
    assert client.get(address).status_code == 200
    response = long_ago(client).get(address)
    assert response.status_code == 302 and response["Location"].startswith("/sign-in/again/")
    page = client.get(response["Location"])
    assert page.status_code == 200
    refused = client.post(response["Location"], {"password": "not this one, no"})
    assert refused.status_code == 422 and "not the password" in refused.text
    assert client.post(response["Location"], {"password": factories.PASSWORD})["Location"] == address
    assert client.get(address).status_code == 200
    tried("S18", sensitive_acts=1)


def test_staff_may_confirm_with_their_app_instead(clinician):
    client = long_ago(staff_client(clinician))
    back = "/sign-in/again/code/?next=/account/passkeys/new/"
    assert client.get(back).status_code == 200
    assert client.post(back, {"code": app_code(clinician.user)})["Location"] == "/account/passkeys/new/"


def test_staff_cannot_remove_their_only_second_factor(clinician):
    client = staff_client(clinician)
    response = client.post("/account/second-factor/app/remove/")
    assert response.status_code == 422 and "only second factor" in response.text
    assert Authenticator.objects.filter(user=clinician.user).exists()


def test_a_picture_of_the_key_is_there_only_while_it_is_being_set_up(clinician):
    assert staff_client(clinician).get("/account/second-factor/app/key.svg").status_code == 404
    assert Client().get("/account/second-factor/app/key.svg").status_code == 302


def test_a_passkey_is_renamed_and_removed_while_another_factor_stays(clinician):
    client = staff_client(clinician)
    passkey = Authenticator.objects.create(
        user=clinician.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Old phone", "credential": {}}
    )
    own = f"/account/passkeys/{passkey.pk}/"
    assert client.get(own).status_code == 200
    assert client.post(own, {"name": "New phone"}).status_code == 302
    passkey.refresh_from_db()
    assert passkey.data["name"] == "New phone"
    assert client.get(f"{own}remove/").status_code == 200
    assert client.post(f"{own}remove/").status_code == 302
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()
    assert staff_client(factories.make_member(clinician.clinic)).get(own).status_code == 404


def test_recovery_codes_are_made_shown_and_saved_as_a_file(clinician):
    client = staff_client(clinician)
    assert client.post("/account/recovery-codes/new/").status_code == 302
    shown = client.get("/account/recovery-codes/")
    saved = client.get("/account/recovery-codes/file/")
    assert saved.status_code == 200 and len(saved.content.decode().split()) >= 8
    assert saved.content.decode().split()[0] in shown.text


def test_the_app_is_removed_when_a_passkey_stays(clinician):
    client = staff_client(clinician)
    Authenticator.objects.create(
        user=clinician.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
    )
    assert client.post("/account/second-factor/app/remove/").status_code == 302
    left = Authenticator.objects.filter(user=clinician.user).values_list("type", flat=True)
    assert Authenticator.Type.TOTP not in left
