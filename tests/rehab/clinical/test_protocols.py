"""The templates' doses, as the table has them, and the bounds of every dose."""

from dataclasses import replace

import pytest

from assessments.clinical.classification import Protocol
from rehab.clinical.history import Knee
from rehab.clinical.protocols import TEMPLATES, Dose, dose_in_words

STEP = TEMPLATES[Protocol.STEP].dose
BOTH, STRAIGHT = (Knee.STRAIGHT, Knee.BENT), (Knee.STRAIGHT,)


def test_every_protocol_has_a_template() -> None:
    assert set(TEMPLATES) == set(Protocol)


@pytest.mark.parametrize(
    ("protocol", "sets", "reps", "a_day", "days", "knees", "start", "weeks"),
    [
        (Protocol.STEP, 3, 15, 2, 7, BOTH, 2, 12),
        (Protocol.FLAT, 3, 15, 2, 7, STRAIGHT, 2, 12),
        (Protocol.MAINTENANCE, 3, 15, 1, 2, BOTH, 2, None),
        (Protocol.MAINTENANCE_FLAT, 3, 15, 1, 2, STRAIGHT, 2, None),
        (Protocol.HEAVY_SLOW, 3, 15, 1, 3, BOTH, 3, 12),
    ],
)
def test_the_dose_is_the_tables(protocol, sets, reps, a_day, days, knees, start, weeks) -> None:
    template = TEMPLATES[protocol]
    dose = template.dose
    assert (dose.sets, dose.reps, dose.sessions_per_day, dose.days_per_week) == (sets, reps, a_day, days)
    assert (dose.knees, dose.start_sets, template.weeks) == (knees, start, weeks)


@pytest.mark.parametrize(("protocol", "reps"), [(Protocol.STEP, 180), (Protocol.FLAT, 90)])
def test_repetitions_a_day(protocol: Protocol, reps: int) -> None:
    assert TEMPLATES[protocol].dose.reps_per_day == reps


@pytest.mark.parametrize("protocol", [one for one in Protocol if not one.drops_below_neutral])
def test_a_flat_protocol_never_tells_the_runner_to_go_below(protocol: Protocol) -> None:
    for step in TEMPLATES[protocol].runner_steps:
        assert "below the step" not in step


@pytest.mark.parametrize("protocol", [one for one in Protocol if TEMPLATES[one].mark != "DOC"])
def test_what_is_not_from_the_source_waits_for_a_sign_off(protocol: Protocol) -> None:
    assert TEMPLATES[protocol].needs_sign_off


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("reps", 1, 60),
        ("sessions_per_day", 1, 4),
        ("days_per_week", 1, 7),
        ("sets", 2, 10),  # two to start with
        ("start_sets", 1, 3),
    ],
)
def test_bounds_one_below_on_and_one_above(name: str, low: int, high: int) -> None:
    for value in (low, high):
        assert getattr(replace(STEP, **{name: value}), name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=r"Give|cannot"):
            replace(STEP, **{name: value})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"knees": ()}, "knee"),
        ({"tempo_low_s": 6}, "slower tempo"),
        ({"load_kg": -1}, "load"),
        ({"load_kg": 301}, "load"),
    ],
)
def test_a_dose_that_cannot_be_is_refused(change: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(STEP, **change)


@pytest.mark.parametrize(
    ("protocol", "change", "words"),
    [
        (Protocol.STEP, {}, "3 × 15, straight and bent knee, morning and evening, 3–5 s down"),
        (Protocol.HEAVY_SLOW, {"load_kg": 7.5, "days_per_week": 7}, 
         "3 × 15, straight and bent knee, once a day, 3 s down, 7.5 kg added"),
        (Protocol.STEP, {"load_kg": 0}, "3 × 15, straight and bent knee, morning and evening, 3–5 s down"),
        (Protocol.ISOMETRIC, {}, "5 × 30–45 s, straight knee, morning and evening"),
        (Protocol.HEAVY_SLOW, {}, "3 × 15, straight and bent knee, once a day, 3 days a week, 3 s down"),
    ],
)  # fmt: skip
def test_a_dose_reads_as_a_physio_would_say_it(protocol: Protocol, change: dict, words: str) -> None:
    dose: Dose = replace(TEMPLATES[protocol].dose, **change)
    assert dose_in_words(protocol, dose) == words
