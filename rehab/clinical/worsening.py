"""Worsening although the load went down, and overload. The pure readings of section A5 for one side.

A session's score is the worst of the run, after it and at 24 hours. Load is running minutes; hills or speed
that were not there before count as more load.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from rehab.clinical.thresholds import Limits


class Trend(StrEnum):
    NONE = "NONE"
    WORSENING = "WORSENING"
    OVERLOAD = "OVERLOAD"
    ELEVATED_24H = "ELEVATED_24H"


class Session(NamedTuple):
    score: int
    minutes: int
    hills_or_speed: bool = False


class Unsettled(NamedTuple):
    """One session's 24-hour answer: points above baseline (0: settled), and its minutes."""

    above: int
    minutes: int


def more_load(before: Session, after: Session) -> bool:
    return after.minutes > before.minutes or (after.hills_or_speed and not before.hills_or_speed)


def is_cut(before: int, after: int, limits: Limits) -> bool:
    return after * 100 <= before * (100 - limits.load_cut_percent)


def rising_sessions(sessions: Sequence[Session], limits: Limits) -> Trend:
    """What the last sessions say, oldest first.

    A strict rise over three, or a leap after a cut, is WORSENING.
    """
    if len(sessions) >= 3 and _strict_rise(sessions[-3:], limits):
        return Trend.WORSENING
    if len(sessions) < 2:
        return Trend.NONE
    before, after = sessions[-2:]
    if after.score - before.score < limits.worse_rise:
        return Trend.NONE
    if more_load(before, after):
        return Trend.OVERLOAD
    return Trend.WORSENING if is_cut(before.minutes, after.minutes, limits) else Trend.NONE


def _strict_rise(three: Sequence[Session], limits: Limits) -> bool:
    first, second, third = three
    return (
        first.score < second.score < third.score
        and not more_load(first, second)
        and not more_load(second, third)
        and is_cut(first.minutes, third.minutes, limits)
    )


def repeatedly_unsettled(sessions: Sequence[Unsettled], limits: Limits) -> Trend:
    """Unsettled at 24 hours twice running, the second after a cut and not smaller, is WORSENING."""
    if not sessions or sessions[-1].above <= 0:
        return Trend.NONE
    if len(sessions) > 1:
        before, after = sessions[-2:]
        cut = is_cut(before.minutes, after.minutes, limits)
        if before.above > 0 and cut and after.above >= before.above:
            return Trend.WORSENING
    return Trend.ELEVATED_24H


def rising_weeks(
    *,
    mean_now: float,
    mean_before: float,
    answers_now: int,
    answers_before: int,
    minutes_now: int,
    minutes_before: int,
    limits: Limits,
    new_hills_or_speed: bool = False,
) -> Trend:
    """The mean of seven days' pain against the seven before. Too few answers say nothing."""
    if min(answers_now, answers_before) < limits.weekly_answers:
        return Trend.NONE
    if minutes_now > minutes_before or new_hills_or_speed:
        return Trend.NONE
    # Means of whole numbers over at most seven days differ by at least 1/42 when they differ.
    rose = mean_now - mean_before >= limits.worse_rise - 1e-9
    return Trend.WORSENING if rose else Trend.NONE
