"""A nudge to a runner who has gone quiet: written already, in their language, two presses, off the list."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.models import Case, Membership, Patient
from rehab.models import Flag, FlagState, Message
from tests import factories
from tests.caseload import beat
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "No entry since Wednesday 18 November."


@pytest.fixture
def case() -> Case:
    now = timezone.now()
    beat(now)
    physio = factories.make_member(factories.make_clinic(), display_name="Sam Okafor")
    case = factories.make_case(factories.make_patient(physio.clinic, responsible=physio))
    factories.make_summary(
        case, group="QUIET", severity=20, headline="NOT_LOGGING", reason=REASON, since=now, evaluated_at=now,
        last_report_at=now - timedelta(days=8),
    )  # fmt: skip
    factories.make_flag(case, side="CASE", kind="NOT_LOGGING", severity="QUIET", reason=REASON, opened_at=now)
    return case


@pytest.fixture
def login(case: Case) -> Membership:
    return factories.patient_login(case.patient)


@pytest.fixture
def client(case: Case) -> Client:
    return staff_client(case.clinician)


def where(case: Case) -> str:
    return reverse("case_nudge", args=[case.pk])


def state(case: Case) -> str:
    with factories.inside(case.clinic):
        return Flag.objects.get().state


def test_a_quiet_row_is_worked_in_two_presses(client: Client, case: Case, login: Membership) -> None:
    listed = client.get("/caseload/?site=MIDPORTION").text
    assert "Send a nudge" not in listed  # no plan of that site
    listed = client.get("/caseload/?clinician=mine").text
    assert f"{where(case)}?next=/caseload/%3Fclinician%3Dmine" in listed
    page = client.get(f"{where(case)}?next=/caseload/%3Fclinician%3Dmine")
    text, key = page.context["form"]["text"].value(), page.context["form"]["id"].value()
    assert "Your last entry in the diary is from" in text and text.endswith("Sam Okafor")
    sent = client.post(
        where(case), {"id": key, "text": text, "seen": "on", "next": "/caseload/?clinician=mine"}
    )
    assert (sent.status_code, sent["Location"]) == (302, "/caseload/?clinician=mine")
    assert state(case) == FlagState.ACKNOWLEDGED
    assert "Your last entry" in patient_client(login).get(reverse("portal_messages")).text
    assert f"case-{case.pk}" not in client.get("/caseload/").text


def test_the_flag_stays_when_the_physio_wants_it_to(client: Client, case: Case, login: Membership) -> None:
    sent = client.post(where(case), {"text": "How is it going?", "next": "https://elsewhere.example/"})
    assert sent["Location"] == reverse("case", args=[case.pk])
    assert state(case) == FlagState.OPEN


def test_it_is_written_in_the_runners_language(client: Client, case: Case, login: Membership) -> None:
    with factories.inside(case.clinic):
        Patient.objects.update(language="de")
    text = client.get(where(case)).context["form"]["text"].value()
    assert text.startswith("Hallo ") and "Tagebuch" in text


def test_a_text_of_the_clinic_takes_its_place(client: Client, case: Case, login: Membership) -> None:
    one = factories.make_message_template(case.clinic, title="Quiet", text="All well?")
    page = client.get(f"{where(case)}?template={one.pk}&next=/caseload/")
    assert page.context["form"]["text"].value() == "All well?"
    assert 'name="next" value="/caseload/"' in page.text


def test_an_empty_nudge_sends_and_settles_nothing(client: Client, case: Case, login: Membership) -> None:
    assert client.post(where(case), {"text": " ", "seen": "on"}).status_code == 422
    with factories.inside(case.clinic):
        assert not Message.objects.exists()
    assert state(case) == FlagState.OPEN


def test_it_says_when_nobody_would_read_it(client: Client, case: Case) -> None:
    assert "cannot sign in yet" in client.get(where(case)).text


def test_a_stranger_finds_nothing(case: Case, login: Membership) -> None:
    stranger = staff_client(factories.make_member(factories.make_clinic()))
    assert stranger.get(where(case)).status_code == 404
    assert stranger.post(where(case), {"text": "Hi", "seen": "on"}).status_code == 404
    assert patient_client(login).get(where(case)).status_code == 404
    assert state(case) == FlagState.OPEN
