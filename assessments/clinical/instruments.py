"""Outcome scores: from numbers to a score. No questionnaire's wording is kept here. Source: section B.

A missing answer makes the score INCOMPLETE, never lower or higher; an impossible one is a ValueError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Instrument(StrEnum):
    NRS = "NRS"
    VISA_A = "VISA_A"
    TENDINS_A = "TENDINS_A"
    PSFS = "PSFS"
    LEFS = "LEFS"
    GROC = "GROC"
    HEEL_RISE = "HEEL_RISE"
    MORNING_STIFFNESS = "MORNING_STIFFNESS"


class ScoreStatus(StrEnum):
    COMPLETE = "COMPLETE"
    INCOMPLETE = "INCOMPLETE"


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is None exactly when the score is INCOMPLETE; `missing` names the blanks."""

    instrument: Instrument
    status: ScoreStatus
    value: float | None
    missing: tuple[str, ...] = ()


class VisaABranch(StrEnum):
    """The one of the three final questions that applies to the runner."""

    A = "A"  # no pain while training
    B = "B"  # pain, but it does not stop the training
    C = "C"  # pain that stops the training


class TrainingTime(StrEnum):
    """How long the runner can train, in minutes."""

    NIL = "NIL"
    FROM_1_TO_10 = "FROM_1_TO_10"
    FROM_11_TO_20 = "FROM_11_TO_20"
    FROM_21_TO_30 = "FROM_21_TO_30"
    OVER_30 = "OVER_30"


_VISA_A_Q7 = frozenset({0, 4, 7, 10})
_VISA_A_LAST: dict[VisaABranch, dict[TrainingTime, int]] = {
    VisaABranch.A: dict(zip(TrainingTime, (0, 7, 14, 21, 30), strict=True)),
    VisaABranch.B: dict(zip(TrainingTime, (0, 4, 10, 14, 20), strict=True)),
    VisaABranch.C: dict(zip(TrainingTime, (0, 2, 5, 7, 10), strict=True)),
}
_THIRDS = frozenset({0, 3, 6, 10})
_ELEVEN = frozenset(range(11))
_YES_NO = frozenset({0, 5})
# Pain 20, 10, 10; symptoms 5, 10, 5, 10; function three ratings of 0 to 10. Check on the official form.
_TENDINS_A_ALLOWED = (
    frozenset({0, 10, 20}), _THIRDS, _THIRDS, _YES_NO, _THIRDS, _YES_NO, _THIRDS, _ELEVEN, _ELEVEN, _ELEVEN,
)  # fmt: skip
_PSFS_FEWEST, _PSFS_MOST = 3, 5
_LEFS_ITEMS = 20
_MINUTES_IN_A_DAY = 24 * 60


