"""The kinds of runner in the demo clinic: how they answer to treatment, and what happened to them lately."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from assessments.clinical.classification import TendinopathyType

MID, INSERTIONAL, MIXED = (
    TendinopathyType.MIDPORTION,
    TendinopathyType.INSERTIONAL,
    TendinopathyType.MIXED,
)


class Lately(StrEnum):
    """What the last days bring, so that each kind of flag is seen at least once."""

    NOTHING = "NOTHING"
    POP = "POP"  # a red flag
    FIVE = "FIVE"  # a run at 5, still up a day later
    THREE = "THREE"  # a run at exactly 3
    WORSE = "WORSE"  # three runs, each worse, each shorter
    TOO_MUCH = "TOO_MUCH"  # more load, more pain
    UNANSWERED = "UNANSWERED"  # runs whose checks are not answered
    QUIET_WEEK = "QUIET_WEEK"
    GONE = "GONE"
    HURTING_SETS = "HURTING_SETS"
    WRONG_SETS = "WRONG_SETS"  # off a step, though the plan is flat
    LONGER = "LONGER"  # beyond the plan
    RELAPSES = "RELAPSES"  # three steps back in four weeks
    NO_BETTER = "NO_BETTER"  # weeks of exercises, and as sore as before
    LAID_OFF = "LAID_OFF"  # no run for more than two weeks
    HILLS_AND_SPEED = "HILLS_AND_SPEED"  # both new in one week
    LOWER_SHOE = "LOWER_SHOE"
    BIGGER_WEEK = "BIGGER_WEEK"
    READY_TO_LEAVE = "READY_TO_LEAVE"  # everything for maintenance is met
    FLARES = "FLARES"  # two stops in maintenance
    SCORE_FALLS = "SCORE_FALLS"
    TWO_SETS = "TWO_SETS"  # the starting sets do not settle
    AFTER_BREAK = "AFTER_BREAK"


@dataclass(frozen=True, slots=True)
class Setback:
    """A tendon that truly gets worse for a while: walking pain rises by `points` within three days of `day`.

    `day` counts from the first visit. The demo has none; the replay of the flag rates gives them, so that it
    knows what there was to be found.
    """

    day: int
    points: float
    lasts_days: int = 10


@dataclass(frozen=True, slots=True)
class Kind:
    """`response`: the share by which pain falls in a week; `care`: the chance that a session is done, which
    falls by `fade` a week."""

    weeks: int
    response: float
    care: float
    fade: float
    answers: float  # chance of answering a check
    type: TendinopathyType = MID
    both: bool = False
    start_pain: int = 6
    lately: Lately = Lately.NOTHING
    moved_on: bool = True  # the physio opens the next stage when it is ready
    stage: int = 1  # where running starts
    scored: bool = True
    setback: Setback | None = None


SHOWN: tuple[Kind, ...] = (
    Kind(7, 0.24, 0.92, 0.01, 0.97, lately=Lately.POP),
    Kind(9, 0.27, 0.93, 0.01, 0.97, lately=Lately.FIVE),
    Kind(8, 0.22, 0.85, 0.01, 0.97, type=INSERTIONAL, lately=Lately.WORSE),
    Kind(7, 0.23, 0.9, 0.01, 0.95, lately=Lately.THREE),
    Kind(6, 0.22, 0.85, 0.07, 0.95),
    Kind(3, 0.14, 0.85, 0.01, 0.95, type=INSERTIONAL, lately=Lately.WRONG_SETS),
    Kind(9, 0.01, 0.9, 0.0, 0.95, start_pain=5),
    Kind(8, 0.24, 0.9, 0.02, 0.95, lately=Lately.QUIET_WEEK),
    Kind(7, 0.41, 0.96, 0.0, 1.0, both=True, start_pain=3, moved_on=False),
    Kind(5, 0.41, 0.95, 0.0, 1.0, start_pain=3, moved_on=False),
    Kind(8, 0.24, 0.85, 0.01, 0.95, lately=Lately.TOO_MUCH),
    Kind(6, 0.27, 0.85, 0.01, 0.95, start_pain=3, lately=Lately.UNANSWERED, stage=3),
    Kind(10, 0.2, 0.8, 0.02, 0.95, lately=Lately.GONE),
    Kind(2, 0.16, 0.9, 0.01, 0.95, lately=Lately.HURTING_SETS),
    Kind(8, 0.3, 0.9, 0.01, 0.97, lately=Lately.LONGER),
    Kind(5, 0.27, 0.9, 0.01, 0.97, start_pain=3, lately=Lately.RELAPSES, stage=6),
    Kind(9, 0.2, 0.85, 0.01, 0.95, lately=Lately.SCORE_FALLS),
    Kind(3, 0.16, 0.95, 0.0, 0.97, lately=Lately.TWO_SETS),
    Kind(12, 0.0, 0.9, 0.0, 0.95, type=INSERTIONAL, start_pain=5, lately=Lately.NO_BETTER),
    Kind(9, 0.14, 0.85, 0.0, 0.95, start_pain=1, scored=False),
    Kind(9, 0.2, 0.35, 0.01, 0.95),
    Kind(7, 0.38, 0.95, 0.0, 1.0, start_pain=3, lately=Lately.AFTER_BREAK, stage=6),
    Kind(24, 0.47, 0.96, 0.0, 1.0, start_pain=3),
    Kind(1, 0.14, 0.95, 0.0, 1.0),
    Kind(6, 0.4, 0.95, 0.0, 1.0, start_pain=3, lately=Lately.HILLS_AND_SPEED, stage=7),
    Kind(6, 0.4, 0.95, 0.0, 1.0, start_pain=3, lately=Lately.LOWER_SHOE, stage=6),
    Kind(6, 0.4, 0.95, 0.0, 1.0, start_pain=3, lately=Lately.BIGGER_WEEK, stage=6),
    Kind(6, 0.4, 0.95, 0.0, 1.0, start_pain=3, lately=Lately.READY_TO_LEAVE, stage=7),
    Kind(6, 0.4, 0.95, 0.0, 1.0, start_pain=3, lately=Lately.FLARES, stage=8),
    Kind(9, 0.0, 0.9, 0.0, 0.95, start_pain=5, scored=False, lately=Lately.NO_BETTER),
    Kind(6, 0.4, 0.9, 0.0, 1.0, start_pain=3, lately=Lately.LAID_OFF, stage=4),
)

# Nothing of these is left to chance: the script is all that is told of them.
WHOLE = frozenset(
    {
        Lately.UNANSWERED,
        Lately.HURTING_SETS,
        Lately.RELAPSES,
        Lately.TWO_SETS,
        Lately.NO_BETTER,
        Lately.LAID_OFF,
        Lately.AFTER_BREAK,
        Lately.HILLS_AND_SPEED,
        Lately.LOWER_SHOE,
        Lately.BIGGER_WEEK,
        Lately.READY_TO_LEAVE,
        Lately.FLARES,
    }
)

# Places in SHOWN of those who are lived before the product opens, longest first: one for each group of the
# worklist, and the runner to try the portal as. The others come in beside it.
FIRST = (7, 0, 9, 5)


def kinds(seed: int, runners: int) -> list[Kind]:
    random = Random(f"kinds {seed}")  # noqa: S311 - invented lives need no secrecy
    return [*SHOWN, *(any_kind(random) for _ in range(max(0, runners - len(SHOWN))))][:runners]


def any_kind(random: Random) -> Kind:
    """Most get better, some slowly, some not at all; most do less of their sets as the weeks go by."""
    return Kind(
        weeks=random.randint(1, 12),
        response=max(0.0, random.gauss(0.27, 0.11)),
        care=min(1.0, max(0.3, random.gauss(0.93, 0.1))),
        fade=max(0.0, random.gauss(0.012, 0.012)),
        answers=min(1.0, random.gauss(0.95, 0.04)),
        type=random.choices([MID, INSERTIONAL, MIXED], [72, 22, 6])[0],
        both=random.random() < 0.12,
        start_pain=random.randint(3, 8),
    )
