"""S22: robots that open every link of a mail, and post its forms, use nothing up; the person gets in."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from patients.actions import invitations, staff
from patients.models import Membership, OutboxMail, Patient, Role, User
from rehab import emails
from rehab.queries import telling
from tests import factories
from tests.services import Inbox
from tests.sign_in import mailed_code

pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(r"https?://[^\s\"'<>]+")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def clinic():
    return factories.make_clinic("Harbour Physio")


@pytest.fixture
def runner(clinic) -> Membership:
    patient = factories.make_patient(clinic, responsible=factories.make_member(clinic, Role.OWNER))
    return factories.patient_login(patient, user=factories.make_user(patient.person.email))


def mails_to_everybody(runner: Membership) -> list[str]:
    """The text of one mail of each kind that carries a link."""
    now, clinic = timezone.now(), runner.clinic
    flag = factories.make_flag(factories.make_case(runner.patient), severity="URGENT")
    with factories.inside(clinic):
        patient = Patient.objects.get()
        owner = patient.responsible
        invitations.send(patient=patient, membership=runner, by=owner, now=now)
        staff.invite(email="new@example.org", display_name="Alex", role=Role.CLINICIAN, by=owner, now=now)
        texts = [mail.text for mail in OutboxMail.objects.all()]
        told = telling.of_flag(flag)
        texts += [
            mail.text
            for mail in (emails.urgent_flag(told), emails.message_to_runner(clinic=clinic, language=""))
        ]
    return [*texts, emails.stop_address(owner.pk), emails.reminder_stop_address(runner.pk)]


def paths_in(texts: list[str]) -> set[str]:
    return {urlsplit(link.rstrip(".,)")).path for text in texts for link in LINK.findall(text)}


def scan(path: str, *, post: bool) -> Iterator[int]:
    """As a link scanner does: each time a new visitor, with HEAD, GET, and the page's own form."""
    for method in ("head", "get", "get"):
        yield getattr(Client(), method)(path, follow=True).status_code
    if post:
        robot = Client(enforce_csrf_checks=True)
        if found := TOKEN.search(robot.get(path, follow=True).text):
            yield robot.post(path, {"csrfmiddlewaretoken": found[1]}).status_code


def state(runner: Membership) -> tuple[object, ...]:
    """What a link could use up."""
    with factories.inside(runner.clinic), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM patients_invitation WHERE accepted_at IS NOT NULL")
        accepted = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM patients_staffinvitation WHERE accepted_at IS NOT NULL")
        joined = cursor.fetchone()
        cursor.execute("SELECT id, summary_opt_out, is_active FROM patients_membership ORDER BY id")
        members = tuple(cursor.fetchall())
        cursor.execute("SELECT membership_id, to_jsonb(r) FROM rehab_remindersettings r ORDER BY 1")
        return accepted, joined, members, str(cursor.fetchall()), User.objects.filter(password="").count()


@pytest.mark.check("S22")
def test_robots_change_nothing_and_the_person_gets_in(
    runner: Membership, smtp_sink: Inbox, tried: Callable[..., None]
) -> None:
    texts = mails_to_everybody(runner)
    paths = sorted(paths_in(texts))
    assert len(paths) >= 6
    before, asked = state(runner), 0
    for path in paths:
        stops = "unsubscribe" in path or "/stop/" in path  # a posted form there is what RFC 8058 asks for
        answers = list(scan(path, post=not stops))
        asked += len(answers)
        assert all(answer < 500 for answer in answers), path
    assert state(runner) == before
    welcome = next(path for path in paths if path.startswith("/welcome/") and "/staff/" not in path)
    person = Client()
    assert person.post(welcome)["Location"] == "/sign-in/code/confirm/"
    person.post(
        "/sign-in/code/confirm/", {"code": mailed_code(smtp_sink, runner.user.email, len(smtp_sink.messages))}
    )
    assert "_auth_user_id" in person.session
    tried("S22", links=len(paths), requests_of_robots=asked, people_who_got_in=1)


@pytest.mark.twin("S22")
def test_a_link_that_acts_when_it_is_opened_would_be_used_up(
    runner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a page that stops the mails at a GET, which is how scanners unsubscribe people."""
    before = state(runner)
    path = urlsplit(emails.stop_address(runner.pk)).path
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest.__setattr__", _always_post)
    list(scan(path, post=False))
    assert state(runner) != before


def _always_post(request: object, name: str, value: object) -> None:
    object.__setattr__(request, name, "POST" if name == "method" else value)


def test_a_code_is_typed_so_that_no_link_can_use_it_up(runner: Membership, smtp_sink: Inbox) -> None:
    person = Client()
    person.post("/sign-in/code/", {"email": runner.user.email})
    body = smtp_sink.wait(runner.user.email).get_body(("plain",))
    assert body is not None and not LINK.findall(body.get_content())


def test_an_old_invitation_is_not_renewed_by_a_robot(runner: Membership) -> None:
    with factories.inside(runner.clinic):
        patient = Patient.objects.get()
        invitations.send(
            patient=patient,
            membership=runner,
            by=patient.responsible,
            now=timezone.now() - timedelta(days=15),
        )
        text = OutboxMail.objects.get().text
    before = state(runner)
    for path in paths_in([text]):
        list(scan(path, post=True))
    assert state(runner) == before
