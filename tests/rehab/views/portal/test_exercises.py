"""The sets of half a day: tick one or all, untick, say more; each save replaces what stood for that half."""

from uuid import uuid4

import pytest
from django.test import Client

from rehab.models import ExerciseSession, Plan
from tests.factories import sign_in
from tests.rehab.runner import Runner, make_runner

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
    assert sentence in response.content.decode()
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
