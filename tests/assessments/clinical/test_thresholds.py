"""The registries behind the printed rule reference."""

import pytest

from assessments.clinical import thresholds
from assessments.clinical.rules import ASSESSMENT_RULES
from assessments.clinical.thresholds import ASSESSMENT_THRESHOLDS, Rule, Threshold


def test_every_named_threshold_is_registered_under_its_own_name_once() -> None:
    named = {name: value for name, value in vars(thresholds).items() if isinstance(value, Threshold)}
    assert all(name == threshold.code for name, threshold in named.items())
    assert sorted(named) == sorted(threshold.code for threshold in ASSESSMENT_THRESHOLDS)


def test_every_rule_has_its_own_code_and_says_a_sentence() -> None:
    codes = [rule.code for rule in ASSESSMENT_RULES]
    assert len(codes) == len(set(codes))
    assert [rule.code for rule in ASSESSMENT_RULES if not rule.says.endswith(".")] == []


def test_every_reading_and_product_number_waits_for_a_sign_off() -> None:
    marked = [(one.source_mark, one.needs_sign_off) for one in ASSESSMENT_THRESHOLDS]
    marked += [(one.mark, one.needs_sign_off) for one in ASSESSMENT_RULES]
    assert all(signed for mark, signed in marked if "INT" in mark or "PROD" in mark)


@pytest.mark.parametrize(("value", "fits"), [(59, False), (60, True), (61, True), (180, True), (181, False)])
def test_a_threshold_moves_within_its_bounds_only(value: int, fits: bool) -> None:
    if fits:
        assert thresholds.FLUOROQUINOLONE_BLOCK_DAYS.accept(value) == value
    else:
        with pytest.raises(ValueError, match="60 to 180 days"):
            thresholds.FLUOROQUINOLONE_BLOCK_DAYS.accept(value)


def test_a_fixed_threshold_does_not_move() -> None:
    assert thresholds.INSERTIONAL_BELOW_CM.is_fixed
    assert thresholds.INSERTIONAL_BELOW_CM.accept(2) == 2
    with pytest.raises(ValueError, match="fixed"):
        thresholds.INSERTIONAL_BELOW_CM.accept(3)


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: Threshold("X", 5, "cm", 6, 7, "DOC", "A4", False, "Out of its own bounds."),
        lambda: Threshold("X", 5, "cm", 4, None, "DOC", "A4", False, "Half bounded."),
        lambda: Threshold("X", 5, "cm", None, None, "GUESS", "A4", True, "Unknown source."),
        lambda: Threshold("X", 5, "cm", None, None, "DOC/INT", "A4", False, "Unsigned reading."),
        lambda: Rule("X", "Unsigned product number.", "A4", "PROD", False),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(nonsense) -> None:
    with pytest.raises(ValueError, match="X: "):
        nonsense()
