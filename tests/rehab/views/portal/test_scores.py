"""Outcome questions: one a screen, each kept at once, taken up again where one stopped."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import OutcomeScore, ScoreDraft
from patients.models import Case, TendonSide
from tests.factories import sign_in
from tests.rehab.clock import hold
from tests.rehab.runner import NOW, Runner, make_runner

SCORES = "/me/scores/"
ACTIVITIES = (("Run to work", 4), ("Stairs", 6), ("Football", 2))


def stored(runner: Runner) -> list[tuple[str, float]]:
    with runner.signed_in():
        rows = OutcomeScore.objects.order_by("id")
        return [(row.instrument, float(row.value)) for row in rows]


def screen(slug: str) -> str:
    return reverse("portal_score", args=[slug])


def name_it(portal: Client, number: int, name: str) -> str:
    """Where that leads."""
    return portal.post(screen("activities"), {"number": number, "name": name})["Location"]


def rate_it(portal: Client, number: int, name: str, rating: int) -> str:
    return portal.post(screen("activities"), {"number": number, "of": name, "rating": rating})["Location"]


def all_activities(portal: Client) -> str:
    for number, (name, rating) in enumerate(ACTIVITIES, 1):
        name_it(portal, number, name)
        leads = rate_it(portal, number, name, rating)
    return leads


def test_today_asks_while_a_point_is_open_and_not_after(portal: Client, runner: Runner) -> None:
    assert "Questions at week 6, about 2 minutes" in portal.get("/me/").content.decode()
    assert portal.post(screen("stiffness"), {"minutes": 10})["Location"] == screen("activities")
    assert all_activities(portal) == screen("change")
    assert portal.post(screen("change"), {"change": "-1"})["Location"] == screen("visa-a-left")
    assert portal.post(screen("visa-a-left"), {"total": 62})["Location"] == SCORES
    assert stored(runner) == [("MORNING_STIFFNESS", 10), ("PSFS", 4), ("GROC", -1), ("VISA_A", 62)]
    done = portal.get(SCORES).content.decode()
    assert "All answered, thank you." in done
    assert "The next ones come on 16 December." in done
    assert "Questions at week" not in portal.get("/me/").content.decode()
    with runner.signed_in():
        assert Case.objects.get().evaluation_due_at == NOW
        assert OutcomeScore.objects.get(instrument="PSFS").detail["activities"][2]["name"] == "Football"
    assert "VISA-A, 100 is best, left leg" in portal.get("/me/progress/").content.decode()


def test_what_was_answered_stays_and_the_rest_is_taken_up_again(portal: Client, runner: Runner) -> None:
    portal.post(screen("stiffness"), {"minutes": 0})
    page = portal.get(SCORES).content.decode()
    assert "Go on" in page
    assert screen("stiffness") not in page
    assert f'class="btn go big" href="{screen("activities")}"' in page
    assert stored(runner) == [("MORNING_STIFFNESS", 0)]  # zero is an answer


def test_activities_are_one_question_a_screen_and_go_on_at_the_very_question(
    portal: Client, runner: Runner
) -> None:
    """Left after each screen; the next visit, from the list of questions, is at the one that follows."""
    number_field = 'name="number" value="{}"'
    for number, (name, rating) in enumerate(ACTIVITIES, 1):
        page = portal.get(screen("activities")).content.decode()
        assert f"activity {number} of 3" in page
        assert "How well can you do it now?" not in page
        assert name_it(portal, number, name) == screen("activities")
        page = portal.get(screen("activities")).content.decode()
        assert number_field.format(number) in page
        assert f'<p class="lead">{name}</p>' in page
        assert "How well can you do it now?" in page
        assert screen("activities") in portal.get(SCORES).content.decode()
        assert not stored(runner)
        rate_it(portal, number, name, rating)
    assert stored(runner) == [("PSFS", 4)]
    with runner.signed_in():
        assert not ScoreDraft.objects.exists()  # told; nothing of it is kept twice


def test_at_the_next_point_the_same_activities_are_asked_about_by_name(
    portal: Client, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_activities(portal)
    portal.post(screen("stiffness"), {"minutes": 10})
    hold(monkeypatch, NOW + timedelta(weeks=6))
    sign_in(portal, runner.member)
    page = portal.get(screen("activities")).content.decode()
    assert '<p class="lead">Run to work</p>' in page
    assert "Another activity instead" in page
    assert 'value="Run to work"' in portal.get(screen("activities") + "?rename=1").content.decode()
    name_it(portal, 1, "Hill repeats")
    assert '<p class="lead">Hill repeats</p>' in portal.get(screen("activities")).content.decode()


def test_what_was_half_answered_at_an_earlier_point_is_not_taken_for_now(
    portal: Client, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_it(portal, 1, "Football")
    rate_it(portal, 1, "Football", 2)
    hold(monkeypatch, NOW + timedelta(weeks=6))
    sign_in(portal, runner.member)
    page = portal.get(screen("activities")).content.decode()
    assert "activity 1 of 3" in page
    assert "Football" not in page


def test_a_page_from_before_skips_nothing_and_the_same_answer_twice_is_one(
    portal: Client, runner: Runner
) -> None:
    assert rate_it(portal, 3, "Football", 2) == screen("activities")
    name_it(portal, 1, "Football")
    for _ in range(2):
        rate_it(portal, 1, "Football", 2)
    with runner.signed_in():
        assert ScoreDraft.objects.get().answers == [{"name": "Football", "rating": 2}]


MENDS = [
    ("stiffness", {"minutes": ""}, "Give the minutes; 0 when there is none."),
    ("stiffness", {"minutes": "12.5"}, "Give whole minutes"),
    ("change", {}, "Choose a number from −5 to +5."),
    ("change", {"change": "6"}, "From −5 to +5."),
    ("visa-a-left", {"total": 101}, "The total is from 0 to 100."),
    ("visa-a-left", {"total": "62.5"}, "Give a whole number"),
    ("activities", {"number": 1, "name": " "}, "Name the activity"),
    ("activities", {"number": 1, "name": "x" * 61}, "at most 60 characters"),
    ("activities", {"number": 1, "of": "Stairs"}, "Choose a number from 0 to 10."),
    ("activities", {"number": 1, "of": "Stairs", "rating": 11}, "From 0 to 10."),
    ("activities", {"number": 4, "of": "Stairs", "rating": 3}, "less than or equal to 3"),
]


@pytest.mark.parametrize(("slug", "said", "sentence"), MENDS)
def test_a_sentence_at_the_field_and_nothing_stored(
    portal: Client, runner: Runner, slug: str, said: dict, sentence: str
) -> None:
    response = portal.post(screen(slug), said)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not stored(runner)


def test_sending_twice_stores_once(portal: Client, runner: Runner) -> None:
    for _ in range(2):
        portal.post(screen("visa-a-left"), {"total": 62})
    assert stored(runner) == [("VISA_A", 62)]


def test_a_question_that_is_not_asked_is_not_there(portal: Client) -> None:
    assert portal.get(screen("visa-a-right")).status_code == 404
    assert portal.get(screen("lefs")).status_code == 404


def test_each_leg_has_its_own_question(portal: Client, db: None) -> None:
    both = make_runner(slug="quay", sides=("LEFT", "RIGHT"))
    sign_in(portal, both.member)
    portal.post(screen("visa-a-right"), {"total": 40})
    with both.signed_in():
        assert OutcomeScore.objects.get().tendon == both.tendons[TendonSide.RIGHT]


def test_nothing_is_asked_while_the_plan_is_on_hold(portal: Client, runner: Runner) -> None:
    portal.post("/me/help/", {"findings": ["POP_OR_SNAP"]})
    assert "Questions at week" not in portal.get("/me/").content.decode()


def test_another_runner_answers_for_themselves_alone(portal: Client, runner: Runner) -> None:
    portal.post(screen("stiffness"), {"minutes": 10})
    other = make_runner(slug="quay", clinic=runner.clinic)
    sign_in(portal, other.member)
    assert screen("stiffness") in portal.get(SCORES).content.decode()
    portal.post(screen("stiffness"), {"minutes": 20})
    assert stored(runner) == [("MORNING_STIFFNESS", 10)]


def test_more_scores_ask_no_more_of_the_database(portal: Client, runner: Runner) -> None:
    portal.post(screen("stiffness"), {"minutes": 10})
    with CaptureQueriesContext(connection) as few:
        portal.get(SCORES)
    for minutes in range(11, 16):
        portal.post(screen("stiffness"), {"minutes": minutes})
    with CaptureQueriesContext(connection) as many:
        portal.get(SCORES)
    assert len(many) == len(few)
