"""The heel-rise test: how many single-leg rises, and how the legs compare. Source: section B."""

from dataclasses import dataclass
from enum import StrEnum

from assessments.clinical.instruments import Instrument, ScoreStatus
from assessments.clinical.sides import Side
from assessments.clinical.thresholds import HEEL_RISE_CHANGE, HEEL_RISE_HIGHEST


class HeelRiseVerdict(StrEnum):
    REAL_CHANGE = "REAL_CHANGE"
    WITHIN_ERROR = "WITHIN_ERROR"
    CANNOT_COMPARE = "CANNOT_COMPARE"


@dataclass(frozen=True, slots=True)
class HeelRise:
    """Repetitions per leg, None when a leg was not tested.

    `symmetry_percent` is 100 * injured / uninjured, only when exactly one leg is affected; else None.
    """

    left_reps: int | None
    right_reps: int | None
    symmetry_percent: float | None
    status: ScoreStatus
    instrument: Instrument = Instrument.HEEL_RISE


@dataclass(frozen=True, slots=True)
class HeelRiseDifference:
    reps: int | None  # positive is stronger
    verdict: HeelRiseVerdict


def heel_rise(
    *, left_reps: int | None, right_reps: int | None, affected: frozenset[Side] | set[Side]
) -> HeelRise:
    """Compare the legs. With both affected neither is a measure of the other, so there is no index."""
    if not affected:
        raise ValueError("Name the affected leg, or both.")
    reps = {Side.LEFT: _count(left_reps), Side.RIGHT: _count(right_reps)}
    tested = None not in reps.values()
    return HeelRise(
        left_reps=reps[Side.LEFT],
        right_reps=reps[Side.RIGHT],
        symmetry_percent=_symmetry(reps, affected),
        status=ScoreStatus.COMPLETE if tested else ScoreStatus.INCOMPLETE,
    )


def _count(reps: int | None) -> int | None:
    highest = HEEL_RISE_HIGHEST.value
    if reps is None:
        return None
    if isinstance(reps, bool) or not isinstance(reps, int) or not 0 <= reps <= highest:
        raise ValueError(f"Heel rises are a whole number from 0 to {highest}; {reps!r} is not.")
    return reps


def _symmetry(reps: dict[Side, int | None], affected: frozenset[Side] | set[Side]) -> float | None:
    if len(affected) != 1:
        return None
    (injured,) = affected
    uninjured = Side.RIGHT if injured is Side.LEFT else Side.LEFT
    here, there = reps[injured], reps[uninjured]
    if here is None or not there:
        return None
    return 100 * here / there


def heel_rise_change(before: int | None, after: int | None) -> HeelRiseDifference:
    """Two tests of the same leg. A loss of as many repetitions is as real as a gain."""
    first, second = _count(before), _count(after)
    if first is None or second is None:
        return HeelRiseDifference(None, HeelRiseVerdict.CANNOT_COMPARE)
    difference = second - first
    real = abs(difference) >= HEEL_RISE_CHANGE.value
    return HeelRiseDifference(
        difference, HeelRiseVerdict.REAL_CHANGE if real else HeelRiseVerdict.WITHIN_ERROR
    )
