"""The installed app: no kept page is about anybody, and only what is stored is called stored."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from patients.models import Case, CaseStatus
from physio.web.tenancy import tenant
from rehab.models import ExerciseSession, PainReport, Plan, RedFlagReport, Run
from tests.factories import sign_in
from tests.rehab.runner import NOW, Runner, make_runner
from tests.rehab.views.portal.told import a_run

PAGES = ("start", "run", "check", "help", "urgent", "kept")


def send(client: Client, path: str, owner: Runner, **answers: Any) -> Any:
    answers.setdefault("client_id", str(uuid4()))
    answers.setdefault("told_at", (NOW - timedelta(hours=3)).isoformat())
    return client.post(path, answers, headers={"X-Plimsoll-Queue": str(owner.case.pk)})


def a_morning(client: Client, owner: Runner, **answers: Any) -> Any:
    return send(client, "/me/morning/", owner, **{"pain_left": "2"} | answers)


def test_an_entry_that_waited_is_stored_at_the_time_it_was_told(portal: Client, runner: Runner) -> None:
    client_id = str(uuid4())
    answer = a_morning(portal, runner, client_id=client_id)
    assert (answer.status_code, answer.json()) == (200, {"stored": client_id})
    with runner.signed_in():
        row = PainReport.objects.get()
    assert (row.occurred_at, row.received_at) == (NOW - timedelta(hours=3), NOW)


def test_the_same_entry_again_is_stored_once_whichever_way_it_came_first(
    portal: Client, runner: Runner
) -> None:
    """The page's own request was stored and its answer lost; the queue then sends it with the time."""
    client_id = str(uuid4())
    assert portal.post("/me/morning/", {"pain_left": "2", "client_id": client_id}).status_code == 302
    for _ in range(2):
        assert a_morning(portal, runner, client_id=client_id).json() == {"stored": client_id}
    with runner.signed_in():
        assert PainReport.objects.get().occurred_at == NOW


def test_other_answers_under_the_same_id_are_never_called_stored(portal: Client, runner: Runner) -> None:
    client_id = str(uuid4())
    a_morning(portal, runner, client_id=client_id)
    answer = a_morning(portal, runner, client_id=client_id, pain_left="5")
    assert (answer.status_code, answer.json()) == (409, {"look": True})


def test_what_cannot_be_stored_has_to_be_looked_at(portal: Client, runner: Runner) -> None:
    answer = a_morning(portal, runner, pain_left="11")
    assert (answer.status_code, answer.json()) == (422, {"look": True})
    with runner.signed_in():
        assert not PainReport.objects.exists()


def test_what_has_no_place_here_any_more_is_looked_at_and_holds_nothing_up(
    portal: Client, runner: Runner
) -> None:
    """The queue stops at an answer that is neither; what waits behind it may be urgent."""
    gone = send(portal, f"/me/checks/{uuid4()}/24h/", runner, pain_left="2")
    assert (gone.status_code, gone.json()) == (404, {"look": True})
    assert portal.post(f"/me/checks/{uuid4()}/24h/", {"pain_left": "2"}).status_code == 404
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Case.objects.filter(pk=runner.case.pk).update(status=CaseStatus.CLOSED, closed_at=NOW)
    closed = a_morning(portal, runner)
    assert (closed.status_code, closed.json()) == (409, {"look": True})


def test_a_phone_whose_clock_runs_ahead_tells_no_time_to_come(portal: Client, runner: Runner) -> None:
    a_morning(portal, runner, told_at=(NOW + timedelta(days=2)).isoformat())
    with runner.signed_in():
        assert PainReport.objects.get().occurred_at == NOW


@pytest.mark.parametrize("told_at", ["", "nonsense", "2026-11-22T09:00:00", "9" * 40])
def test_a_time_that_cannot_be_read_is_now(portal: Client, runner: Runner, told_at: str) -> None:
    a_morning(portal, runner, told_at=told_at)
    with runner.signed_in():
        assert PainReport.objects.get().occurred_at == NOW


def test_runs_checks_and_urgent_signs_wait_like_this_too(portal: Client, runner: Runner) -> None:
    run = {"pain_left": "0", "minutes": "20"}
    assert "stored" in send(portal, "/me/runs/new/", runner, **run).json()
    told = a_run(runner, hours_ago=24)
    assert "stored" in send(portal, f"/me/checks/{told.pk}/24h/", runner, pain_left="1").json()
    assert "stored" in send(portal, "/me/help/", runner, findings="POP_OR_SNAP").json()
    with runner.signed_in():
        assert Run.objects.count() == 2
        assert RedFlagReport.objects.get().occurred_at == NOW - timedelta(hours=3)


def test_sets_count_for_the_day_they_were_told(portal: Client, runner: Runner) -> None:
    yesterday = (NOW - timedelta(days=1)).isoformat()
    said = {"half": "PM", "ticks": "1", "all": "1", "told_at": yesterday}
    assert "stored" in send(portal, "/me/exercises/", runner, **said).json()
    with runner.signed_in():
        assert ExerciseSession.objects.get().local_date == (NOW - timedelta(days=1)).date()


