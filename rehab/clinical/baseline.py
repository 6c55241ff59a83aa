"""The comparison baseline of one side: what "back to usual" means for this runner.

The lower of a pre-run answer (up to 12 hours old) and the reference. The reference is what the physio found;
the median of 14 days of morning answers may lower it, and only a physio raises it again, so that a slow creep
of pain cannot hide itself. No reference counts as 0. Source: A2.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from datetime import datetime

from rehab.clinical.history import TendonBaseline
from rehab.clinical.thresholds import Limits

DAY_S = 86_400.0


class Reference:
    """The reference baseline of one side through time. Times are POSIX seconds."""

    def __init__(self, baselines: Iterable[TendonBaseline], now: datetime, limits: Limits) -> None:
        said = [one for one in baselines if one.usual_pain is not None and one.at <= now]
        said.sort(key=lambda one: (one.at, one.usual_pain))
        self._times = [one.at.timestamp() for one in said]
        self._values = [one.usual_pain or 0 for one in said]
        self._lowered: list[list[tuple[float, int]]] = [[] for _ in said]  # per physio's finding
        self._mornings: list[tuple[float, int]] = []
        self._limits = limits

    def answered(self, at: float, pain: int) -> bool:
        """Take in one morning answer. Whether it lowered the reference from then on."""
        insort(self._mornings, (at, pain))
        index = bisect_right(self._times, at) - 1
        if index < 0 or pain >= self._values[index] or pain >= self.at(at):
            return False  # an answer that is not below the reference cannot bring the median below it
        first = max(at - self._limits.median_days * DAY_S, self._times[index])
        low = bisect_right(self._mornings, (first, 11))
        high = bisect_right(self._mornings, (at, 11))
        values = sorted(value for _, value in self._mornings[low:high])
        if len(values) >= self._limits.median_answers:
            median = (values[(len(values) - 1) // 2] + values[len(values) // 2]) // 2
            if median < self.at(at):
                self._lowered[index].append((at, median))
                return True
        return False

    def at(self, moment: float) -> int:
        """The reference in force at a moment."""
        index = bisect_right(self._times, moment) - 1
        if index < 0:
            return 0
        lowest = self._values[index]
        for since, value in self._lowered[index]:
            if since <= moment and value < lowest:
                lowest = value
        return lowest


def comparison(reference: int, pre_run: int | None) -> int:
    """The baseline that answers after one run are compared with."""
    return reference if pre_run is None else min(reference, pre_run)
