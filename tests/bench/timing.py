"""Medians of at least five, and a table of ratios. Nothing is asserted: machines are shared and noisy."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

TIMES = 5


def seconds(
    act: Callable[[], object], *, before: Callable[[], object] | None = None, times: int = TIMES
) -> float:
    """The median. `before` prepares each time and is not counted."""
    taken = []
    for _ in range(times):
        if before is not None:
            before()
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


@dataclass(frozen=True)
class Line:
    """`per_second`: how many of `unit` in a second. `ratio`: ours divided by what stands beside it."""

    what: str
    per_second: float
    unit: str
    beside: str = ""
    beside_per_second: float | None = None
    goal: str = ""

    def text(self) -> str:
        ours = f"{self.per_second:,.0f} {self.unit}/s"
        if self.beside_per_second is None:
            return f"{self.what:<44} {ours:>22}   {'':<46} {'':>7}   {self.goal}"
        beside = f"{self.beside} {self.beside_per_second:,.0f}/s"
        ratio = self.per_second / self.beside_per_second
        return f"{self.what:<44} {ours:>22}   {beside:<46} {ratio:>7.3f}   {self.goal}"


def table(lines: list[Line]) -> str:
    head = f"{'what':<44} {'ours':>22}   {'beside, same run':<46} {'ratio':>7}   goal"
    return "\n".join([head, "-" * len(head), *(line.text() for line in lines)])