def _whole(value: int, low: int, high: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{what} is a whole number from {low} to {high}; {value!r} is not.")
    return value


def _one_of(value: int, allowed: frozenset[int], what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        choices = ", ".join(str(choice) for choice in sorted(allowed))
        raise ValueError(f"{what} is one of {choices}; {value!r} is not.")
    return value


def _score(instrument: Instrument, total: float, missing: Sequence[str]) -> Score:
    if missing:
        return Score(instrument, ScoreStatus.INCOMPLETE, None, tuple(missing))
    return Score(instrument, ScoreStatus.COMPLETE, total)


def nrs(pain: int) -> int:
    """Pain from 0 to 10, whole numbers only; ValueError otherwise. There is no blank that means 0."""
    return _whole(pain, 0, 10, "Pain")


def visa_a(total: int | None) -> Score:
    """VISA-A as the clinic's own licensed form gave it: 0 to 100, 100 is best, one leg."""
    if total is None:
        return _score(Instrument.VISA_A, 0, ["total"])
    return _score(Instrument.VISA_A, _whole(total, 0, 100, "VISA-A"), ())


def visa_a_from_items(
    first_six: Sequence[int | None],
    seventh: int | None,
    last: dict[VisaABranch, TrainingTime | None],
) -> Score:
    """Sum of six items of 0 to 10, one of 0/4/7/10, and exactly one branch of the last question."""
    if len(first_six) != 6:
        raise ValueError(f"VISA-A starts with six items; {len(first_six)} were given.")
    answered = {branch: time for branch, time in last.items() if time is not None}
    if len(answered) > 1:
        raise ValueError("Only one branch of the last VISA-A question may be answered; clear the others.")
    missing = [f"item {number}" for number, item in enumerate(first_six, 1) if item is None]
    total = sum(_whole(item, 0, 10, "A VISA-A item") for item in first_six if item is not None)
    if seventh is None:
        missing.append("item 7")
    else:
        total += _one_of(seventh, _VISA_A_Q7, "VISA-A item 7")
    if not answered:
        missing.append("item 8")
    for branch, time in answered.items():
        total += _VISA_A_LAST[VisaABranch(branch)][TrainingTime(time)]
    return _score(Instrument.VISA_A, total, missing)


def tendins_a(total: int | None) -> Score:
    """TENDINS-A as a number: 0 to 100, and 100 is the worst."""
    if total is None:
        return _score(Instrument.TENDINS_A, 0, ["total"])
    return _score(Instrument.TENDINS_A, _whole(total, 0, 100, "TENDINS-A"), ())


def tendins_a_from_items(items: Sequence[int | None]) -> Score:
    """Sum of ten items, each with its own allowed answers."""
    if len(items) != len(_TENDINS_A_ALLOWED):
        raise ValueError(f"TENDINS-A has ten items; {len(items)} were given.")
    missing = [f"item {number}" for number, item in enumerate(items, 1) if item is None]
    total = sum(
        _one_of(item, allowed, f"TENDINS-A item {number}")
        for number, (item, allowed) in enumerate(zip(items, _TENDINS_A_ALLOWED, strict=True), 1)
        if item is not None
    )
    return _score(Instrument.TENDINS_A, total, missing)


def psfs(activities: Sequence[int | None]) -> Score:
    """Mean of three to five activities that the patient chose, each 0 to 10, 10 is best; not rounded."""
    if len(activities) > _PSFS_MOST:
        raise ValueError(f"PSFS takes at most {_PSFS_MOST} activities; {len(activities)} were given.")
    missing = [f"activity {number}" for number, item in enumerate(activities, 1) if item is None]
    missing += [f"activity {number}" for number in range(len(activities) + 1, _PSFS_FEWEST + 1)]
    rated = [_whole(item, 0, 10, "A PSFS activity") for item in activities if item is not None]
    return _score(Instrument.PSFS, sum(rated) / len(rated) if rated else 0, missing)


def lefs(items: Sequence[int | None]) -> Score:
    """Sum of twenty items of 0 to 4: 0 to 80, 80 is best."""
    if len(items) != _LEFS_ITEMS:
        raise ValueError(f"LEFS has twenty items; {len(items)} were given.")
    missing = [f"item {number}" for number, item in enumerate(items, 1) if item is None]
    total = sum(_whole(item, 0, 4, "A LEFS item") for item in items if item is not None)
    return _score(Instrument.LEFS, total, missing)


def groc(rating: int | None) -> Score:
    """Rating of change since the start, -5 (much worse) to +5 (much better)."""
    if rating is None:
        return _score(Instrument.GROC, 0, ["rating"])
    return _score(Instrument.GROC, _whole(rating, -5, 5, "The rating of change"), ())


def morning_stiffness(minutes: int | None) -> Score:
    """Minutes of stiffness after getting up. No valid cut-off exists: shown, never judged."""
    if minutes is None:
        return _score(Instrument.MORNING_STIFFNESS, 0, ["minutes"])
    checked = _whole(minutes, 0, _MINUTES_IN_A_DAY, "Morning stiffness in minutes")
    return _score(Instrument.MORNING_STIFFNESS, checked, ())
