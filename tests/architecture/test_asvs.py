"""docs/asvs.md is whole, and every test that it names exists."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.test_hazards import missing

DOCUMENT = (Path(__file__).parents[2] / "docs" / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ROWS = [found.groups() for found in ROW.finditer(DOCUMENT)]
STATES = ("met", "partly", "not met", "operator", "n/a")
CHAPTERS = {  # requirements of levels 1 and 2 in ASVS 5.0.0
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29,
    11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip


def test_every_requirement_stands_there_once_with_its_state_and_a_reason() -> None:
    numbers = [number for number, *_ in ROWS]
    assert len(set(numbers)) == len(numbers)
    assert Counter(int(number.split(".")[0]) for number in numbers) == Counter(CHAPTERS)
    for number, _level, state, short, reason in ROWS:
        assert state in STATES and short.strip() and reason.strip(), number


def test_the_counts_at_the_head_are_those_of_the_rows() -> None:
    counted = Counter(state for _, _, state, _, _ in ROWS)
    assert "| " + " | ".join(str(counted[state]) for state in STATES) + " |" in DOCUMENT


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_test_that_is_named_exists(chapter: int) -> None:
    named = [row[4] for row in ROWS if row[0].startswith(f"{chapter}.")]
    assert [gone for reason in named for gone in missing(reason)] == []
