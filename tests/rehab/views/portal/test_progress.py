"""Progress: two spans of the chart, the running load in one sentence with its facts, never a guess."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from patients.models import Case, TendonSide
from tests.factories import make_score
from tests.rehab.runner import Runner, make_runner
from tests.rehab.views.portal.told import a_run

PROGRESS = "/me/progress/"


def body(client: Client, query: str = "") -> str:
    return " ".join(client.get(PROGRESS + query).content.decode().split())


def test_28_days_and_12_weeks_are_a_tap_apart(portal: Client, runner: Runner) -> None:
    a_run(runner, hours_ago=49)
    assert 'id="case-narrow-title"' in body(portal)
    twelve = body(portal, "?weeks=12")
    assert 'id="case-mid-title"' in twelve
    assert 'id="case-narrow-title"' not in twelve


def test_before_stage_six_the_stage_sets_the_minutes(portal: Client, runner: Runner) -> None:
    a_run(runner, hours_ago=49, distance_m=4000)
    page = body(portal)
    assert "The last seven days: 1 run, 22 min, 4 km. Nothing stands out." in page
    assert "From stage 6. Until then your stage sets the minutes." in page
    assert "Your line" not in page.split('id="load-title"')[1]


def test_from_stage_six_the_line_of_the_week_is_drawn_and_said(portal: Client, db: None) -> None:
    from tests.factories import sign_in

    runner = make_runner(slug="quay", stage=6)
    sign_in(portal, runner.member)
    a_run(runner, hours_ago=24 * 8, distance_m=10_000)
    a_run(runner, hours_ago=49, distance_m=11_500)
    page = body(portal)
    assert "This week is 11.5 km after 10 km: more than 10 % up." in page
    assert "At most 11 km in seven days." in page
    assert "Your line, 11 km" in page
    assert "a big week" in page


def test_a_run_without_a_distance_is_not_zero(portal: Client, db: None) -> None:
    from tests.factories import sign_in

    runner = make_runner(slug="quay", stage=6)
    sign_in(portal, runner.member)
    a_run(runner, hours_ago=24 * 8)
    a_run(runner, hours_ago=49, distance_m=11_500)
    page = body(portal)
    assert "Not known: last week has no distance for every run." in page
    assert "Running by week in min" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"hills": True, "speed": True}, "Hills and speed are both new this week."),
        ({"shoe_drop_mm": 4}, "More of this week was in the lower shoes"),
    ],
)
def test_what_stands_out_is_said_first(portal: Client, runner: Runner, said: dict, sentence: str) -> None:
    a_run(runner, hours_ago=24 * 9, shoe_drop_mm=10)
    a_run(runner, hours_ago=49, **said)
    assert sentence in body(portal)


def test_the_way_back_after_a_break_is_said(portal: Client, runner: Runner) -> None:
    a_run(runner, hours_ago=24 * 20)
    a_run(runner, hours_ago=30)
    assert "You are back after 19 days without running." in body(portal)


def test_without_a_run_nothing_is_drawn(portal: Client, runner: Runner, swept: Callable[[], None]) -> None:
    page = body(portal)
    assert "No running in the last seven days." in page
    assert "Running by week" not in page
    with runner.signed_in():
        assert Case.objects.count() == 1


def test_scores_are_a_line_once_there_are_two_and_keep_their_own_range(
    portal: Client, runner: Runner
) -> None:
    make_score(runner.case, tendon=runner.tendons[TendonSide.LEFT], value=40, taken_on=date(2026, 9, 24))
    page = body(portal)
    assert "VISA-A, 100 is best, left leg: <b>40</b>" in page
    assert 'class="chart score"' not in page
    make_score(runner.case, tendon=runner.tendons[TendonSide.LEFT], value=62, taken_on=date(2026, 11, 5))
    page = body(portal)
    assert "left leg: <b>62</b>" in page
    assert "left leg: 40 on 24 Sep, 62 on 5 Nov. It goes from 0 to 100." in page
