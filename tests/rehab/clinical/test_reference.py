"""docs/rules.md says what the code does, and every code in use is explained there."""

import re
from pathlib import Path

import pytest

from rehab.clinical import reference
from rehab.clinical.rules import REHAB_RULES
from rehab.clinical.thresholds import REHAB_THRESHOLDS, Limits, faults, resolve

CODE = Path(reference.__file__).parent


def test_the_rule_reference_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.main(["--check"]) == 0, capsys.readouterr().err


def test_every_code_that_a_rule_gives_is_explained() -> None:
    known = {rule.code for rule in REHAB_RULES}
    used = set()
    for file in CODE.glob("*.py"):
        used.update(re.findall(r'"(A[0-7](?:-[A-Z0-9-]+)?)"', file.read_text(encoding="utf-8")))
    sections = {f"A{number}" for number in range(8)}
    assert used - sections <= known


def test_no_code_is_given_twice() -> None:
    assert len({rule.code for rule in REHAB_RULES}) == len(REHAB_RULES)


@pytest.mark.parametrize("threshold", REHAB_THRESHOLDS, ids=lambda one: one.code)
def test_each_number_takes_its_bounds_and_nothing_beyond(threshold) -> None:  # type: ignore[no-untyped-def]
    if threshold.is_fixed:
        assert faults({threshold.code: threshold.value + 1})
        return
    for value in (threshold.low, threshold.high):
        others = {"RUN_OK_MAX": 0} if threshold.code == "REGRESS_MIN" else {}
        others |= {"REGRESS_MIN": 6} if threshold.code == "RUN_OK_MAX" else {}
        assert getattr(resolve({threshold.code: value, **others}), threshold.code.lower()) == value
    assert faults({threshold.code: threshold.low - 1})
    assert faults({threshold.code: threshold.high + 1})
    assert faults({threshold.code: threshold.low + 0.5})


def test_pain_that_costs_a_stage_cannot_be_pain_to_run_with() -> None:
    with pytest.raises(ValueError, match="pain that costs a stage"):
        Limits(run_ok_max=4, regress_min=4)
    assert faults({"RUN_OK_MAX": 5}) == [("REGRESS_MIN", faults({"RUN_OK_MAX": 5})[0][1])]
