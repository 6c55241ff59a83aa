"""Urgent help: the numbers first, advice in the same response, no word that names an illness."""

from uuid import uuid4

import pytest
from django.test import Client

from assessments.clinical.red_flags import PATIENT_QUESTIONS
from patients.models import Case, CaseStatus
from physio.web.tenancy import tenant
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


def test_going_back_and_ticking_after_none_of_these_is_stored_and_answered(
    portal: Client, runner: Runner
) -> None:
    """The form still has its id of before; a sign is never refused for that."""
    said = {"client_id": str(uuid4())}
    portal.post(HELP, said | {"none": "1"})
    for _ in range(2):
        response = portal.post(HELP, said | {"findings": ["POP_OR_SNAP"]})
        assert response.status_code == 200
        assert "Get medical help today." in response.content.decode()
    assert sorted(row.findings for row in told(runner)) == [[], ["POP_OR_SNAP"]]


def test_a_second_sign_on_a_form_that_came_back_is_stored_too(portal: Client, runner: Runner) -> None:
    said = {"client_id": str(uuid4()), "minutes": "20"}
    assert portal.post("/me/runs/new/", said | {"findings": ["POP_OR_SNAP"]}).status_code == 422
    response = portal.post("/me/runs/new/", said | {"findings": ["POP_OR_SNAP", "CHEST_PAIN"]})
    assert response.status_code == 422
    assert "Call the emergency number now." in response.content.decode()
    assert {code for row in told(runner) for code in row.findings} == {"POP_OR_SNAP", "CHEST_PAIN"}


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00"])
def test_a_phone_whose_clock_is_wrong_loses_no_sign(portal: Client, runner: Runner, at: str) -> None:
    response = portal.post(HELP, {"client_id": uuid4(), "findings": ["POP_OR_SNAP"], "told_at": at})
    assert response.status_code == 200
    assert [row.occurred_at for row in told(runner)] == [NOW]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_all_time_is_a_sentence(portal: Client, day: str) -> None:
    said = {"client_id": uuid4(), "pain_left": "1", "day": day, "time": "00:00"}
    response = portal.post("/me/morning/", said)
    assert response.status_code == 422
    assert "Give the day as day, month and year." in response.content.decode()


def test_without_an_open_case_the_advice_comes_all_the_same(portal: Client, runner: Runner) -> None:
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Case.objects.filter(pk=runner.case.pk).update(status=CaseStatus.CLOSED, closed_at=NOW)
    page = portal.post(HELP, {"client_id": uuid4(), "findings": ["POP_OR_SNAP", "X"]}).content.decode()
    assert '<h1 id="urgent-title">Get medical help today.</h1>' in page
    assert "will see this" not in page
    assert not told(runner)
