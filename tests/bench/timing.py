"""Medians, and a table of ratios. Nothing is asserted: machines are shared and noisy."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

TIMES = 5


def spread(
    act: Callable[[], object], *, before: Callable[[], object] | None = None, times: int = TIMES
) -> list[float]:
    """Seconds, shortest first. `before` prepares each time and is not counted."""
    taken = []
    for _ in range(times):
        if before is not None:
            before()
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return sorted(taken)


def seconds(
    act: Callable[[], object], *, before: Callable[[], object] | None = None, times: int = TIMES
) -> float:
    """The median."""
    return statistics.median(spread(act, before=before, times=times))


def side_by_side(
    act: Callable[[], object],
    floor: Callable[[], object],
    *,
    before: Callable[[], object] | None = None,
    times: int = TIMES,
) -> tuple[float, float]:
    """Medians of both, taken in turns, so that a neighbour's load falls on both alike."""
    ours, theirs = [], []
    for _ in range(times):
        ours += spread(act, before=before, times=1)
        theirs += spread(floor, times=1)
    return statistics.median(ours), statistics.median(theirs)


@dataclass(frozen=True)
class Line:
    """`per_second`: how many of `unit` in a second. `ratio`: ours divided by what stands beside it."""

    what: str
    per_second: float
    unit: str
    beside: str = ""
    beside_per_second: float | None = None
    goal: str = ""
    note: str = ""

    def text(self) -> str:
        ours = f"{self.per_second:,.0f} {self.unit}/s" if self.per_second else ""
        beside = ratio = ""
        if self.beside_per_second is not None:
            beside = f"{self.beside} {self.beside_per_second:,.0f}/s"
            ratio = f"{self.per_second / self.beside_per_second:.3f}"
        return f"{self.what:<48} {ours:>16}   {beside:<44} {ratio:>6}   {self.goal:<10} {self.note}"


def table(lines: list[Line]) -> str:
    head = f"{'what':<48} {'ours':>16}   {'beside, same run':<44} {'ratio':>6}   {'goal':<10} notes"
    return "\n".join([head, "-" * len(head), *(line.text() for line in lines)])
