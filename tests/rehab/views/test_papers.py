"""The summary for a colleague and the PDFs: what they say, who gets them, and that nothing typed is kept."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.caseload import STORIES, make_caseload
from tests.rehab.runner import Runner, make_runner
from tests.sign_in import patient_client, staff_client

PAGES = ("case_summary", "summary_pdf", "plan_pdf")
pytestmark = pytest.mark.django_db


@pytest.fixture
def runner() -> Runner:
    return make_runner(stage=4, opened_at=timezone.now() - timedelta(days=60))


def address(name: str, case_id: object) -> str:
    return reverse(name, kwargs={"case_id": case_id})


@pytest.mark.parametrize("name", PAGES)
def test_strangers_reception_and_the_runner_find_nothing(runner: Runner, name: str) -> None:
    desk = factories.make_member(runner.clinic, factories.Role.RECEPTION)
    other = make_runner(slug="quay")
    for client in (staff_client(other.physio), staff_client(desk), patient_client(runner.member)):
        assert client.get(address(name, runner.case.pk)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_summary_says_what_was_found_done_and_how_it_went() -> None:
    load = make_caseload(timezone.now(), (STORIES[1],))
    case = load.cases["Priya Nair"]
    page = staff_client(load.physio).get(address("case_summary", case.pk)).text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for said in (
        "Priya Nair", "Mid-portion", "most tender at 4.5 cm", "Heel drops off a step, 3 × 15",
        "Morning pain, left", "in the last 7 days", "Runs in 28 days", "worst pain 5/10", "Over the line",
    ):  # fmt: skip
        assert said.lower() in text.lower(), said


def test_a_case_without_anything_says_so_and_is_no_error() -> None:
    case = factories.make_case(factories.make_patient(factories.make_clinic()))
    client = staff_client(case.clinician)
    page = client.get(address("case_summary", case.pk)).text
    assert "none yet" in page and "not recorded" in page and "not started" in page
    assert client.get(address("plan_pdf", case.pk)).content.startswith(b"%PDF-")


def test_the_pdfs_are_named_by_number_and_kept_out_of_every_cache(runner: Runner) -> None:
    client: Client = staff_client(runner.physio)
    for name in ("summary_pdf", "plan_pdf"):
        answer = client.get(address(name, runner.case.pk))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert str(runner.patient.number) in answer["Content-Disposition"]
        assert "Reed" not in str(answer.headers) and "no-store" in answer["Cache-Control"]


def test_words_to_the_reader_are_set_on_the_page_and_too_many_come_back(runner: Runner) -> None:
    client = staff_client(runner.physio)
    where = address("summary_pdf", runner.case.pk)
    plain = client.get(where).content
    said = client.post(where, {"comment": "Please scan. #panic()"})
    assert said.status_code == 200 and len(said.content) > len(plain)
    assert client.post(where, {"comment": "x" * 1501}).status_code == 422
