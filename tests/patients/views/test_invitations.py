"""The page behind the link in the mail: robots change nothing, the person gets a code."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from patients.actions import invitations
from patients.models import Invitation, OutboxMail
from tests import factories
from tests.services import Inbox
from tests.sign_in import mailed_code

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runner():
    clinic = factories.make_clinic("Harbour Physio")
    patient = factories.make_patient(clinic, responsible=factories.make_member(clinic))
    return factories.patient_login(patient, user=factories.make_user(patient.person.email))


def invite(runner, now=None):
    with factories.inside(runner.clinic):
        invitations.send(
            patient=runner.patient,
            membership=runner,
            by=runner.patient.responsible,
            now=now or timezone.now(),
        )
        text = OutboxMail.objects.order_by("created_at", "id").last().text
    return re.search(r"/welcome/[^/\s]+/", text)[0]


def used(runner):
    with factories.inside(runner.clinic):
        return Invitation.objects.filter(accepted_at__isnull=False).count()


def test_a_scanner_that_follows_the_link_and_posts_the_form_changes_nothing(runner, smtp_sink: Inbox):
    address = invite(runner)
    for _ in range(3):
        robot = Client()
        assert robot.get(address).status_code == 200
        assert robot.head(address).status_code == 200
    robot.post(address)
    assert used(runner) == 0
    person = Client()
    assert person.post(address)["Location"] == "/sign-in/code/confirm/"
    code = mailed_code(smtp_sink, runner.user.email, count=2)
    person.post("/sign-in/code/confirm/", {"code": code})
    assert "_auth_user_id" in person.session and "_auth_user_id" not in robot.session
    assert used(runner) == 1


def test_the_page_names_the_clinic_and_nothing_of_the_runner(client, runner):
    text = client.get(invite(runner)).text
    assert "Harbour Physio" in text
    with factories.inside(runner.clinic):
        person = runner.patient.person
    for private in (person.given_name, person.family_name, person.email):
        assert private not in text


def test_a_used_invitation_says_so(client, runner):
    address = invite(runner)
    invitations_accept(runner)
    assert "has been used" in client.get(address).text
    assert "has been used" in client.post(address).text


def invitations_accept(runner):
    from django.db import transaction

    with transaction.atomic():
        invitations.accept(user=runner.user, now=timezone.now())


def test_an_old_invitation_says_whom_to_ask(client, runner):
    address = invite(runner, now=timezone.now() - timedelta(days=15))
    assert runner.clinic.phone in client.get(address).text
    assert client.post(address).status_code == 200


def test_a_new_invitation_ends_the_one_before(client, runner):
    old = invite(runner, now=timezone.now() - timedelta(hours=1))
    new = invite(runner)
    assert "too old" in client.get(old).text
    assert "Send me a code" in client.get(new).text


def test_a_token_nobody_was_given_is_not_found(client):
    assert client.get("/welcome/abcdefgh/").status_code == 404


def test_the_mail_goes_out_once_and_names_its_message(runner):
    invite(runner)
    with factories.inside(runner.clinic):
        mail = OutboxMail.objects.get()
        assert mail.dedupe_key.startswith("invitation:") and mail.message_id.startswith("<invitation.")
