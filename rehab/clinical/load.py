"""Triggers in the training itself: the week, the session, hills and speed, the shoe, the break. Source: A7.

All advisory except where they say so; distances in metres, drops in millimetres, shares in percent.
"""

from __future__ import annotations

from enum import StrEnum

from rehab.clinical.thresholds import Limits


class WeekLoad(StrEnum):
    NONE = "NONE"
    USE_BREAK_RULE = "USE_BREAK_RULE"
    OVER_10_PERCENT = "WEEK_LOAD_OVER_10_PERCENT"


class Spike(StrEnum):
    NONE = "NONE"
    SMALL = "SESSION_SPIKE_SMALL"
    MODERATE = "SESSION_SPIKE_MODERATE"
    LARGE = "SESSION_SPIKE_LARGE"


class BreakLoad(StrEnum):
    NONE = "NONE"
    FLAG = "RETURN_AFTER_BREAK"
    HIGH = "RETURN_AFTER_BREAK_HIGH"


class Shoe(StrEnum):
    NONE = "NONE"
    FLAG = "SHOE_TRANSITION"
    HIGH = "SHOE_TRANSITION_HIGH"


def week_applies(stage: int | None, *, modified_running: bool = False) -> bool:
    """The weekly rule counts from stage 6, in reduced running and in maintenance."""
    return modified_running or (stage is not None and stage >= 6)


def week_load(before_m: int, now_m: int, limits: Limits) -> WeekLoad:
    """Seven days against the seven before; exactly the limit passes."""
    if before_m == 0:
        return WeekLoad.USE_BREAK_RULE if now_m > 0 else WeekLoad.NONE
    over = now_m * 100 > before_m * (100 + limits.weekly_percent)
    return WeekLoad.OVER_10_PERCENT if over else WeekLoad.NONE


def session_spike(session_m: int, longest_30d_m: int | None, limits: Limits) -> Spike:
    """One session against the longest of the thirty days before it."""
    if not longest_30d_m:
        return Spike.NONE
    if session_m * 100 > longest_30d_m * 200:
        return Spike.LARGE
    if session_m * 100 > longest_30d_m * 130:
        return Spike.MODERATE
    return Spike.SMALL if session_m * 100 > longest_30d_m * (100 + limits.spike_percent) else Spike.NONE


def return_after_break(
    *, days_without_running: int, week_before_m: int, first_week_m: int, limits: Limits
) -> BreakLoad:
    """The first week after a break against the week before it."""
    if days_without_running < limits.break_days or week_before_m <= 0:
        return BreakLoad.NONE
    if first_week_m >= week_before_m:
        return BreakLoad.HIGH
    over = first_week_m * 100 > week_before_m * limits.break_first_week_percent
    return BreakLoad.FLAG if over else BreakLoad.NONE


def shoe_share_allowed(days_since_start: int, limits: Limits) -> float:
    """The share of running that a lower shoe may have on a day, in percent."""
    if days_since_start < limits.shoe_first_days:
        return float(limits.shoe_first_share)
    if days_since_start >= limits.shoe_days:
        return 100.0
    passed = (days_since_start - limits.shoe_first_days) / (limits.shoe_days - limits.shoe_first_days)
    return limits.shoe_first_share + (100 - limits.shoe_first_share) * passed


def shoe_transition(
    *, old_drop_mm: int, new_drop_mm: int, days_since_start: int, share_percent: float, limits: Limits
) -> Shoe:
    """A shoe with a lower drop. Going up is free."""
    lower_by = old_drop_mm - new_drop_mm
    if lower_by <= 0 or share_percent <= shoe_share_allowed(days_since_start, limits):
        return Shoe.NONE
    return Shoe.HIGH if lower_by >= limits.shoe_high_mm else Shoe.FLAG


def both_new_in_a_week(*, hills_are_new: bool, speed_is_new: bool) -> bool:
    """Hills and speed, both not done in 28 days, within the same seven days: one at a time is the rule."""
    return hills_are_new and speed_is_new
