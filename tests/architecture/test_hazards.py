"""Every control of the hazard log is shown by tests that exist under the names it gives."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOG = (ROOT / "docs" / "hazard-log.md").read_text(encoding="utf-8")
ROWS = [line for line in LOG.splitlines() if re.match(r"\| H\d+ \|", line)]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def names_in(path: Path) -> set[str]:
    """Also those in classes; skipped and expected failures show nothing."""
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and not any("skip" in (marks := ast.unparse(one)) or "xfail" in marks for one in node.decorator_list)
    }


def missing(row: str) -> list[str]:
    return [
        f"{path}::{name}"
        for path, name in NAMED.findall(row)
        if not (ROOT / path).is_file() or name not in names_in(ROOT / path)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
@pytest.mark.check("S55", "S56")
def test_each_hazard_names_tests_that_exist(row: str, tried: Callable[..., None]) -> None:
    assert NAMED.findall(row), "no test is named"
    assert missing(row) == []
    tried("S55", hazards=1)
    tried("S56", tests_named=len(NAMED.findall(row)))


def test_the_log_is_numbered_without_gaps() -> None:
    numbers = [int(row.split("|")[1].strip()[1:]) for row in ROWS]
    assert numbers == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 15


@pytest.mark.twin("S55", "S56")
def test_a_name_that_is_gone_is_noticed() -> None:
    assert missing("`tests/architecture/test_hazards.py::test_of_no_such_name`")
    assert missing("`tests/architecture/no_such_file.py::test_x`")
