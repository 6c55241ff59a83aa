"""How long until something is reached, when some cases end without it and others are not there yet.

The share that has reached it by a day is the Aalen-Johansen estimate. Where no case ends without reaching it,
that is one minus the Kaplan-Meier curve. A case that was closed before can no longer reach it, so it must not
be treated like one that is only not there yet: that would show a future which nobody had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Ending(StrEnum):
    REACHED = "REACHED"
    CLOSED_BEFORE = "CLOSED_BEFORE"  # can no longer reach it
    NOT_YET = "NOT_YET"  # still open: it may


@dataclass(frozen=True, slots=True)
class Course:
    """One case: the days it was watched, and how that ended."""

    days: int
    ending: Ending


@dataclass(frozen=True, slots=True)
class Step:
    """`share` has reached it by the end of this day; `at_risk` were still watched when the day began."""

    day: int
    at_risk: int
    share: float


def curve(courses: Sequence[Course]) -> tuple[Step, ...]:
    """One step for each day on which somebody reached it or was closed. ValueError for negative days."""
    if any(one.days < 0 for one in courses):
        raise ValueError("A case cannot be watched for less than no days.")
    at_risk, free, share = len(courses), 1.0, 0.0  # free: neither reached nor closed so far
    steps = []
    for day, group in groupby(sorted(courses, key=lambda one: one.days), key=lambda one: one.days):
        endings = [one.ending for one in group]
        reached, closed = endings.count(Ending.REACHED), endings.count(Ending.CLOSED_BEFORE)
        if reached or closed:
            share += free * reached / at_risk
            free *= 1 - (reached + closed) / at_risk
            steps.append(Step(day, at_risk, round(share, 9)))
        at_risk -= len(endings)
    return tuple(steps)


def share_by(steps: Sequence[Step], day: int) -> float:
    """The share that has reached it by the end of the day."""
    return next((step.share for step in reversed(steps) if step.day <= day), 0.0)


def day_of(steps: Sequence[Step], share: float) -> Step | None:
    """The first day by which so large a share has reached it; None while it has not."""
    return next((step for step in steps if step.share >= share - 1e-9), None)
