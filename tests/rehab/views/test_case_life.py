"""The pages that hand over, close and reopen a case, and ask after it in maintenance."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.models import Case, CaseChange
from rehab.clinical.history import StageAct
from tests import factories
from tests.rehab.runner import Runner, make_runner
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db
PAGES = ("case_transfer", "case_close", "case_reopen", "case_check_in")


@pytest.fixture
def runner() -> Runner:
    return make_runner(stage=4, opened_at=timezone.now() - timedelta(days=60))


@pytest.fixture
def physio(runner: Runner) -> Client:
    return staff_client(runner.physio)


def address(name: str, runner: Runner) -> str:
    return reverse(name, kwargs={"case_id": runner.case.pk})


@pytest.mark.parametrize("name", PAGES)
def test_strangers_reception_and_the_runner_find_nothing(runner: Runner, name: str) -> None:
    desk = factories.make_member(runner.clinic, factories.Role.RECEPTION)
    other = make_runner(slug="quay")
    for client in (staff_client(other.physio), staff_client(desk), patient_client(runner.member)):
        assert client.get(address(name, runner)).status_code == 404
        assert client.post(address(name, runner), {}).status_code == 404


def test_a_case_is_closed_says_how_it_ended_and_is_reopened(runner: Runner, physio: Client) -> None:
    assert physio.get(address("case_close", runner)).status_code == 200
    assert physio.post(address("case_close", runner), {}).status_code == 422
    said = {"outcome": "RUNNING_AGAIN", "reason": "Back to 40 km."}
    answer = physio.post(address("case_close", runner), said)
    assert (answer.status_code, answer.url) == (302, address("case", runner))
    page = physio.get(address("case", runner)).text
    assert "by Sam Okafor: running as before." in page and "Back to 40 km." in page
    assert address("plan_new", runner) not in page and address("case_reopen", runner) in page
    assert physio.post(address("case_reopen", runner), {"reason": ""}).status_code == 422
    assert physio.get(address("case_reopen", runner)).status_code == 200
    physio.post(address("case_reopen", runner), {"reason": "Sore again."})
    page = physio.get(address("case", runner)).text
    assert "Case reopened" in page and "now-word yes" not in page
    stage = physio.get(address("stage_move", runner)).text
    assert "Before it: stage 4." in stage


def test_a_suspended_case_is_not_closed_as_well(runner: Runner, physio: Client) -> None:
    factories.make_flag(runner.case, kind="RED_FLAG", severity="URGENT")
    answer = physio.post(address("case_close", runner), {"outcome": "BETTER"})
    assert answer.status_code == 422 and "referred on for medical care" in answer.text


def test_a_case_is_handed_over_to_a_colleague(runner: Runner, physio: Client) -> None:
    colleague = factories.make_member(runner.clinic, display_name="Noor Haddad")
    page = physio.get(address("case_transfer", runner)).text
    assert "Noor Haddad" in page and f'value="{runner.physio.pk}"' not in page
    stranger = make_runner(slug="quay").physio
    assert physio.post(address("case_transfer", runner), {"clinician": str(stranger.pk)}).status_code == 422
    said = {"clinician": str(colleague.pk), "reason": "On leave."}
    assert physio.post(address("case_transfer", runner), said).status_code == 302
    with factories.inside(runner.clinic):
        assert Case.objects.get().clinician_id == colleague.pk
    assert "Handed over to Noor Haddad" in physio.get(address("case", runner)).text


def test_maintenance_is_watched_and_asked_after(runner: Runner, physio: Client) -> None:
    now = timezone.now()
    factories.make_stage_change(
        runner.case, kind=StageAct.PROGRESS, from_stage=7, to_stage=8, at=now - timedelta(days=40)
    )
    with factories.inside(runner.clinic):
        Case.objects.update(status="MAINTENANCE")
    page = physio.get(address("case", runner)).text
    assert "month 2 of 12" in page and "A check-in is due since" in page
    assert physio.get(address("case_check_in", runner)).status_code == 200
    physio.post(address("case_check_in", runner), {"found": "WELL"})
    page = physio.get(address("case", runner)).text
    assert "Next check-in on" in page and "no trouble" in page
    with factories.inside(runner.clinic):
        assert CaseChange.objects.get().outcome == "WELL"


def test_a_check_in_outside_maintenance_is_refused(runner: Runner, physio: Client) -> None:
    assert physio.post(address("case_check_in", runner), {"found": "WELL"}).status_code == 422
