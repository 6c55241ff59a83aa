"""Section B: which way is better, when a change counts, and when a score is due."""

import pytest

from assessments.clinical.classification import TendinopathyType
from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import (
    INSTRUMENTS,
    Change,
    change,
    due_in_week,
    groc_change,
    pain_change,
    visa_a_needed,
)

B, N, W, Q = Change.BETTER, Change.NOT_CLEAR, Change.WORSE, Change.CANNOT_ASSESS


@pytest.mark.parametrize(
    ("instrument", "before", "after", "expected"),
    [
        (Instrument.VISA_A, 50, 59, N),
        (Instrument.VISA_A, 50, 60, B),
        (Instrument.VISA_A, 50, 61, B),
        (Instrument.VISA_A, 50, 41, N),
        (Instrument.VISA_A, 50, 40, W),
        (Instrument.TENDINS_A, 50, 39, N),
        (Instrument.TENDINS_A, 51, 39, B),
        (Instrument.TENDINS_A, 52, 39, B),
        (Instrument.TENDINS_A, 39, 51, W),
        (Instrument.PSFS, 10 / 3, 15.9 / 3, N),
        (Instrument.PSFS, 10 / 3, 16 / 3, B),
        (Instrument.PSFS, 10 / 3, 17 / 3, B),
        (Instrument.LEFS, 40, 48, N),
        (Instrument.LEFS, 40, 49, B),
        (Instrument.LEFS, 40, 50, B),
        (Instrument.HEEL_RISE, 15, 21, N),
        (Instrument.HEEL_RISE, 15, 22, B),
        (Instrument.HEEL_RISE, 22, 15, W),
        (Instrument.MORNING_STIFFNESS, 60, 0, Q),
        (Instrument.VISA_A, None, 80, Q),
        (Instrument.VISA_A, 80, None, Q),
    ],
)
def test_a_change_counts_from_its_cut_off_in_its_direction(instrument, before, after, expected) -> None:
    assert change(instrument, before, after) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (6, 5, N), (6, 4, B), (10, 8, B), (10, 9, N),
        (3, 2, B),  # one point, yet a third
        (4, 3, N),  # one point and a quarter
        (2, 1, B), (1, 0, Q), (0, 0, Q), (0, 1, Q), (0, 2, W), (1, 3, W),
        (3, 4, N), (3, 5, W), (None, 3, Q), (3, None, Q),
    ],
)  # fmt: skip
def test_pain_is_better_by_two_points_or_by_three_tenths(before, after, expected) -> None:
    assert pain_change(before, after) is expected


def test_a_clinic_may_move_the_pain_cut_off_within_its_bounds_only() -> None:
    assert pain_change(10, 8, points=3, percent=50) is Change.NOT_CLEAR
    with pytest.raises(ValueError, match="1 to 3"):
        pain_change(10, 8, points=4)
    with pytest.raises(ValueError, match="20 to 50"):
        pain_change(10, 8, percent=51)


@pytest.mark.parametrize(
    ("rating", "expected"), [(-5, W), (-3, W), (-2, N), (0, N), (2, N), (3, B), (5, B), (None, Q)]
)
def test_a_rating_of_change_speaks_for_itself(rating, expected) -> None:
    assert groc_change(rating) is expected


@pytest.mark.parametrize("instrument", [Instrument.NRS, Instrument.GROC])
def test_pain_and_the_rating_of_change_have_their_own_rule(instrument) -> None:
    with pytest.raises(ValueError, match="_change"):
        change(instrument, 5, 3)


def test_a_score_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 80"):
        change(Instrument.LEFS, 40, 81)


@pytest.mark.parametrize(
    ("kind", "week", "needed"),
    [
        (TendinopathyType.MIDPORTION, 11, 10),
        (TendinopathyType.MIDPORTION, 12, 14),
        (TendinopathyType.MIDPORTION, 13, 14),
        (TendinopathyType.INSERTIONAL, 11, 10),
        (TendinopathyType.INSERTIONAL, 12, 7),
        (TendinopathyType.INSERTIONAL, 24, 7),
        (TendinopathyType.MIXED, 12, 14),
    ],
)
def test_the_visa_gain_that_counts_depends_on_type_and_week(kind, week, needed) -> None:
    threshold = visa_a_needed(kind, week)
    assert threshold is not None
    assert threshold.value == needed
    assert change(Instrument.VISA_A, 50, 50 + needed, threshold) is Change.BETTER
    assert change(Instrument.VISA_A, 50, 49 + needed, threshold) is Change.NOT_CLEAR


def test_without_a_type_no_visa_gain_is_named() -> None:
    assert visa_a_needed(TendinopathyType.UNCLASSIFIED, 12) is None


@pytest.mark.parametrize(
    ("week", "due"),
    [
        (0, "VISA_A TENDINS_A PSFS HEEL_RISE"),
        (5, ""),
        (6, "VISA_A TENDINS_A PSFS GROC HEEL_RISE"),
        (12, "VISA_A TENDINS_A PSFS GROC HEEL_RISE"),
        (24, "VISA_A TENDINS_A"),
        (52, "VISA_A"),
    ],
)
def test_each_score_is_due_in_its_weeks(week: int, due: str) -> None:
    assert due_in_week(week) == tuple(Instrument(code) for code in due.split())


def test_every_instrument_has_its_facts() -> None:
    assert set(INSTRUMENTS) == set(Instrument)
