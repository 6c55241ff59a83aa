"""The sets of half a day: tick one or all, untick, say more; each save replaces what stood for that half."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from rehab.models import ExerciseSession, Plan
from tests.factories import sign_in
from tests.rehab.runner import NOW, Runner, make_runner

SETS = "/me/exercises/"


def rows(runner: Runner) -> list[ExerciseSession]:
    with runner.signed_in():
        return list(ExerciseSession.objects.current().order_by("received_at", "id"))


def name(runner: Runner, knee: str) -> str:
    with runner.signed_in():
        return f"sets_{Plan.objects.get().pk.hex}_{knee}"


def ticks(**said: object) -> dict[str, object]:
    return {"client_id": uuid4(), "half": "PM", "ticks": "1"} | said


def test_all_evening_sets_with_one_tap(portal: Client, runner: Runner) -> None:
    assert portal.post(SETS, ticks(all="1"))["Location"] == "/me/"
    assert [(row.half, row.reps_done, len(row.sets)) for row in rows(runner)] == [("PM", 90, 6)]
    today = portal.get("/me/").content.decode()
    assert "All evening sets done." in today
    assert "Morning not logged" in today


def test_ticks_add_up_and_come_off_again(portal: Client, runner: Runner) -> None:
    straight, bent = name(runner, "straight"), name(runner, "bent")
    portal.post(SETS, ticks(**{straight: ["1"]}))
    assert rows(runner)[0].reps_done == 15
    portal.post(SETS, ticks(**{straight: ["1", "2"], bent: ["1"]}))
    assert [row.reps_done for row in rows(runner)] == [45]
    portal.post(SETS, ticks())
    assert [(row.reps_done, row.sets) for row in rows(runner)] == [(0, [])]
    with runner.signed_in():
        assert ExerciseSession.objects.count() == 3  # what was told is kept


def test_nothing_ticked_stores_nothing(portal: Client, runner: Runner) -> None:
    assert portal.post(SETS, ticks()).status_code == 302
    assert not rows(runner)


def test_sending_twice_stores_once(portal: Client, runner: Runner) -> None:
    said = ticks(all="1")
    portal.post(SETS, said)
    portal.post(SETS, said)
    with runner.signed_in():
        assert ExerciseSession.objects.count() == 1


def test_the_halves_are_kept_apart(portal: Client, runner: Runner) -> None:
    portal.post(SETS, ticks(all="1"))
    portal.post(SETS, ticks(all="1", half="AM"))
    assert {row.half for row in rows(runner)} == {"AM", "PM"}


def test_repetitions_weight_and_pain_can_be_said_and_survive_a_tick(portal: Client, runner: Runner) -> None:
    straight = name(runner, "straight")
    pain = f"pain_{straight.split('_')[1]}"
    said = {
        "client_id": uuid4(),
        "half": "PM",
        straight: ["1"],
        f"reps_{straight}": 12,
        f"load_{straight}": "5.5",
        pain: 4,
    }
    portal.post(SETS, said)
    portal.post(SETS, ticks(**{straight: ["1", "2"]}))
    row = rows(runner)[0]
    assert [(one["reps"], one["load_kg"]) for one in row.sets] == [(12, 5.5), (15, None)]
    assert row.pain == 4


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("reps", "12.5", "Give a whole number"), ("reps", 61, "60"), ("load", "heavy", "Give the weight")],
)
def test_a_mistake_comes_back_with_the_ticks(
    portal: Client, runner: Runner, field: str, value: object, sentence: str
) -> None:
    straight = name(runner, "straight")
    said = {"client_id": uuid4(), "half": "PM", straight: ["1"], f"{field}_{straight}": value}
    response = portal.post(SETS, said)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert f'id="id_{straight}_1" checked' in page
    assert not rows(runner)


def test_each_leg_has_its_own_session(portal: Client, db: None) -> None:
    both = make_runner(slug="quay", sides=("LEFT", "RIGHT"))
    sign_in(portal, both.member)
    portal.post(SETS, ticks(all="1"))
    assert len({row.tendon_id for row in rows(both)}) == 2


def test_ticking_by_htmx_answers_with_the_panel_alone(portal: Client, runner: Runner) -> None:
    said = ticks(**{name(runner, "bent"): ["1"]})
    response = portal.post(SETS, said, headers={"HX-Request": "true", "HX-Target": "sets"})
    page = response.content.decode()
    assert page.lstrip().startswith('<section class="panel stack snug" id="sets"')
    assert page.count("checked") == 1
    assert "csrfmiddlewaretoken" in page


def test_a_guided_set_is_logged_with_its_seconds_and_as_far_as_it_went(
    portal: Client, runner: Runner
) -> None:
    straight, bent = name(runner, "straight"), name(runner, "bent")
    said = ticks(**{straight: ["1"], f"guided_{straight}": "1:15,2:9"})
    response = portal.post(SETS, said, headers={"HX-Request": "true", "HX-Target": "sets"})
    assert response.status_code == 200
    portal.post(SETS, ticks(**{straight: ["1", "2"], bent: ["1"]}))  # a later tick keeps it
    sets = [(one["knee"], one["reps"], one["seconds"]) for one in rows(runner)[0].sets]
    assert sets == [("STRAIGHT", 15, 4.0), ("STRAIGHT", 9, 4.0), ("BENT", 15, None)]


@pytest.mark.parametrize("said", ["1:x", "none", "1:15;2:9"])
def test_guided_sets_that_cannot_be_read_store_nothing_and_say_so(
    portal: Client, runner: Runner, said: str
) -> None:
    straight = name(runner, "straight")
    told = ticks(**{straight: ["1"], f"guided_{straight}": said})
    response = portal.post(SETS, told, headers={"HX-Request": "true", "HX-Target": "sets"})
    assert response.status_code == 422
    assert not rows(runner)


def test_the_sets_of_yesterday_can_still_be_told(portal: Client, runner: Runner) -> None:
    assert "yesterday evening" in portal.get(f"{SETS}?day=yesterday&half=PM").content.decode()
    portal.post(SETS, ticks(all="1", day="yesterday"))
    assert [row.local_date for row in rows(runner)] == [(NOW - timedelta(days=1)).date()]
    assert "Morning not logged" in portal.get("/me/").content.decode()
    assert "told 22 November" in portal.get("/me/entries/").content.decode()


def test_a_session_is_put_right_or_taken_back_and_what_was_told_is_kept(
    portal: Client, runner: Runner
) -> None:
    portal.post(SETS, ticks(all="1"))
    row = rows(runner)[0]
    address = reverse("portal_session_correct", args=[row.pk])
    assert address in portal.get("/me/entries/").content.decode()
    assert "Heel drops, Sunday 22 November, evening" in " ".join(portal.get(address).content.decode().split())
    straight = name(runner, "straight")
    portal.post(address, {"client_id": uuid4(), straight: ["1", "2"], f"reps_{straight}": 10})
    newer = rows(runner)[0]
    assert (newer.supersedes_id, newer.reps_done, newer.occurred_at) == (row.pk, 20, row.occurred_at)
    assert "before: 90 repetitions" in portal.get("/me/entries/").content.decode()
    stale = portal.post(address, {"client_id": uuid4(), straight: ["1"]})
    assert stale.status_code == 409
    assert portal.get(address).status_code == 302
    portal.post(reverse("portal_session_correct", args=[newer.pk]), {"withdraw": "1"})
    assert not rows(runner)


def test_the_known_mistakes_are_spoken_of_and_pictures_are_our_own(portal: Client, runner: Runner) -> None:
    straight = name(runner, "straight")
    for half in ("AM", "PM"):
        portal.post(SETS, ticks(**{straight: ["1", "2", "3"], "half": half}))
    page = portal.get(SETS).content.decode()
    assert "The bent knee counts too." in page
    assert page.count('class="chart pose fixed"') == 2
    assert "knee bent, on a step, the heel goes from high to below the step" in page
