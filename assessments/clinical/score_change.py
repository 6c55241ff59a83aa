"""What each score means: its range, which way is better, when it is due, and when a change counts.

Source: section B; the rule for low starting pain is A5.
"""

from dataclasses import dataclass
from enum import StrEnum

from assessments.clinical.classification import TendinopathyType
from assessments.clinical.instruments import Instrument, groc, nrs
from assessments.clinical.thresholds import (
    GROC_CHANGE,
    HEEL_RISE_CHANGE,
    HEEL_RISE_HIGHEST,
    LEFS_CHANGE,
    NRS_CHANGE_NEEDS_START,
    NRS_CHANGE_PERCENT,
    NRS_CHANGE_POINTS,
    PSFS_CHANGE,
    TENDINS_A_CHANGE,
    VISA_A_CHANGE_INSERTIONAL,
    VISA_A_CHANGE_MIDPORTION,
    VISA_A_CHANGE_WORKING,
    Threshold,
)


class Direction(StrEnum):
    HIGHER_IS_BETTER = "HIGHER_IS_BETTER"
    LOWER_IS_BETTER = "LOWER_IS_BETTER"


class Change(StrEnum):
    """`NOT_CLEAR` is a difference too small to count; `CANNOT_ASSESS` is shown as such, never as fine."""

    BETTER = "BETTER"
    NOT_CLEAR = "NOT_CLEAR"
    WORSE = "WORSE"
    CANNOT_ASSESS = "CANNOT_ASSESS"


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    instrument: Instrument
    label: str
    low: int
    high: int
    unit: str
    direction: Direction
    meaningful_change: Threshold | None  # None: no valid cut-off is known, so no change is ever judged
    due_weeks: tuple[int, ...]  # weeks after the start; empty when not tied to weeks
    due: str


_UP, _DOWN = Direction
_FACTS = (
    InstrumentFacts(
        Instrument.NRS, "Pain", 0, 10, "of 10", _DOWN, NRS_CHANGE_POINTS, (), "daily, with each run and after"
    ),
    InstrumentFacts(
        Instrument.VISA_A,
        "VISA-A",
        0,
        100,
        "of 100",
        _UP,
        VISA_A_CHANGE_WORKING,
        (0, 6, 12, 24, 52),
        "set weeks",
    ),
    InstrumentFacts(
        Instrument.TENDINS_A,
        "TENDINS-A",
        0,
        100,
        "of 100",
        _DOWN,
        TENDINS_A_CHANGE,
        (0, 6, 12, 24),
        "set weeks",
    ),
    InstrumentFacts(
        Instrument.PSFS,
        "Patient-chosen activities",
        0,
        10,
        "of 10",
        _UP,
        PSFS_CHANGE,
        (0, 6, 12),
        "set weeks",
    ),
    InstrumentFacts(Instrument.LEFS, "LEFS", 0, 80, "of 80", _UP, LEFS_CHANGE, (), "optional"),
    InstrumentFacts(
        Instrument.GROC, "Rating of change", -5, 5, "from -5 to +5", _UP, GROC_CHANGE, (6, 12), "set weeks"
    ),
    InstrumentFacts(
        Instrument.HEEL_RISE,
        "Heel rises",
        0,
        int(HEEL_RISE_HIGHEST.value),
        "repetitions",
        _UP,
        HEEL_RISE_CHANGE,
        (0, 6, 12),
        "set weeks, in the clinic",
    ),
    InstrumentFacts(
        Instrument.MORNING_STIFFNESS, "Morning stiffness", 0, 1440, "minutes", _DOWN, None, (), "weekly"
    ),
)
INSTRUMENTS: dict[Instrument, InstrumentFacts] = {facts.instrument: facts for facts in _FACTS}


def due_in_week(week: int) -> tuple[Instrument, ...]:
    """The scores to collect in this week after the start (0 is the first assessment)."""
    return tuple(facts.instrument for facts in _FACTS if week in facts.due_weeks)


def visa_a_needed(kind: TendinopathyType, week: int) -> Threshold | None:
    """The VISA-A gain that counts. Mixed takes the stricter cut-off; no type, none."""
    if kind is TendinopathyType.UNCLASSIFIED:
        return None
    if week < 12:
        return VISA_A_CHANGE_WORKING
    if kind is TendinopathyType.INSERTIONAL:
        return VISA_A_CHANGE_INSERTIONAL
    return VISA_A_CHANGE_MIDPORTION


def change(
    instrument: Instrument, before: float | None, after: float | None, needed: Threshold | None = None
) -> Change:
    """Judge two scores of one leg. `needed` replaces the general cut-off, as for VISA-A by type.

    ValueError for a score out of range, for pain (see pain_change) and for GROC (see groc_change).
    """
    if instrument in _JUDGED_ELSEWHERE:
        raise ValueError(f"{INSTRUMENTS[instrument].label}: use {_JUDGED_ELSEWHERE[instrument]}().")
    facts = INSTRUMENTS[instrument]
    for score in (before, after):
        if score is not None and not facts.low <= score <= facts.high:
            raise ValueError(f"{facts.label} runs from {facts.low} to {facts.high}; {score!r} does not fit.")
    cut_off = needed or facts.meaningful_change
    if before is None or after is None or cut_off is None:
        return Change.CANNOT_ASSESS
    gain = after - before if facts.direction is Direction.HIGHER_IS_BETTER else before - after
    return _judged(gain, cut_off.value)


_JUDGED_ELSEWHERE = {Instrument.NRS: "pain_change", Instrument.GROC: "groc_change"}


def pain_change(
    before: int | None,
    after: int | None,
    *,
    points: int = int(NRS_CHANGE_POINTS.value),
    percent: int = int(NRS_CHANGE_PERCENT.value),
) -> Change:
    """Better by enough points or by enough of the starting pain; a start below 2 cannot show it."""
    NRS_CHANGE_POINTS.accept(points)
    NRS_CHANGE_PERCENT.accept(percent)
    if before is None or after is None:
        return Change.CANNOT_ASSESS
    gain = nrs(before) - nrs(after)
    if -gain >= points:
        return Change.WORSE
    if before < NRS_CHANGE_NEEDS_START.value:
        return Change.CANNOT_ASSESS
    better = gain >= points or gain * 100 >= before * percent
    return Change.BETTER if better else Change.NOT_CLEAR


def groc_change(rating: int | None) -> Change:
    """What one rating of change says by itself."""
    score = groc(rating).value
    return Change.CANNOT_ASSESS if score is None else _judged(score, GROC_CHANGE.value)


def _judged(gain: float, needed: float) -> Change:
    """Rounded first, so that a mean of thirds that differs by exactly the cut-off counts."""
    gain = round(gain, 6)
    if gain >= needed:
        return Change.BETTER
    return Change.WORSE if -gain >= needed else Change.NOT_CLEAR
