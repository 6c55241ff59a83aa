"""The one question at its moments: on time, late, and after another run."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from rehab.clinical.history import ReportKind
from rehab.models import PainReport
from tests.rehab.clock import hold
from tests.rehab.runner import NOW, Runner
from tests.rehab.views.portal.told import a_morning, a_run


def address(run: object, kind: str = "24h") -> str:
    return reverse("portal_check", args=[run.pk, kind])


def stored(runner: Runner) -> list[PainReport]:
    with runner.signed_in():
        return list(PainReport.objects.order_by("received_at", "id"))


@pytest.mark.parametrize(("slug", "kind"), [("24h", "CHECK_24H"), ("48h", "CHECK_48H"), ("after", "AFTER")])
def test_a_check_is_stored_with_its_run(portal: Client, runner: Runner, slug: str, kind: str) -> None:
    run = a_run(runner, hours_ago=24)
    response = portal.post(address(run, slug), {"client_id": uuid4(), "pain_left": 1})
    assert response["Location"] == reverse("portal_today")
    report = stored(runner)[-1]
    assert (report.kind, report.run, report.pain_left, report.occurred_at) == (kind, run, 1, NOW)


def test_there_is_no_other_check(portal: Client, runner: Runner) -> None:
    assert portal.get(address(a_run(runner, hours_ago=24), "72h")).status_code == 404


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (19.9, "The answer that counts is from"),
        (20, ""),
        (28, ""),
        (28.1, "kept, and shown as late"),
        (71, "kept, and shown as late"),
    ],
)
def test_early_and_late_are_said(portal: Client, runner: Runner, hours: float, says: str) -> None:
    page = portal.get(address(a_run(runner, hours_ago=hours))).content.decode()
    assert says in page
    if not says:
        assert "late" not in page.split("<form")[1]


def test_a_late_check_is_taken(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=40)
    portal.post(address(run), {"client_id": uuid4(), "pain_left": 1})
    assert stored(runner)[-1].run == run


def test_after_another_run_it_says_why_it_no_longer_counts(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=26)
    assert "You have run again since" not in portal.get(address(run)).content.decode()
    a_run(runner, hours_ago=2)
    assert "You have run again since" in portal.get(address(run)).content.decode()
    assert portal.post(address(run), {"client_id": uuid4(), "pain_left": 1}).status_code == 302


@pytest.mark.parametrize(
    ("name", "kind"), [("portal_before", ReportKind.PRE_RUN), ("portal_morning", ReportKind.MORNING)]
)
def test_the_checks_without_a_run(portal: Client, runner: Runner, name: str, kind: ReportKind) -> None:
    portal.post(reverse(name), {"client_id": uuid4(), "pain_left": 0})
    assert [(report.kind, report.pain_left, report.run_id) for report in stored(runner)] == [(kind, 0, None)]


@pytest.mark.parametrize("said", [{}, {"pain_left": ""}, {"pain_left": "11"}, {"pain_left": "1.5"}])
def test_a_blank_is_never_a_zero(portal: Client, runner: Runner, said: dict) -> None:
    response = portal.post(reverse("portal_morning"), {"client_id": uuid4(), "stiffness_minutes": 7} | said)
    page = response.content.decode()
    assert response.status_code == 422
    assert "0 to 10." in page
    assert 'value="7"' in page
    assert not stored(runner)


def test_a_time_before_the_run_is_refused_at_the_field(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=5)
    early = run.occurred_at - timedelta(minutes=30)
    said = {"client_id": uuid4(), "pain_left": 1, "day": early.date(), "time": f"{early:%H:%M}"}
    response = portal.post(address(run), said)
    assert response.status_code == 422
    assert "before the run ended" in response.content.decode()


def test_sending_twice_stores_once(portal: Client, runner: Runner) -> None:
    said = {"client_id": uuid4(), "pain_left": 1}
    portal.post(reverse("portal_morning"), said)
    portal.post(reverse("portal_morning"), said)
    assert len(stored(runner)) == 1


def test_a_correction_keeps_what_was_said_and_its_moment(
    portal: Client, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = a_morning(runner, hours_ago=4, pain=1)
    hold(monkeypatch, NOW + timedelta(minutes=9))
    portal.post(reverse("portal_check_correct", args=[report.pk]), {"client_id": uuid4(), "pain_left": 3})
    older, newer = stored(runner)
    assert (newer.supersedes, newer.pain_left, newer.occurred_at) == (older, 3, older.occurred_at)
    assert "before: 1/10" in portal.get(reverse("portal_entries")).content.decode()


def test_an_answer_can_be_taken_back(portal: Client, runner: Runner) -> None:
    report = a_morning(runner, hours_ago=4, pain=1)
    address = reverse("portal_check_correct", args=[report.pk])
    assert portal.post(address, {"withdraw": "1"})["Location"] == reverse("portal_entries")
    assert [row.voided for row in stored(runner)] == [False, True]
    assert portal.get(address)["Location"] == reverse("portal_entries")


def test_a_high_answer_asks_the_urgent_questions(portal: Client, runner: Runner) -> None:
    response = portal.post(reverse("portal_morning"), {"client_id": uuid4(), "pain_left": 8})
    assert "Is any of this new?" in response.content.decode()
    assert len(stored(runner)) == 1
