"""A day to come, as shown to a physio: the stage's own content, the dose as it will stand."""

import pytest

from assessments.clinical.classification import Protocol
from rehab.clinical import preview
from rehab.clinical.history import Track
from rehab.clinical.protocols import TEMPLATES
from rehab.clinical.thresholds import resolve

USUAL = resolve({})


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (None, "no running yet"),
        (1, "no running yet"),
        (2, "10 times: run 1 minute"),
        (3, "20 to 25 minutes, easy and flat"),
        (4, "30 to 35 minutes, easy and flat"),
        (5, "Gentle hills are fine once this week. No speed yet."),
        (6, "at most 10 % more"),
        (7, "at most 10 % more"),
        (8, "at most 10 % more"),
    ],
)
def test_running_is_what_the_stage_may_contain(stage: int | None, says: str) -> None:
    said = preview.running(stage, Track.FRAMEWORK, USUAL)
    assert says in said and "safe" not in said


def test_the_runners_own_limits_count() -> None:
    assert "5 %" in preview.running(6, Track.FRAMEWORK, resolve({"WEEKLY_PERCENT": 5}))
    reduced = preview.running(3, Track.MODIFIED_RUNNING, resolve({"CUT_PERCENT": 40}))
    assert "60 % of the usual week" in reduced


def test_exercises_stand_for_each_half_of_the_day_and_each_knee() -> None:
    step = TEMPLATES[Protocol.STEP]
    lines = preview.exercises(Protocol.STEP, step.dose)
    assert len(lines) == 4 and lines[0].startswith("Morning, straight knee: 2 × 15, 3–5 s down")
    assert all("3 sets once it has settled" in line for line in lines)


def test_without_starting_sets_the_dose_is_whole_from_the_first_day() -> None:
    slow = TEMPLATES[Protocol.HEAVY_SLOW].dose
    for line in preview.exercises(Protocol.HEAVY_SLOW, slow):
        assert ("once it has settled" in line) is (slow.start_sets < slow.sets)
    held = preview.exercises(Protocol.ISOMETRIC, TEMPLATES[Protocol.ISOMETRIC].dose)
    assert held and all("held" in line and "down" not in line for line in held)
