"""A forgotten password of staff: a code by mail, a new password, and the second factor as before."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from patients.actions import staff
from patients.actions.memberships import MembershipRefused
from patients.models import Membership, Role, User
from tests import factories
from tests.services import Inbox
from tests.sign_in import app_code, give_app, mailed_code, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
ASK, CODE, CHOOSE = "/sign-in/forgotten/", "/sign-in/forgotten/code/", "/sign-in/forgotten/password/"
NEW = "seven odd words over a bridge"


@pytest.fixture
def clinician() -> Membership:
    member = factories.make_member(factories.make_clinic(), Role.CLINICIAN, second_factor=False)
    give_app(member.user)
    return member


def ask(client: Client, address: str):
    return client.post(ASK, {"email": address})


def shown(client: Client, address: str) -> str:
    """The page that asks for the code, without what differs in every answer."""
    text = re.sub(r'value="\w{64}"|nonce="[^"]*"', "", client.get(CODE).text)
    return text.replace(address, "THEM")


def has_password(member: Membership, password: str) -> bool:
    return User.objects.get(pk=member.user_id).check_password(password)


def right_code(client: Client, member: Membership, smtp_sink: Inbox):
    ask(client, member.user.email)
    return client.post(CODE, {"code": mailed_code(smtp_sink, member.user.email)})


def test_a_new_password_by_code_and_the_second_factor_is_still_asked_for(
    client: Client, clinician: Membership, smtp_sink: Inbox
) -> None:
    elsewhere = staff_client(clinician)
    UserSession.objects.create(
        user=clinician.user, ip="192.0.2.1", session_key=elsewhere.session.session_key, user_agent="Firefox/1"
    )
    assert 'href="/sign-in/forgotten/"' in client.get("/sign-in/").text
    assert client.get(ASK).status_code == 200
    assert ask(client, clinician.user.email)["Location"] == CODE
    assert clinician.user.email in client.get(CODE).text
    code = mailed_code(smtp_sink, clinician.user.email)
    assert client.post(CODE, {"code": code})["Location"] == CHOOSE
    assert client.get(CHOOSE).status_code == 200
    answer = client.post(CHOOSE, {"password": NEW}, follow=True)
    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert "Sign in with it and your second factor" in answer.text
    assert "_auth_user_id" not in client.session
    assert elsewhere.get("/account/sessions/").status_code == 302

    signed = client.post("/sign-in/", {"login": clinician.user.email, "password": NEW})
    assert signed["Location"] == "/sign-in/second-factor/"
    client.post("/sign-in/second-factor/", {"code": app_code(clinician.user)})
    assert client.session["_auth_user_id"] == str(clinician.user_id)
    assert not has_password(clinician, factories.PASSWORD)
    assert Authenticator.objects.filter(user=clinician.user).count() == 1


def test_the_wrong_tries_before_do_not_keep_anybody_out_after(
    client: Client, clinician: Membership, smtp_sink: Inbox
) -> None:
    typed = {"login": clinician.user.email, "password": "wrong wrong wrong"}
    assert "Too many tries" in [client.post("/sign-in/", typed) for _ in range(6)][-1].text
    right_code(client, clinician, smtp_sink)
    client.post(CHOOSE, {"password": NEW})
    signed = client.post("/sign-in/", {**typed, "password": NEW})
    assert signed["Location"] == "/sign-in/second-factor/"


def test_runners_strangers_and_who_was_only_invited_are_sent_nothing_and_see_the_same(
    client: Client, clinician: Membership, smtp_sink: Inbox
) -> None:
    patient = factories.make_patient(clinician.clinic, responsible=clinician)
    runner = factories.patient_login(patient)
    gone = factories.make_member(clinician.clinic, Role.CLINICIAN, is_active=False)
    owner = factories.make_member(clinician.clinic, Role.OWNER)
    with factories.inside(clinician.clinic):
        invited = staff.invite(
            email="new@example.org", display_name="New", role=Role.CLINICIAN, by=owner, now=factories.NOW
        )
    pages = set()
    for one in (runner.user.email, "nobody@example.org", gone.user.email, invited.user.email):
        asking = Client()
        assert ask(asking, one)["Location"] == CODE
        pages.add(shown(asking, one))
        assert asking.post(CODE, {"code": "1234-5678"}).status_code == 422
        assert asking.post(CODE, {"code": ""}).status_code == 422
        assert asking.get(CHOOSE)["Location"] == CODE
    assert smtp_sink.messages == []
    ask(client, clinician.user.email)
    pages.add(shown(client, clinician.user.email))
    assert len(pages) == 1
    assert len(smtp_sink.messages) == 1


def test_the_third_wrong_code_ends_it(client: Client, clinician: Membership, smtp_sink: Inbox) -> None:
    ask(client, clinician.user.email)
    right = mailed_code(smtp_sink, clinician.user.email)
    assert [client.post(CODE, {"code": "0000-0000"}).status_code for _ in range(3)] == [422, 422, 302]
    assert client.post(CODE, {"code": right})["Location"] == "/sign-in/"
    assert client.get(CHOOSE)["Location"] == ASK


def test_the_code_works_in_the_browser_that_asked_and_once(
    client: Client, clinician: Membership, smtp_sink: Inbox
) -> None:
    ask(client, clinician.user.email)
    code = mailed_code(smtp_sink, clinician.user.email)
    assert Client().post(CODE, {"code": code})["Location"] == "/sign-in/"
    assert client.post(CODE, {"code": code})["Location"] == CHOOSE
    assert client.post(CHOOSE, {"password": NEW})["Location"] == "/sign-in/"
    assert client.post(CHOOSE, {"password": "another seven odd words"})["Location"] == ASK
    assert has_password(clinician, NEW)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("short", "too short"), ("plimsoll12345", "clinic&#x27;s trade"), ("", "Choose a password")],
)
def test_a_weak_one_is_refused_and_another_may_be_chosen(
    client: Client, clinician: Membership, smtp_sink: Inbox, typed: str, sentence: str
) -> None:
    right_code(client, clinician, smtp_sink)
    answer = client.post(CHOOSE, {"password": typed})
    assert answer.status_code == 422 and sentence in answer.text
    assert has_password(clinician, factories.PASSWORD)
    assert client.post(CHOOSE, {"password": NEW}).status_code == 302
    assert has_password(clinician, NEW)


def test_who_left_between_code_and_password_gets_none(
    client: Client, clinician: Membership, smtp_sink: Inbox
) -> None:
    right_code(client, clinician, smtp_sink)
    with factories.inside(clinician.clinic):
        Membership.objects.filter(pk=clinician.pk).update(is_active=False)
    answer = client.post(CHOOSE, {"password": NEW}, follow=True)
    assert "no password to forget" in answer.text
    assert has_password(clinician, factories.PASSWORD)
    with pytest.raises(MembershipRefused):
        staff.reset_password(user=clinician.user, password=NEW)


def test_a_stranger_who_asks_without_end_keeps_nobody_from_theirs(
    client: Client, clinician: Membership, smtp_sink: Inbox
) -> None:
    for _ in range(6):
        answer = ask(Client(REMOTE_ADDR="198.51.100.7"), clinician.user.email)
    assert answer.status_code == 422 and "Too many tries" in answer.text
    assert ask(client, clinician.user.email).status_code == 302
    assert len(smtp_sink.messages) == 5


def test_no_mailbox_is_flooded_from_many_places(clinician: Membership, settings, smtp_sink: Inbox) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "password_codes": "3/d/key"}
    asking = [Client(REMOTE_ADDR=f"198.51.100.{place}") for place in range(1, 6)]
    assert [ask(one, clinician.user.email).status_code for one in asking] == [302] * 3 + [422] * 2


def test_mail_that_cannot_be_sent_is_said_plainly(client: Client, clinician: Membership, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = ask(client, clinician.user.email)
    assert answer.status_code == 503 and clinician.user.email in answer.text
    assert client.get(CODE)["Location"] == "/sign-in/"
