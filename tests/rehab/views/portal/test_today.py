"""The first page answers before anything else, and never says yes when something is missing."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.clinical.findings import Finding
from patients.models import Case, Clinic, Membership
from physio.web.tenancy import tenant
from rehab.actions import red_flags
from rehab.clinical.history import WarmUp
from rehab.models import Flag
from rehab.queries.own_answer import because_of
from tests.queries import own_queries
from tests.rehab.clock import hold
from tests.rehab.runner import NOW, Runner, make_runner
from tests.rehab.views.portal.told import a_check, a_morning, a_run, ready_to_run


def word(client: Client) -> str:
    body = client.get(reverse("portal_today")).content.decode()
    return body.split('<span class="word ')[1].split(">")[1].split("<")[0]


def body(client: Client) -> str:
    return client.get(reverse("portal_today")).content.decode()


def test_yes_with_the_exact_session_and_the_reason(
    portal: Client, runner: Runner, swept: Callable[[], None]
) -> None:
    ready_to_run(runner)
    swept()
    assert word(portal) == "Yes"
    page = body(portal)
    assert "20 to 25 minutes, easy and flat" in page
    assert "Friday’s run was 1/10" in page
    assert "Because Friday’s run was 1/10" in page
    assert "Sam" not in page.split('id="answer"')[1].split("</section>")[0]  # nothing to tell anybody
    assert "I ran anyway" not in page


def test_five_out_of_ten_is_not_today_at_once(portal: Client, runner: Runner) -> None:
    a_run(runner, hours_ago=1, pain=5)
    page = body(portal)
    assert word(portal) == "Not today"
    assert "I ran anyway, log it" in page
    assert "Because today’s run reached 5/10" in page
    assert "Look again from Tuesday, about 17:00." in page


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("Friday’s run was 1/10. (left side)", "Because Friday’s run was 1/10 (left side)."),
        ("Today’s run reached 5/10.", "Because today’s run reached 5/10."),
        ("You have already run today.", "Because you have already run today."),
    ],
)
def test_the_reason_is_the_end_of_a_sentence(reason: str, says: str) -> None:
    assert because_of(reason) == says


def test_the_physio_has_been_told_only_when_the_flag_stands(
    portal: Client, runner: Runner, swept: Callable[[], None]
) -> None:
    a_run(runner, hours_ago=1, pain=5)
    assert "Sam can see this." in body(portal)  # the jobs have not come to it yet
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        flag = Flag.objects.create(
            clinic=runner.clinic,
            patient=runner.patient,
            case=runner.case,
            side="LEFT",
            kind="OVER_THE_LINE",
            severity="ACT",
            opened_at=NOW,
            seen_at=NOW,
            reason="Run at 5/10.",
            evidence={},
            evidence_hash="0",
            rule="A1-4",
            rule_version="1",
        )
    assert "has been told" not in body(portal)  # it may be about an earlier run
    swept()
    page = body(portal)
    assert "Sam has been told." in page
    assert "Your physio can see this." not in page
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Flag.objects.filter(pk=flag.pk).update(
            state="ACKNOWLEDGED", acknowledged_at=NOW, acknowledged_by=runner.physio
        )
    assert "Sam looked at this on Sunday at 18:00." in body(portal)


def test_the_morning_question_is_a_line_once_the_morning_is_over(
    portal: Client, runner: Runner, swept: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready_to_run(runner)
    swept()
    assert "owed-title" not in body(portal)  # 18:00
    assert reverse("portal_morning") in body(portal)
    hold(monkeypatch, NOW.replace(hour=8))
    assert "This morning" in body(portal)
    assert "owed-title" in body(portal)


def test_before_the_answer_of_a_day_later_it_is_not_yet_and_the_question_is_there(
    portal: Client, runner: Runner
) -> None:
    run = a_run(runner, hours_ago=24, pain=1)
    page = body(portal)
    assert word(portal) == "Not yet"
    assert f"/me/checks/{run.pk}/24h/" in page
    assert "How sore is it now, walking normally?" in page


def test_a_late_question_says_so(portal: Client, runner: Runner) -> None:
    a_run(runner, hours_ago=30, pain=1)
    assert "it will be shown as late" in body(portal)


def test_a_failing_evaluation_says_wait_and_still_has_the_clinics_number(
    portal: Client, runner: Runner, monkeypatch: pytest.MonkeyPatch, swept: Callable[[], None]
) -> None:
    ready_to_run(runner)
    swept()
    assert word(portal) == "Yes"

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("rehab.queries.own_answer.evaluate", broken)
    assert word(portal) == "Wait"
    assert runner.clinic.phone in body(portal)


def test_jobs_that_do_not_run_make_it_wait(portal: Client, runner: Runner, swept: Callable[[], None]) -> None:
    ready_to_run(runner)  # stored 25 hours ago, and nobody has come to it since
    assert word(portal) == "Wait"
    swept()
    assert word(portal) == "Yes"


@pytest.mark.parametrize(("minutes", "says"), [(14, "Yes"), (15, "Yes"), (16, "Wait")])
def test_a_quarter_of_an_hour_is_stale(portal: Client, runner: Runner, minutes: int, says: str) -> None:
    ready_to_run(runner)
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Case.objects.update(evaluation_due_at=NOW - timedelta(minutes=minutes))
    assert word(portal) == says


def test_a_suspended_case_never_says_yes(portal: Client, runner: Runner, swept: Callable[[], None]) -> None:
    ready_to_run(runner)
    swept()
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Case.objects.update(suspended_at=NOW)
    assert word(portal) == "Wait"
    assert "Tick all" not in body(portal)


def test_nobody_can_see_it_is_not_claimed(portal: Client, runner: Runner, swept: Callable[[], None]) -> None:
    a_run(runner, hours_ago=1, pain=5)
    swept()
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Membership.objects.filter(pk=runner.physio.pk).update(is_active=False)
    assert "can see this" not in body(portal)


def test_answers_that_contradict_each_other_are_asked_again(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=3, pain=0, warm_up=WarmUp.PERSISTED)
    assert reverse("portal_run_correct", args=[run.pk]) in body(portal)


def test_without_a_plan_it_is_not_yet(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.factories import sign_in

    runner = make_runner(stage=None)
    hold(monkeypatch, NOW)
    sign_in(client, runner.member)
    assert word(client) == "Not yet"
    assert "Tick all" not in body(client)


def test_the_number_of_queries_does_not_grow_with_the_diary(portal: Client, runner: Runner) -> None:
    a_run(runner, hours_ago=200)
    a_morning(runner, hours_ago=100)
    portal.get(reverse("portal_today"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        portal.get(reverse("portal_today"))
    for hours in (300, 260, 160, 120, 80):
        a_check(runner, a_run(runner, hours_ago=hours))
        a_morning(runner, hours_ago=hours - 10)
    with CaptureQueriesContext(connection) as many:
        portal.get(reverse("portal_today"))
    assert len(many) <= len(few) + 1
    assert len(own_queries(many)) <= 5


@pytest.mark.parametrize("kind", ["RED_FLAG", "WORSENING"])
def test_a_flag_that_stands_never_says_yes_whatever_the_case_says(
    portal: Client, runner: Runner, swept: Callable[[], None], kind: str
) -> None:
    ready_to_run(runner)
    swept()
    assert word(portal) == "Yes"  # the twin: without the flag
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Flag.objects.create(
            clinic_id=runner.clinic.pk, patient_id=runner.patient.pk, case_id=runner.case.pk, side="LEFT",
            kind=kind, severity="URGENT", opened_at=NOW, seen_at=NOW, reason="Rising.",
            evidence_hash="0" * 64, rule="A5", rule_version="1",
        )  # fmt: skip
        assert Case.objects.get().suspended_at is None
    assert word(portal) == "Wait"
    assert "Tick all" not in body(portal)
    plan = portal.get(reverse("portal_plan")).content.decode()
    assert "on hold" in plan
    assert "3 × 15" not in plan
    assert "What pain is fine" not in plan
    assert runner.clinic.phone in plan


def test_where_the_clinic_only_records_a_red_flag_is_answered_at_once(portal: Client, runner: Runner) -> None:
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Clinic.objects.filter(pk=runner.clinic.pk).update(record_only=True)
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=[Finding.POP_OR_SNAP])
    with runner.signed_in():
        red_flags.report(case=runner.case, entry=entry, by=runner.member, now=NOW)
    assert word(portal) == "Not today"
    assert "Get medical help today" in body(portal)


@pytest.mark.parametrize("pain", [1, 3, 5])
@pytest.mark.parametrize("active", [True, False])
def test_that_somebody_can_see_it_is_said_exactly_when_it_is_so(
    portal: Client, runner: Runner, pain: int, active: bool
) -> None:
    run = a_run(runner, hours_ago=25, pain=pain)
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Membership.objects.filter(pk=runner.physio.pk).update(is_active=active)
    correct = portal.get(reverse("portal_run_correct", args=[run.pk])).content.decode()
    for page in (body(portal), correct):
        assert page.count("can see") == (1 if active else 0)
