"""Two periods of a case side by side."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.rehab.runner import Runner, make_runner
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def runner() -> Runner:
    now = timezone.now()
    found = make_runner(stage=3, opened_at=now - timedelta(days=70))
    for days, pain in ((65, 5), (64, 4), (3, 1), (2, 0)):
        factories.make_report(found.case, at=now - timedelta(days=days), pain_left=pain)
    factories.make_run(found.case, at=now - timedelta(days=60), pain_left=4, minutes=30)
    return found


def address(runner: Runner) -> str:
    return reverse("case_compare", kwargs={"case_id": runner.case.pk})


def rows(page: str) -> dict[str, list[str]]:
    found = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', page)
    return {what: [before, after] for what, before, after in found}


def test_the_first_four_weeks_stand_beside_the_last_four(runner: Runner) -> None:
    said = rows(staff_client(runner.physio).get(address(runner)).text)
    assert said["Morning pain, left"] == [
        "4.5 of 10, worst 5, 2 of 28 days",
        "0.5 of 10, worst 1, 2 of 28 days",
    ]
    assert said["Runs"] == ["1", "0"] and said["Running"] == ["30 min", "0 min"]
    assert said["Worst pain on a run"] == ["4/10", "nothing said"]
    assert said["Settled within 24 h"] == ["nothing said, 1 not answered", "nothing said"]


def test_other_periods_are_asked_for_in_the_address(runner: Runner) -> None:
    today = timezone.now().date()
    days = {
        "before_from": today - timedelta(days=4),
        "before_to": today - timedelta(days=3),
        "after_from": today - timedelta(days=2),
        "after_to": today,
    }
    client = staff_client(runner.physio)
    said = rows(client.get(address(runner), {name: day.isoformat() for name, day in days.items()}).text)
    assert said["Morning pain, left"][0].startswith("1.0 of 10")
    assert said["Morning pain, left"][1].startswith("0.0 of 10")
    wrong = {**{name: day.isoformat() for name, day in days.items()}, "after_to": "2001-01-01"}
    answer = client.get(address(runner), wrong)
    assert answer.status_code == 422 and "Give a day after the first one" in answer.text


def test_strangers_find_nothing(runner: Runner) -> None:
    desk = factories.make_member(runner.clinic, factories.Role.RECEPTION)
    other = make_runner(slug="quay").physio
    for client in (staff_client(other), staff_client(desk), patient_client(runner.member)):
        assert client.get(address(runner)).status_code == 404
