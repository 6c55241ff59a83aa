"""In a runner's own language nothing is left in English: every page, read word by word."""

import re
from html import unescape

import pytest
from django.test import Client

from patients.models import Patient
from tests import factories as make
from tests.journeys.test_portal_pages import ABOUT_ME, PAGES
from tests.rehab.runner import Runner, make_runner
from tests.rehab.views.portal.told import a_check, a_morning, a_run

OFFLINE = tuple(f"/me/offline/{slug}/" for slug in ("start", "run", "check", "help", "urgent", "kept"))
WHOLE_RECORD = "/me/account/record/"  # column by column, under the names of the database
NO_WORDS = re.compile(r"<(script|style|option|cite|dd class=\"own\")\b.*?</\1>|<[^>]*>|&\w+;", re.DOTALL)
SAID_IN = re.compile(r"(?:aria-label|title|alt|placeholder|data-words-\w+)=\"([^\"]*)\"")
LATIN = re.compile(r"[A-Za-z][A-Za-z’'-]{2,}")
NAMES = {"Plimsoll", "JavaScript", "VISA-A", "TENDINS-A", "PSFS", "JSON", "iPhone", "UTC"} | {
    "floxacin",
    "ciprofloxacin",
}


def words(page: str) -> str:
    body = page.partition("<body")[2]
    return unescape(" ".join([*SAID_IN.findall(body), NO_WORDS.sub(" ", f"<body{body}")]))


def in_english(page: str, names: set[str]) -> set[str]:
    """Words in Latin letters on an Arabic page that are no names."""
    return set(LATIN.findall(words(page))) - NAMES - names


@pytest.fixture
def arabic(portal: Client) -> tuple[Client, Runner, set[str]]:
    """A runner who reads Arabic, two sore legs, a diary with a bit of everything; and the names they know."""
    runner = make_runner(slug="quay", sides=("LEFT", "RIGHT"))
    with make.inside(runner.clinic):
        Patient.objects.filter(pk=runner.patient.pk).update(language="ar")
        make.make_access_event(runner.physio, patient=runner.patient, case=runner.case)
    a_check(runner, a_run(runner, hours_ago=200, pain=2, distance_m=5000, shoe_drop_mm=10))
    a_check(runner, a_run(runner, hours_ago=100, pain=2, distance_m=9000, shoe_drop_mm=4), pain=3)
    a_morning(runner, hours_ago=30, pain=2)
    make.sign_in(portal, runner.member)
    return portal, runner, set(LATIN.findall("Quay Physio Sam Okafor Alex Reed alex@quay.example"))


def test_no_page_leaves_a_word_in_english(arabic: tuple[Client, Runner, set[str]]) -> None:
    client, runner, names = arabic
    run = a_run(runner, hours_ago=26, pain=2, minutes=60)
    of_a_run = (f"/me/runs/{run.pk}/", f"/me/runs/{run.pk}/correct/", f"/me/checks/{run.pk}/24h/")
    left = {}
    for page in {*PAGES, *ABOUT_ME, *OFFLINE, *of_a_run} - {WHOLE_RECORD}:
        said = client.get(page).content.decode()
        assert '<html lang="ar" dir="rtl">' in said
        left[page] = in_english(said.replace(runner.clinic.hours, ""), names)
    with_mistakes = client.post("/me/runs/new/", {"pain_left": 11, "minutes_other": "2.5", "time": "25:00"})
    left["mistakes"] = in_english(with_mistakes.content.decode().replace(runner.clinic.hours, ""), names)
    assert {page: found for page, found in left.items() if found} == {}


def test_the_check_sees_a_sentence_that_was_not_translated() -> None:
    page = '<body><p>إجابتك</p><p title="Correct">Save the run</p></body>'
    assert in_english(page, set()) == {"Correct", "Save", "the", "run"}
