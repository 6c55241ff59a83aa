"""What each numbered check tried and found, as a `-p` plugin.

    @pytest.mark.check("S33")   this test shows the check
    @pytest.mark.twin("S33")    its guard is off here, and the check must notice
    tried("S33", values=5_120)  what it did, for docs/scoreboard.md and the end of the run

The figures come with the tests' reports, so they survive xdist. PLIMSOLL_SCORES names a file for them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

MARK = "tried: "
ROLES = ("check", "twin")


@dataclass(frozen=True)
class Score:
    """One test's part in one numbered check."""

    check: str
    role: str  # check, twin, or "" where a test only told a figure
    test: str
    passed: bool
    figures: dict[str, int | str]


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """`tried("S38", kills=3, cases=80, lost=0)`: what a check did."""

    def tell(check: str, **figures: object) -> None:
        record_property(MARK + check, json.dumps(figures, default=str))

    return tell


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "check(*numbers): shows these numbered checks (docs/scoreboard.md)")
    config.addinivalue_line("markers", "twin(*numbers): with the guard off, these checks must fail")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for role in ROLES:
            for mark in item.iter_markers(role):
                item.user_properties += [(role, number) for number in mark.args]


def scores_of(report: pytest.TestReport) -> list[Score]:
    told: dict[str, dict[str, int | str]] = {}
    for name, words in report.user_properties:
        if name.startswith(MARK):
            told.setdefault(name.removeprefix(MARK), {}).update(json.loads(str(words)))
    roles = {(str(number), name) for name, number in report.user_properties if name in ROLES}
    roles |= {(number, "") for number in told if not any(number == marked for marked, _ in roles)}
    return [
        Score(number, role, report.nodeid, report.passed, told.get(number, {}))
        for number, role in sorted(roles)
    ]


def figures(scores: list[Score]) -> str:
    """Those of several tests together; what was done with a guard off is not counted."""
    total: dict[str, int | str] = {}
    for score in scores:
        if score.role == "twin" or score.figures.get("guard") == "off":
            continue
        for name, value in score.figures.items():
            before = total.get(name)
            if isinstance(value, int) and isinstance(before, int):
                total[name] = before + value
            elif before is None:
                total[name] = value
            elif str(value) not in str(before):
                total[name] = f"{before}; {value}"
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in total.items())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    scores = [
        score
        for verdict in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(verdict, [])
        if isinstance(report, pytest.TestReport) and (report.when == "call" or report.failed)
        for score in scores_of(report)
    ]
    if file := os.environ.get("PLIMSOLL_SCORES"):
        Path(file).write_text(json.dumps([asdict(score) for score in scores]), encoding="utf-8")
    told = sorted({score.check for score in scores if score.figures}, key=lambda check: int(check[1:]))
    if told:
        terminalreporter.section("tried")
    for check in told:
        own = [score for score in scores if score.check == check]
        failed = [score.test.rsplit("::", 1)[-1] for score in own if not score.passed]
        verdict = f"FAILED {failed}" if failed else "passed"
        terminalreporter.write_line(f"{check:<4} {verdict} {figures(own)}")
