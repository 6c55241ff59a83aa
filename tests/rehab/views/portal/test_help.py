"""Urgent help: the numbers first, advice in the same response, no word that names an illness."""

from uuid import uuid4

import pytest
from django.test import Client

from assessments.clinical.red_flags import PATIENT_QUESTIONS
from patients.models import Case
from rehab.models import Flag, RedFlagReport
from tests.rehab.runner import NOW, Runner

HELP = "/me/help/"
ILLNESSES = ("rupture", "thrombosis", "blood clot", "infection", "heart attack", "torn")


def told(runner: Runner) -> list[RedFlagReport]:
    with runner.signed_in():
        return list(RedFlagReport.objects.all())


def test_the_numbers_stand_before_the_questions(portal: Client) -> None:
    page = portal.get(HELP).content.decode()
    main = page[page.index("<main") :]
    assert main.index('href="tel:999"') < main.index('href="tel:02079460018"') < main.index("<form")
    assert all(question.asks in main for question in PATIENT_QUESTIONS)


@pytest.mark.parametrize(
    ("finding", "advice"),
    [("CHEST_PAIN", "Call the emergency number now."), ("POP_OR_SNAP", "Get medical help today.")],
)
def test_one_yes_suspends_tells_and_advises_at_once(
    portal: Client, runner: Runner, finding: str, advice: str
) -> None:
    response = portal.post(HELP, {"client_id": uuid4(), "findings": [finding]})
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main")]
    assert response.status_code == 200
    assert f'<h1 id="urgent-title">{advice}</h1>' in main
    assert "Sam will see this at the top of the list." in main
    assert not [word for word in ILLNESSES if word in main.lower()]
    with runner.signed_in():
        assert (Flag.objects.get().severity, Case.objects.get().suspended_at) == ("URGENT", NOW)
    today = portal.get("/me/").content.decode()
    assert '<span class="word no">Not today</span>' in today
    assert "Tick all" not in today


def test_an_antibiotic_means_the_prescriber_and_never_stop_taking_it(portal: Client) -> None:
    page = portal.post(HELP, {"client_id": uuid4(), "findings": ["FLUOROQUINOLONE_NOW"]}).content.decode()
    assert "Contact the person who prescribed your antibiotic today" in page
    assert "stop taking" not in page.lower()


def test_none_of_these_is_stored_and_suspends_nothing(portal: Client, runner: Runner) -> None:
    response = portal.post(HELP, {"client_id": uuid4(), "none": "1"})
    assert response["Location"] == "/me/"
    assert [row.findings for row in told(runner)] == [[]]
    with runner.signed_in():
        assert not Flag.objects.exists()


def test_a_tick_beside_none_of_these_is_still_a_yes(portal: Client, runner: Runner) -> None:
    portal.post(HELP, {"client_id": uuid4(), "none": "1", "findings": ["SUSPECTED_DVT"]})
    assert [row.findings for row in told(runner)] == [["SUSPECTED_DVT"]]


@pytest.mark.parametrize("said", [{}, {"findings": ["PALPABLE_GAP"]}, {"findings": ["NONSENSE"]}])
def test_nothing_ticked_or_something_that_is_not_asked_is_a_sentence(
    portal: Client, runner: Runner, said: dict
) -> None:
    response = portal.post(HELP, {"client_id": uuid4()} | said)
    assert response.status_code == 422
    assert 'href="tel:999"' in response.content.decode()
    assert not told(runner)


def test_sending_twice_stores_once(portal: Client, runner: Runner) -> None:
    said = {"client_id": uuid4(), "findings": ["POP_OR_SNAP"]}
    first, second = portal.post(HELP, said), portal.post(HELP, said)
    assert (first.status_code, second.status_code, len(told(runner))) == (200, 200, 1)
