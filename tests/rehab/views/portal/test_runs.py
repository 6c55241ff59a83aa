"""Log a run: quick when all is well, and a sentence at the field when it is not, with nothing typed lost."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import Case
from rehab.clinical.history import WarmUp
from rehab.models import Flag, RedFlagReport, Run
from tests.factories import sign_in
from tests.queries import own_queries
from tests.rehab.runner import NOW, OPENED, Runner, make_runner
from tests.rehab.views.portal.told import a_morning, a_run

NEW = "/me/runs/new/"


def answers(**said: object) -> dict[str, object]:
    told = {"client_id": uuid4(), "pain_left": 2, "warm_up_left": "RESOLVED", "minutes": 25}
    return {name: value for name, value in (told | said).items() if value is not None}


def stored(runner: Runner) -> list[Run]:
    with runner.signed_in():
        return list(Run.objects.order_by("received_at", "id"))


def test_a_run_is_saved_and_the_next_page_says_what_comes(portal: Client, runner: Runner) -> None:
    response = portal.post(NEW, answers(), follow=True)
    assert [(run.minutes, run.pain_left) for run in stored(runner)] == [(25, 2)]
    page = response.content.decode()
    assert "Your run is saved" in page
    assert "Monday, about 18:00" in page  # the question of a day later
    assert "25 minutes, worst pain 2/10" in page


def test_a_stored_run_costs_at_most_six_statements_of_its_own(portal: Client, runner: Runner) -> None:
    """Case, lock, known already?, row, due time: nothing is asked for a page that is not shown."""
    portal.post(NEW, answers())
    with CaptureQueriesContext(connection) as caught:
        assert portal.post(NEW, answers(pain_left=1)).status_code == 302
    assert len(own_queries(caught)) <= 6


def test_what_comes_back_still_offers_the_lengths_and_the_shoes(portal: Client, runner: Runner) -> None:
    a_run(runner, hours_ago=100, shoe="Road shoe", minutes=17)
    page = portal.post(NEW, answers(warm_up_left=None, minutes=23)).content.decode()
    assert 'value="23" checked' in re.sub(r'" id="[^"]*"', '"', page)
    assert 'value="17"' in page and '<option value="Road shoe">' in page


def test_minutes_come_from_the_plan_and_nothing_else_is_chosen(portal: Client) -> None:
    page = portal.get(NEW).content.decode()
    assert page.count(" checked") == 0  # nothing has been run yet, so the plan asks for no run now


def test_a_worst_pain_of_zero_needs_no_word_about_the_warm_up(portal: Client, runner: Runner) -> None:
    portal.post(NEW, answers(pain_left=0, warm_up_left=None))
    assert stored(runner)[0].warm_up_left == "NO_SYMPTOMS"


MENDS = [
    ({"pain_left": None}, "Choose a number from 0 to 10."),
    ({"pain_left": 11}, "Pain is a whole number from 0 to 10."),
    ({"pain_left": "2.5"}, "Pain is a whole number from 0 to 10."),
    ({"pain_left": -1}, "Pain is a whole number from 0 to 10."),
    ({"warm_up_left": None}, "Choose how it felt as you warmed up."),
    ({"minutes": None}, "How long was it?"),
    ({"minutes": None, "minutes_other": "12.5"}, "Give whole minutes"),
    ({"minutes": None, "minutes_other": 601}, "Give at most 600 minutes."),
    ({"minutes": None, "minutes_other": 0}, "A run lasts at least 1 minute."),
    ({"distance_km": "far"}, "Give the distance in kilometres"),
    ({"distance_km": 201}, "The distance is from 0 to 200 km."),
    ({"shoe_drop_mm": 31}, "The drop is from 0 to 30 mm."),
    ({"day": "2026-11-22"}, "Give the time as well."),
    ({"time": "18:30"}, "That time has not come yet."),
    ({"day": "2026-11-22", "time": "25:00"}, "Give the time as hours and minutes"),
    ({"day": "2026-11-22", "time": "18:30"}, "That time has not come yet."),
    ({"day": "2026-09-01", "time": "10:00"}, "Your care here began on 23 September 2026."),
]


@pytest.mark.parametrize(("said", "sentence"), MENDS)
def test_a_sentence_at_the_field_and_nothing_typed_is_lost(
    portal: Client, runner: Runner, said: dict, sentence: str
) -> None:
    response = portal.post(NEW, answers(**{"note": "Windy along the river", "shoe": "Blue ones"} | said))
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "Windy along the river" in page
    assert "Blue ones" in page
    assert not stored(runner)


def test_five_minutes_ahead_is_taken(portal: Client, runner: Runner) -> None:
    local = NOW + timedelta(minutes=5)
    portal.post(NEW, answers(day=local.date(), time=f"{local:%H:%M}"))
    assert len(stored(runner)) == 1


def test_sending_twice_stores_once(portal: Client, runner: Runner) -> None:
    said = answers()
    first, second = portal.post(NEW, said), portal.post(NEW, said)
    assert first["Location"] == second["Location"]
    assert len(stored(runner)) == 1


def test_the_same_form_with_other_answers_is_a_conflict(portal: Client, runner: Runner) -> None:
    said = answers(note="Windy along the river")
    portal.post(NEW, said)
    response = portal.post(NEW, said | {"pain_left": 6})
    assert response.status_code == 409
    assert "Windy along the river" in response.content.decode()
    assert [run.pain_left for run in stored(runner)] == [2]


def test_a_form_without_its_id_is_still_taken(portal: Client, runner: Runner) -> None:
    portal.post(NEW, answers(client_id="nonsense"))
    assert len(stored(runner)) == 1


@pytest.fixture
def both(portal: Client) -> Runner:
    """Signed in: a runner with two sore tendons."""
    runner = make_runner(slug="quay", sides=("LEFT", "RIGHT"))
    sign_in(portal, runner.member)
    return runner


def test_both_legs_are_asked(portal: Client, both: Runner) -> None:
    response = portal.post(NEW, answers())
    assert response.status_code == 422
    assert "Pain, right leg: Choose a number from 0 to 10." in response.content.decode()


@pytest.mark.parametrize(
    ("said", "stored_as"),
    [
        ({"warm_up": "EASED"}, ("EASED", "EASED")),
        ({"pain_right": 0, "warm_up": "EASED"}, ("EASED", "NO_SYMPTOMS")),
        ({"warm_up_left": "RESOLVED", "warm_up": "PERSISTED"}, ("RESOLVED", "PERSISTED")),
        ({"warm_up_left": "RESOLVED", "warm_up_right": "EASED"}, ("RESOLVED", "EASED")),
        ({"pain_left": 0, "pain_right": 0}, ("NO_SYMPTOMS", "NO_SYMPTOMS")),
    ],
)
def test_one_answer_is_for_each_leg_that_hurt_and_has_none_of_its_own(
    portal: Client, both: Runner, said: dict, stored_as: tuple[str, str]
) -> None:
    told = answers(warm_up_left=None) | {"pain_right": 1} | said
    assert portal.post(NEW, told).status_code == 302
    (run,) = stored(both)
    assert (run.warm_up_left, run.warm_up_right) == stored_as


def test_two_legs_without_how_they_warmed_up_are_never_saved(portal: Client, both: Runner) -> None:
    """Not even when one leg is told: the other is asked for."""
    told = answers(warm_up_left=None, pain_right=1, note="Windy")
    page = portal.post(NEW, told).content.decode()
    assert 'href="#id_warm_up">As you warmed up: Choose how it felt' in page
    page = portal.post(NEW, told | {"warm_up_right": "EASED"}).content.decode()
    assert 'href="#id_warm_up_left">As you warmed up, left leg: Choose how it felt' in page
    assert "Windy" in page
    assert not stored(both)


def test_a_stale_form_stores_nothing_and_says_what_to_do(runner: Runner, portal: Client) -> None:
    """A token of before the last sign-in: our own page in the runner's words, not the framework's."""
    strict = sign_in(Client(enforce_csrf_checks=True), runner.member)
    response = strict.post(NEW, answers())
    assert response.status_code == 403
    page = response.content.decode()
    assert "This form waited too long" in page
    assert "CSRF" not in page
    assert not stored(runner)


def test_an_expired_session_is_sent_to_sign_in_and_stores_nothing(portal: Client, runner: Runner) -> None:
    portal.logout()
    response = portal.post(NEW, answers())
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")
    assert not stored(runner)


@pytest.mark.parametrize(
    ("pain", "before", "asks"), [(7, None, False), (8, None, True), (5, 2, False), (5, 1, True)]
)
def test_a_very_high_pain_or_a_steep_rise_asks_the_urgent_questions_at_once(
    portal: Client, runner: Runner, pain: int, before: int | None, asks: bool
) -> None:
    if before is not None:
        a_morning(runner, hours_ago=10, pain=before)
    response = portal.post(NEW, answers(pain_left=pain))
    assert (response.status_code == 200) is asks
    assert ("Is any of this new?" in response.content.decode()) is asks
    assert len(stored(runner)) == 1


@pytest.mark.parametrize(("pain", "status"), [(3, 200), (None, 422)])
def test_an_urgent_sign_comes_first_even_when_the_form_has_a_mistake(
    portal: Client, runner: Runner, pain: int | None, status: int
) -> None:
    response = portal.post(NEW, answers(pain_left=pain, findings=["POP_OR_SNAP"]))
    page = response.content.decode()
    assert response.status_code == status
    assert page.index("Get medical help today.") < page.index("<form" if pain is None else "Back to today")
    with runner.signed_in():
        assert Flag.objects.get().kind == "RED_FLAG"
        assert Case.objects.get().suspended_at == NOW
        assert RedFlagReport.objects.get().findings == ["POP_OR_SNAP"]


def test_a_correction_keeps_the_run_and_its_time(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=5, pain=2, note="First")
    address = reverse("portal_run_correct", args=[run.pk])
    page = portal.get(address).content.decode()
    assert 'id="id_pain_left_2" checked' in page
    local = run.occurred_at
    said = answers(
        pain_left=4, minutes=None, minutes_other=22, day=local.date(), time=f"{local:%H:%M}", note="First"
    )
    response = portal.post(address, said)
    older, newer = stored(runner)
    assert (newer.supersedes, newer.pain_left, newer.occurred_at) == (older, 4, older.occurred_at)
    assert response["Location"] == reverse("portal_run", args=[newer.pk])
    told = portal.get(reverse("portal_entries")).content.decode()
    assert "before: 22 minutes, worst pain 2/10" in told
    newest = reverse("portal_run_correct", args=[newer.pk])
    assert portal.get(address)["Location"] == newest  # the older one no longer stands


@pytest.mark.parametrize(
    ("pain", "warm_up", "corrected", "becomes"),
    [
        (2, "EASED", 4, "EASED"),  # as it was
        (2, "EASED", 0, "NO_SYMPTOMS"),  # nothing was left to feel
        (0, "NO_SYMPTOMS", 2, None),  # has to be told
        (0, "PERSISTED", 0, "PERSISTED"),  # said so, and still does
    ],
)
def test_how_it_warmed_up_follows_a_pain_that_is_corrected(
    portal: Client, runner: Runner, pain: int, warm_up: str, corrected: int, becomes: str | None
) -> None:
    run = a_run(runner, hours_ago=5, pain=pain, warm_up=WarmUp(warm_up))
    said = answers(pain_left=corrected, warm_up_left=warm_up, minutes=None, minutes_other=22)
    response = portal.post(reverse("portal_run_correct", args=[run.pk]), said)
    newest = stored(runner)[-1]
    if becomes is None:
        assert "Choose how it felt as you warmed up." in response.content.decode()
        assert newest == run
    else:
        assert (newest.supersedes, newest.warm_up_left) == (run, becomes)


def test_a_stale_correction_comes_back_with_what_was_typed(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=5, pain=2)
    address = reverse("portal_run_correct", args=[run.pk])
    portal.post(address, answers(pain_left=4, minutes=None, minutes_other=20))
    response = portal.post(
        address, answers(pain_left=3, minutes=None, minutes_other=20, note="Windy along the river")
    )
    assert response.status_code == 409
    page = response.content.decode()
    assert "This entry was corrected before." in page
    assert "Windy along the river" in page
    assert [run.pain_left for run in stored(runner)] == [2, 4]


def test_a_run_that_did_not_happen_is_taken_back_once_and_kept(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=1, pain=5)
    assert "Not today" in portal.get("/me/").content.decode()
    address = reverse("portal_run_correct", args=[run.pk])
    for _ in range(2):
        assert portal.post(address, {"withdraw": "1"})["Location"] == reverse("portal_entries")
    assert [(run.voided, run.pain_left) for run in stored(runner)] == [(False, 5), (True, 5)]
    told = portal.get(reverse("portal_entries")).content.decode()
    assert "taken back" in told
    assert "22 minutes, worst pain 5/10" in told
    assert "reached 5/10" not in portal.get("/me/").content.decode()
    assert portal.get(address)["Location"] == reverse("portal_entries")
    with runner.signed_in():
        assert Case.objects.get().evaluation_due_at == NOW  # the rules look again


def test_a_step_back_is_not_undone_by_taking_the_run_back(portal: Client, runner: Runner) -> None:
    run = a_run(runner, hours_ago=1, pain=5)
    portal.post(reverse("portal_run_correct", args=[run.pk]), {"withdraw": "1"})
    page = portal.get(reverse("portal_progress")).content.decode()
    assert "Stage 2" in page
    assert "Step back to settle" in page


def test_a_run_beyond_the_plan_is_recorded_without_a_word(portal: Client, runner: Runner) -> None:
    response = portal.post(NEW, answers(minutes=None, minutes_other=120), follow=True)
    assert stored(runner)[0].minutes == 120
    assert "Your plan had less for that day." in response.content.decode()


def test_a_run_within_the_plan_says_nothing_of_it(portal: Client) -> None:
    page = portal.post(NEW, answers(), follow=True).content.decode()
    assert "Your plan had less" not in page


def test_a_time_alone_means_today(portal: Client, runner: Runner) -> None:
    portal.post(NEW, answers(time="07:30"))
    assert stored(runner)[0].occurred_at == NOW.replace(hour=7, minute=30)


def test_a_comma_is_a_point_and_the_shoes_are_remembered(portal: Client, runner: Runner) -> None:
    portal.post(NEW, answers(distance_km="5,25", shoe="Blue ones", shoe_drop_mm=8))
    assert [(run.distance_m, run.shoe_drop_mm) for run in stored(runner)] == [(5250, 8)]
    page = portal.get(NEW).content.decode()
    assert 'value="Blue ones"' in page
    assert '<details class="more" open' not in page


def test_a_run_from_the_first_moment_of_the_case_is_taken(portal: Client, runner: Runner) -> None:
    portal.post(NEW, answers(day=OPENED.date(), time=f"{OPENED + timedelta(hours=1):%H:%M}"))
    assert len(stored(runner)) == 1
