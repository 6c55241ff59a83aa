"""What an assessment suggests, in sentences, and never that something is absent."""

import pytest

from assessments.clinical.classification import PalpationFindings, TendinopathyType
from assessments.clinical.findings import Finding
from assessments.clinical.red_flags import screen
from assessments.clinical.sides import Side
from rehab.clinical.advice import advise_leg, advise_screen

CLEAR_MID = PalpationFindings(4.5, None, True, False)


def test_clear_findings_have_reasons_and_no_doubts() -> None:
    advice = advise_leg(Side.LEFT, CLEAR_MID)
    assert (advice.title, advice.doubts) == ("Mid-portion type", ())
    assert "Most tender 4.5 cm above the heel bone." in advice.supports
    assert advice.offers.startswith("Heel drops off a step, 3 × 15")
    assert advice.offers.endswith("12 weeks.")


def test_doubts_are_told_apart_from_reasons() -> None:
    advice = advise_leg(Side.LEFT, PalpationFindings(4.5, None, False, False))
    assert advice.title == "Mid-portion type, to be confirmed"
    assert advice.doubts
    assert not set(advice.doubts) & set(advice.supports)


@pytest.mark.parametrize(
    ("found", "title"),
    [
        (PalpationFindings(), "No type yet"),
        (PalpationFindings(9.0, None, True, False), "Not classified"),
    ],
)
def test_without_a_type_no_plan_is_offered(found: PalpationFindings, title: str) -> None:
    advice = advise_leg(Side.RIGHT, found)
    assert (advice.title, advice.offers) == (title, "")


def test_another_decision_changes_the_offer_not_the_finding() -> None:
    advice = advise_leg(Side.LEFT, CLEAR_MID, TendinopathyType.INSERTIONAL)
    assert advice.type is TendinopathyType.MIDPORTION
    assert advice.offers.startswith("Heel lowering on the flat")


@pytest.mark.parametrize(
    ("findings", "missing", "tone"),
    [
        ([Finding.POP_OR_SNAP], [], "act"),
        ([Finding.POP_OR_SNAP], [Finding.CHEST_PAIN], "act"),
        ([], [Finding.CHEST_PAIN], "wait"),
        ([Finding.GOUT], [Finding.CHEST_PAIN], "wait"),
        ([Finding.GOUT], [], "review"),
        ([], [Finding.DIABETES], "review"),
        ([], [], "done"),
    ],
)
def test_the_screens_tone(findings: list, missing: list, tone: str) -> None:
    assert advise_screen(screen(findings, missing)).tone == tone


def test_a_clean_screen_rules_nothing_out_in_words() -> None:
    advice = advise_screen(screen([]))
    assert advice.title == "Safety screen recorded"
    for word in ("safe to", "ruled out", "no rupture", "absent"):
        assert word not in f"{advice.title} {advice.effect}".lower()