def test_sets_that_waited_take_away_none_that_were_told_later(portal: Client, runner: Runner) -> None:
    """The first set waited on the phone, the third went straight through; then the first arrives, twice."""
    with runner.signed_in():
        row = f"sets_{Plan.objects.get().pk.hex}_straight"
    portal.post("/me/exercises/", {"half": "PM", "ticks": "1", row: ["1", "2", "3"], "client_id": uuid4()})
    waited = {"half": "PM", "ticks": "1", row: ["1"], "client_id": str(uuid4())}
    for _ in range(2):
        assert "stored" in send(portal, "/me/exercises/", runner, **waited).json()
    with runner.signed_in():
        assert ExerciseSession.objects.current().get().reps_done == 45
        assert ExerciseSession.objects.count() == 2  # what was told is kept
    portal.post("/me/exercises/", {"half": "PM", "ticks": "1", row: ["1"], "client_id": uuid4()})
    with runner.signed_in():
        assert ExerciseSession.objects.current().get().reps_done == 15  # told now, it counts as it is


def test_yesterday_is_the_day_before_they_were_told(portal: Client, runner: Runner) -> None:
    told = (NOW - timedelta(days=1)).isoformat()
    said = {"half": "PM", "day": "yesterday", "ticks": "1", "all": "1", "told_at": told}
    assert "stored" in send(portal, "/me/exercises/", runner, **said).json()
    with runner.signed_in():
        assert ExerciseSession.objects.get().local_date == (NOW - timedelta(days=2)).date()


class TestTwoAccountsOnOnePhone:
    @pytest.fixture
    def other(self, db: None) -> Runner:
        return make_runner(slug="quay")

    def test_an_entry_of_one_is_not_taken_in_the_session_of_the_other(
        self, portal: Client, runner: Runner, other: Runner
    ) -> None:
        answer = a_morning(portal, other)
        assert (answer.status_code, answer.json()) == (421, {"another": True})
        form = {"pain_left": "2", "client_id": str(uuid4()), "owner": str(other.case.pk)}
        said = portal.post("/me/morning/", form, follow=True)
        assert b"You are signed in as somebody else now. That form was not saved here." in said.content
        for one in (runner, other):
            with one.signed_in():
                assert not PainReport.objects.exists()

    def test_the_queue_is_told_whose_session_it_is(
        self, portal: Client, runner: Runner, other: Runner
    ) -> None:
        assert portal.get("/me/queue/").json()["owner"] == str(runner.case.pk)
        client = sign_in(Client(), other.member)
        assert client.get("/me/queue/").json()["owner"] == str(other.case.pk)
        assert Client().get("/me/queue/").status_code == 302


class TestWhatAPhoneKeeps:
    def test_the_worker_names_files_and_blank_pages_that_are_there(self, portal: Client) -> None:
        said = portal.get("/me/sw.js")
        assert said.headers["Content-Type"].startswith("text/javascript")
        text = said.content.decode()
        assert Client().get("/me/sw.js").content.decode().splitlines()[1] == text.splitlines()[1]
        for slug in PAGES:
            assert f"/me/offline/{slug}/" in text
            assert portal.get(f"/me/offline/{slug}/").status_code == 200
        assert portal.get("/me/offline/nonsense/").status_code == 404

    def test_no_kept_page_says_anything_about_anybody(self, portal: Client, runner: Runner) -> None:
        """The same page for two runners who differ in everything but their clinic."""
        a_run(runner, hours_ago=30, pain=4)
        other = make_runner(clinic=runner.clinic, slug="harbour2", sides=("RIGHT",), stage=None)
        theirs = sign_in(Client(), other.member)
        for slug in PAGES:
            pages = [client.get(f"/me/offline/{slug}/").content.decode() for client in (portal, theirs)]
            assert pages[0] == pages[1], slug
            for secret in ("alex", "sam", "stage", str(runner.case.pk), str(runner.patient.pk), "csrf"):
                assert secret not in pages[0].lower(), (slug, secret)

    def test_the_check_would_see_a_page_about_somebody(self, portal: Client, runner: Runner) -> None:
        other = make_runner(clinic=runner.clinic, slug="harbour2", sides=("RIGHT",), stage=None)
        theirs = sign_in(Client(), other.member)
        today = [client.get("/me/").content.decode() for client in (portal, theirs)]
        assert today[0] != today[1]

    def test_urgent_help_has_the_clinic_s_numbers_and_says_what_to_do(self, portal: Client) -> None:
        for slug in ("help", "urgent"):
            said = portal.get(f"/me/offline/{slug}/").content.decode()
            assert "020 7946 0018" in said
            assert "999" in said
        assert "Get medical help today." in portal.get("/me/offline/urgent/").content.decode()

    def test_no_kept_page_says_that_anybody_may_run(self, portal: Client) -> None:
        for slug in PAGES:
            said = portal.get(f"/me/offline/{slug}/").content.decode()
            assert not re.search(r"\byou (may|can) run\b(?! today is)", said), slug
        assert (
            "Do not run until Plimsoll has given you an answer."
            in portal.get("/me/offline/kept/").content.decode()
        )
