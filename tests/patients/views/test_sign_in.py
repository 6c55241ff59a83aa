"""Signing in, by each way, with what goes wrong; real mail over SMTP."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from patients.models import Invitation, Patient, Role
from physio.web.logs import IdsOnly
from tests import factories
from tests.services import Inbox
from tests.sign_in import CODE, TOTP_SECRET, app_code, give_app, mailed_code

pytestmark = pytest.mark.django_db(transaction=True)
SECOND_FACTOR = "/sign-in/second-factor/"


@pytest.fixture
def clinician():
    member = factories.make_member(factories.make_clinic(), Role.CLINICIAN, second_factor=False)
    give_app(member.user)
    return member


@pytest.fixture
def runner(clinician):
    return factories.patient_login(factories.make_patient(clinician.clinic, responsible=clinician))


def password(client, user, word=factories.PASSWORD, follow=False):
    return client.post("/sign-in/", {"login": user.email, "password": word}, follow=follow)


def ask(client, address):
    return client.post("/sign-in/code/", {"email": address})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_staff_sign_in_with_password_and_app(client, clinician):
    assert password(client, clinician.user)["Location"] == SECOND_FACTOR
    assert not signed_in(client)
    response = client.post(SECOND_FACTOR, {"code": app_code(clinician.user)})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client)


def test_each_way_in_and_each_refusal_is_logged_without_what_was_typed(client, clinician, caplog):
    caplog.set_level("INFO", logger="patients")
    password(client, clinician.user, "not the password at all")
    password(client, clinician.user)
    client.post(SECOND_FACTOR, {"code": "000000"})
    client.post(SECOND_FACTOR, {"code": app_code(clinician.user)})
    ours = [one for one in caplog.records if one.name.startswith("patients.")]
    told = [json.loads(IdsOnly().format(one)) for one in ours]
    assert [(one["event"], one["route"], one.get("user_id")) for one in told] == [
        ("sign-in refused", "account_login", None),
        ("sign-in refused", "mfa_authenticate", None),
        ("signed in", "mfa_authenticate", str(clinician.user.pk)),
    ]
    assert clinician.user.email not in json.dumps(told)


def test_a_wrong_password_and_an_unknown_address_look_the_same(client, clinician):
    wrong = password(client, clinician.user, "not the password at all")
    unknown = client.post("/sign-in/", {"login": "nobody@example.org", "password": "not the password at all"})
    assert wrong.status_code == unknown.status_code == 422
    sentence = "do not belong together"
    assert sentence in wrong.text and sentence in unknown.text
    assert clinician.user.email in wrong.text  # what was typed is kept


def test_a_wrong_app_code_says_so_and_signs_nobody_in(client, clinician):
    password(client, clinician.user)
    response = client.post(SECOND_FACTOR, {"code": "000000"})
    assert response.status_code == 422 and "not right" in response.text
    assert not signed_in(client)


def test_an_app_code_works_once(client, clinician):
    password(client, clinician.user)
    code = app_code(clinician.user)
    client.post(SECOND_FACTOR, {"code": code})
    second = Client()
    password(second, clinician.user)
    assert second.post(SECOND_FACTOR, {"code": code}).status_code == 422


def test_staff_without_a_second_factor_see_only_the_set_up_page(client):
    member = factories.make_member(factories.make_clinic(), second_factor=False)
    assert password(client, member.user)["Location"] == "/"
    for address in ("/patients/new/", "/clinics/", "/account/sessions/"):
        assert client.get(address)["Location"] == "/account/second-factor/", address
    assert client.get("/account/second-factor/").status_code == 200
    page = client.get("/account/second-factor/app/")
    assert page.status_code == 200
    assert client.get("/account/second-factor/app/key.svg")["Content-Type"] == "image/svg+xml"
    secret = client.session["mfa.totp.secret"]
    assert secret in page.text
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert (
        client.post("/account/second-factor/app/", {"code": code})["Location"] == "/account/recovery-codes/"
    )
    assert client.get("/clinics/").status_code == 200
    stored = Authenticator.objects.get(user=member.user, type="totp").data["secret"]
    assert secret not in stored


def test_a_recovery_code_stands_in_for_the_app_once(client, clinician):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(clinician.user).get_unused_codes()[0]
    for status in (302, 422):
        person = Client()
        password(person, clinician.user)
        assert person.post(SECOND_FACTOR, {"code": code}).status_code == status


def test_staff_are_never_sent_a_code(client, clinician, smtp_sink: Inbox):
    response = ask(client, clinician.user.email)
    assert response["Location"] == "/sign-in/code/confirm/"
    assert smtp_sink.messages == []


def test_an_unknown_address_gets_no_mail_and_the_same_page(client, runner, smtp_sink: Inbox):
    pages = []
    for address in (runner.user.email, "nobody@example.org"):
        person = Client()
        assert ask(person, address)["Location"] == "/sign-in/code/confirm/"
        page = person.get("/sign-in/code/confirm/").text
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(address, "ADDRESS")))
    assert pages[0] == pages[1]
    assert [str(message["To"]) for message in smtp_sink.messages] == [runner.user.email]


def test_a_runner_signs_in_with_the_code_from_the_mail(client, runner, smtp_sink: Inbox):
    ask(client, runner.user.email)
    message = smtp_sink.messages[0]
    code = mailed_code(smtp_sink, runner.user.email)
    assert code not in message["Subject"] and "pain" not in message["Subject"].lower()
    assert message.get_body(("html",)) is not None
    assert "http" not in message.get_body(("plain",)).get_content()  # no link signs anyone in
    response = client.post("/sign-in/code/confirm/", {"code": code.replace("-", " ")})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client)


def test_a_code_works_once_and_only_in_the_browser_that_asked(client, runner, smtp_sink: Inbox):
    ask(client, runner.user.email)
    code = mailed_code(smtp_sink, runner.user.email)
    stranger = Client()
    assert stranger.post("/sign-in/code/confirm/", {"code": code})["Location"] == "/sign-in/code/"
    ask(stranger, runner.user.email)
    stranger.post("/sign-in/code/confirm/", {"code": code})
    assert not signed_in(stranger)
    client.post("/sign-in/code/confirm/", {"code": code})
    client.post("/sign-out/")
    client.post("/sign-in/code/confirm/", {"code": code})
    assert not signed_in(client)


def test_the_third_wrong_code_ends_it(client, runner, smtp_sink: Inbox):
    ask(client, runner.user.email)
    code = mailed_code(smtp_sink, runner.user.email)
    for _ in range(2):
        response = client.post("/sign-in/code/confirm/", {"code": "0000-0000"})
        assert response.status_code == 422 and "not right" in response.text
    response = client.post("/sign-in/code/confirm/", {"code": "0000-0000"}, follow=True)
    assert "Too many tries" in response.text
    client.post("/sign-in/code/confirm/", {"code": code})
    assert not signed_in(client)


def test_a_code_is_too_old_after_fifteen_minutes(client, runner, smtp_sink: Inbox, monkeypatch):
    ask(client, runner.user.email)
    code = mailed_code(smtp_sink, runner.user.email)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
    response = client.post("/sign-in/code/confirm/", {"code": code}, follow=True)
    assert "too old" in response.text
    assert not signed_in(client)


def test_codes_cannot_be_asked_for_without_end(client, runner, smtp_sink: Inbox):
    answers = [ask(Client(), runner.user.email) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 4 + [422] * 2
    assert "wait a few minutes" in answers[-1].text
    assert len(smtp_sink.messages) == 4


def test_a_stranger_who_asks_without_end_keeps_nobody_from_their_code(client, runner, smtp_sink: Inbox):
    for _ in range(6):
        answer = ask(Client(REMOTE_ADDR="198.51.100.7"), runner.user.email)
    assert answer.status_code == 422
    assert ask(client, runner.user.email).status_code == 302
    assert len(smtp_sink.messages) == 5


def test_counted_by_address_alone_they_could(client, runner, smtp_sink: Inbox, monkeypatch):
    monkeypatch.setattr("patients.adapter.AccountAdapter.get_client_ip", lambda self, request: "192.0.2.1")
    for _ in range(4):
        ask(Client(REMOTE_ADDR="198.51.100.7"), runner.user.email)
    assert ask(client, runner.user.email).status_code == 422


def test_no_mailbox_is_flooded_from_many_places(runner, settings, smtp_sink: Inbox):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "request_login_code": "3/d/key"}
    answers = [ask(Client(REMOTE_ADDR=f"198.51.100.{place}"), runner.user.email) for place in range(1, 6)]
    assert [answer.status_code for answer in answers] == [302] * 3 + [422] * 2


def test_limits_are_kept_where_every_process_counts(client, runner, smtp_sink: Inbox):
    ask(client, runner.user.email)
    from patients.models import CacheEntry

    assert CacheEntry.objects.filter(cache_key__contains="code").count() == 4


def test_a_stranger_who_guesses_locks_out_themselves_and_not_the_owner(client, clinician):
    for _ in range(7):
        stranger = Client(REMOTE_ADDR="198.51.100.7")
        answer = password(stranger, clinician.user, "wrong wrong wrong")
    assert "Too many tries" in answer.text
    right = password(Client(REMOTE_ADDR="198.51.100.7"), clinician.user)
    assert right.status_code == 422  # also the right one, from there
    assert password(client, clinician.user)["Location"] == SECOND_FACTOR


def test_without_the_place_anybody_could_keep_the_owner_out(client, clinician, monkeypatch):
    monkeypatch.setattr("patients.adapter.AccountAdapter.get_client_ip", lambda self, request: "192.0.2.1")
    for _ in range(6):
        password(Client(REMOTE_ADDR="198.51.100.7"), clinician.user, "wrong wrong wrong")
    assert password(client, clinician.user).status_code == 422


def test_mail_that_cannot_be_sent_is_said_plainly(client, runner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    response = ask(client, runner.user.email)
    assert response.status_code == 503 and "could not be sent" in response.text
    assert runner.user.email in response.text


def test_nobody_signs_up(client):
    assert client.get("/sign-up/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404


def test_looking_at_the_pages_changes_nothing(client, clinician):
    signed = factories.sign_in(Client(), clinician)
    before = Session.objects.count()
    for address in ("/sign-in/", "/sign-in/code/", "/signed-out/", "/sign-out/"):
        client.get(address)
    assert Session.objects.count() == before
    signed.get("/sign-out/")
    assert signed_in(signed)


def test_a_runner_on_the_way_to_the_portal_is_asked_for_an_address_not_a_password(client):
    response = client.get("/sign-in/?next=/me/")
    assert response["Location"] == "/sign-in/code/?next=%2Fme%2F"


def test_signing_in_uses_up_the_invitation(client, runner, smtp_sink: Inbox):
    invitation = factories.make_invitation(runner.patient)
    ask(client, runner.user.email)
    client.post("/sign-in/code/confirm/", {"code": mailed_code(smtp_sink, runner.user.email)})
    with factories.inside(runner.clinic):
        assert Invitation.objects.get(pk=invitation.pk).accepted_at is not None
        assert Patient.objects.get(pk=runner.patient_id).joined_at is not None


def test_the_helpers_agree_with_the_product():
    assert CODE.search("1234-5678") and len(TOTP_SECRET) == 32
    assert cache.__class__.__name__ == "ConnectionProxy"
