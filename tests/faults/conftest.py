"""How much each fault test tried, as a table at the end; `make faults` tries several times as much."""

import os
from collections.abc import Callable

import pytest

TIMES = int(os.environ.get("PLIMSOLL_FAULTS", "1"))
MARK = "tried: "


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """`tried("S38", kills=3, cases=80, lost=0)`: what a check did, for the table."""

    def tell(check: str, **figures: object) -> None:
        words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
        record_property(MARK + check, words)

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [
        (name.removeprefix(MARK), verdict, words, report.nodeid.rsplit("::", 1)[-1])
        for verdict in ("passed", "failed")
        for report in terminalreporter.stats.get(verdict, [])
        for name, words in report.user_properties
        if name.startswith(MARK)
    ]
    if rows:
        terminalreporter.section("faults")
        for check, verdict, words, test in sorted(rows):
            terminalreporter.write_line(f"{check:<5} {verdict:<7} {words}  ({test})")
