"""Section B: scores from numbers, incomplete when anything is blank, refused when impossible."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.clinical import instruments
from assessments.clinical.heel_rise import heel_rise, heel_rise_change
from assessments.clinical.instruments import Instrument, ScoreStatus, TrainingTime, VisaABranch
from assessments.clinical.sides import Side

CASES = Path(__file__).parents[2] / "fixtures" / "clinical" / "prom.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))


def outcome(score: str, numbers: dict) -> str:
    if score == "heel_rise_change":
        return heel_rise_change(**numbers).verdict
    if score == "heel_rise":
        affected = {Side.LEFT, Side.RIGHT} if numbers.pop("bilateral", False) else {Side.LEFT}
        tested = heel_rise(left_reps=numbers["injured"], right_reps=numbers["uninjured"], affected=affected)
        return "NONE" if tested.symmetry_percent is None else f"{tested.symmetry_percent:g}%"
    if score == "visa_a":
        numbers["last"] = {VisaABranch(branch): time for branch, time in numbers["last"].items()}
        result = instruments.visa_a_from_items(**numbers)
    elif score == "tendins_a":
        result = instruments.tendins_a_from_items(**numbers)
    else:
        result = getattr(instruments, score)(**numbers)
    return result.status if result.value is None else f"{result.value:g}"


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_each_worked_case_scores_as_expected(row: dict[str, str]) -> None:
    assert outcome(row["score"], json.loads(row["numbers"])) == row["expected"]


@pytest.mark.parametrize(
    ("branch", "points"),
    [("A", (0, 7, 14, 21, 30)), ("B", (0, 4, 10, 14, 20)), ("C", (0, 2, 5, 7, 10))],
)
def test_each_branch_of_the_last_visa_question_has_its_own_points(branch: str, points) -> None:
    for time, expected in zip(TrainingTime, points, strict=True):
        assert instruments.visa_a_from_items([0] * 6, 0, {VisaABranch(branch): time}).value == expected


def test_two_branches_of_the_last_visa_question_are_refused() -> None:
    both = {VisaABranch.A: TrainingTime.OVER_30, VisaABranch.C: TrainingTime.NIL}
    with pytest.raises(ValueError, match="Only one branch"):
        instruments.visa_a_from_items([5] * 6, 4, both)


def last_c() -> dict:
    return {VisaABranch.C: TrainingTime.NIL}


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: instruments.nrs(-1),
        lambda: instruments.nrs(11),
        lambda: instruments.nrs(2.0),
        lambda: instruments.nrs(None),
        lambda: instruments.nrs(False),
        lambda: instruments.visa_a(-1),
        lambda: instruments.visa_a(101),
        lambda: instruments.visa_a(50.5),
        lambda: instruments.visa_a_from_items([5] * 5, 4, last_c()),
        lambda: instruments.visa_a_from_items([11, 5, 5, 5, 5, 5], 4, last_c()),
        lambda: instruments.visa_a_from_items([5] * 6, 5, last_c()),
        lambda: instruments.tendins_a(101),
        lambda: instruments.tendins_a_from_items([0] * 9),
        lambda: instruments.tendins_a_from_items([5, *[0] * 9]),
        lambda: instruments.tendins_a_from_items([0, 4, *[0] * 8]),
        lambda: instruments.tendins_a_from_items([0, 0, 0, 3, *[0] * 6]),
        lambda: instruments.tendins_a_from_items([*[0] * 9, 11]),
        lambda: instruments.psfs([5] * 6),
        lambda: instruments.psfs([5, 5, 11]),
        lambda: instruments.lefs([4] * 19),
        lambda: instruments.lefs([5, *[4] * 19]),
        lambda: instruments.groc(-6),
        lambda: instruments.groc(6),
        lambda: instruments.morning_stiffness(-1),
        lambda: instruments.morning_stiffness(1441),
        lambda: heel_rise_change(-1, 5),
        lambda: heel_rise_change(5, 201),
        lambda: heel_rise(left_reps=5, right_reps=5, affected=set()),
    ],
)
def test_an_impossible_number_is_refused_with_a_sentence(impossible) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+.*[.]$"):
        impossible()


@pytest.mark.parametrize(
    "blank",
    [
        instruments.visa_a(None),
        instruments.tendins_a(None),
        instruments.groc(None),
        instruments.morning_stiffness(None),
        instruments.psfs([None, None, None]),
        instruments.lefs([None] * 20),
    ],
)
def test_a_blank_is_incomplete_and_never_zero(blank: instruments.Score) -> None:
    assert blank.status is ScoreStatus.INCOMPLETE
    assert blank.value is None
    assert blank.missing


@pytest.mark.parametrize(
    ("score", "edges"),
    [
        (instruments.visa_a, (0, 100)),
        (instruments.tendins_a, (0, 100)),
        (instruments.groc, (-5, 0, 5)),
        (instruments.morning_stiffness, (0, 1440)),
    ],
)
def test_the_ends_of_each_range_are_scores(score, edges) -> None:
    for edge in edges:
        assert score(edge).value == edge


def test_the_symmetry_is_of_the_affected_leg() -> None:
    right = heel_rise(left_reps=24, right_reps=18, affected={Side.RIGHT})
    assert (right.symmetry_percent, right.status) == (75, ScoreStatus.COMPLETE)
    untested = heel_rise(left_reps=None, right_reps=18, affected={Side.RIGHT})
    assert (untested.symmetry_percent, untested.status) == (None, ScoreStatus.INCOMPLETE)
    assert right.instrument is Instrument.HEEL_RISE


@given(
    st.lists(st.none() | st.integers(0, 10), min_size=6, max_size=6),
    st.sampled_from([None, 0, 4, 7, 10]),
    st.sampled_from(VisaABranch),
    st.none() | st.sampled_from(TrainingTime),
)
def test_visa_is_a_number_from_0_to_100_exactly_when_nothing_is_blank(six, seventh, branch, time) -> None:
    score = instruments.visa_a_from_items(six, seventh, {branch: time})
    if None in (*six, seventh, time):
        assert score.value is None
    else:
        assert score.value is not None
        assert 0 <= score.value <= 100
