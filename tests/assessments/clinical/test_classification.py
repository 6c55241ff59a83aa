"""Section A4, Type: each row of the table, one below, on and one above each border."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.clinical.classification import (
    Confidence,
    PalpationFindings,
    Protocol,
    TendinopathyType,
    classify,
    explain,
)
from assessments.clinical.interlock import assign
from assessments.clinical.red_flags import Finding, screen

CASES = Path(__file__).parents[2] / "fixtures" / "clinical" / "classification.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))
YES_NO = {"yes": True, "no": False, "": None}

points = st.floats(0, 20)
answers = st.sampled_from([True, False, None])


def palpation(row: dict[str, str]) -> PalpationFindings:
    return PalpationFindings(
        tender_cm=float(row["tender_cm"]) if row["tender_cm"] else None,
        second_tender_cm=float(row["second_tender_cm"]) if row["second_tender_cm"] else None,
        thickening=YES_NO[row["thickening"]],
        stretch_pain=YES_NO[row["stretch_pain"]],
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_each_case_has_its_type_its_pathway_and_its_assignment(row: dict[str, str]) -> None:
    suggestion = classify(palpation(row))
    screening = screen(Finding(code) for code in row["findings"].split(";") if code)
    tried = Protocol(row["tried_protocol"]) if row["tried_protocol"] else None
    assert suggestion.type == row["type"]
    assert suggestion.confidence == row["confidence"]
    assert (suggestion.protocol or "") == row["suggested"]
    assert screening.pathway == row["pathway"]
    assert assign(tried, suggestion, screening).outcome == row["outcome"]


@pytest.mark.parametrize("point", [-0.1, 20.1, math.nan, math.inf, True, "4"])
def test_an_impossible_tender_point_is_refused_with_a_sentence(point: float) -> None:
    with pytest.raises(ValueError, match="tender point"):
        PalpationFindings(tender_cm=point)


def test_a_second_point_needs_a_first() -> None:
    with pytest.raises(ValueError, match="before a second"):
        PalpationFindings(second_tender_cm=4)


def test_an_answer_is_yes_no_or_untested() -> None:
    with pytest.raises(ValueError, match="untested"):
        PalpationFindings(tender_cm=4, thickening="no")  # type: ignore[arg-type]


@given(thickening=answers, stretch_pain=answers)
def test_without_a_tender_point_there_is_no_type_and_no_plan(
    thickening: bool | None, stretch_pain: bool | None
) -> None:
    suggestion = classify(PalpationFindings(None, None, thickening, stretch_pain))
    assert suggestion.type is TendinopathyType.UNCLASSIFIED
    assert suggestion.protocol is None
    assert "tender point" in suggestion.missing


@given(tender=st.none() | points, thickening=answers, stretch_pain=answers)
def test_anything_untested_is_never_high_confidence(
    tender: float | None, thickening: bool | None, stretch_pain: bool | None
) -> None:
    suggestion = classify(PalpationFindings(tender, None, thickening, stretch_pain))
    if None in (tender, thickening, stretch_pain):
        assert suggestion.confidence is Confidence.LOW
        assert suggestion.missing
    assert suggestion.needs_confirmation == (suggestion.confidence is Confidence.LOW)


@given(first=points, second=points, thickening=answers, stretch_pain=answers)
def test_the_order_of_two_points_changes_nothing_that_is_decided(
    first: float, second: float, thickening: bool | None, stretch_pain: bool | None
) -> None:
    one = classify(PalpationFindings(first, second, thickening, stretch_pain))
    other = classify(PalpationFindings(second, first, thickening, stretch_pain))
    assert (one.type, one.confidence, one.protocol) == (other.type, other.confidence, other.protocol)


@given(first=points, second=st.none() | points, thickening=answers, stretch_pain=answers)
def test_a_step_is_suggested_for_mid_portion_with_a_painless_stretch_only(
    first: float, second: float | None, thickening: bool | None, stretch_pain: bool | None
) -> None:
    suggestion = classify(PalpationFindings(first, second, thickening, stretch_pain))
    wanted = suggestion.type is TendinopathyType.MIDPORTION and stretch_pain is False
    assert (suggestion.protocol is Protocol.STEP) == wanted


@given(first=st.none() | points, thickening=answers, stretch_pain=answers)
def test_the_explanation_carries_every_reason_and_asks_when_unsure(
    first: float | None, thickening: bool | None, stretch_pain: bool | None
) -> None:
    suggestion = classify(PalpationFindings(first, None, thickening, stretch_pain))
    text = explain(suggestion)
    assert all(reason in text for reason in suggestion.reasons)
    assert ("confirm before" in text) == suggestion.needs_confirmation


def test_the_explanation_of_a_clear_case_reads_aloud() -> None:
    assert explain(classify(PalpationFindings(4.5, None, True, False))) == (
        "The findings point to the mid-portion type; the plan it offers is heel drops off a step. "
        "Most tender 4.5 cm above the heel bone. A thickening can be felt. "
        "Stretching the calf does not bring the pain on."
    )
