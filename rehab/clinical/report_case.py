"""What a caseload report is told about one case: how far it came, its dose, and how much better it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Milestone(StrEnum):
    FIRST_RUN = "FIRST_RUN"
    STAGE_4 = "STAGE_4"
    STAGE_7 = "STAGE_7"
    DISCHARGE = "DISCHARGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCase:
    """What the report is told about a case. Days count from its first day; None is not yet, or not known.

    `gains`: instrument -> points better than at first, 6 to 16 weeks later (below 0: worse), of the leg that
    was worse. `dose_percent`: repetitions done of those prescribed, over the first twelve weeks.
    """

    group: str
    days_watched: int  # until it was closed, or until now
    is_closed: bool
    reached: Mapping[Milestone, int]
    stalled: bool = False
    quiet: bool = False
    dose_percent: int | None = None
    gains: Mapping[str, float] = field(default_factory=dict)


def percent_done(done: float, prescribed: float) -> int | None:
    """Rounded down, at most 100; None when nothing was prescribed."""
    return min(100, int(done * 100 // prescribed)) if prescribed > 0 else None


@dataclass(frozen=True, slots=True)
class ScoreTaken:
    tendon: str
    day: int
    value: float


FIRST_CHANGE_DAYS, LAST_CHANGE_DAYS = 42, 112


def gain(scores: Sequence[ScoreTaken], *, higher_is_better: bool) -> float | None:
    """Points better from the first score to the last one 6 to 16 weeks later, of the leg that was worse.

    None: no second score in that time.
    """
    found: list[tuple[float, float]] = []  # how bad at first, points better
    for tendon in sorted({one.tendon for one in scores}):
        own = sorted((one for one in scores if one.tendon == tendon), key=lambda one: one.day)
        later = [one for one in own if FIRST_CHANGE_DAYS <= one.day - own[0].day <= LAST_CHANGE_DAYS]
        if later:
            risen = later[-1].value - own[0].value
            badness = -own[0].value if higher_is_better else own[0].value
            found.append((badness, risen if higher_is_better else -risen))
    return max(found, key=lambda one: one[0])[1] if found else None
