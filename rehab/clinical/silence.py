"""Silence, long stages, missing answers, repeated steps back: what time and counting alone say.

Source: A5, A2.
"""

from __future__ import annotations

from enum import StrEnum

from rehab.clinical.thresholds import Limits


class Silence(StrEnum):
    NONE = "NONE"
    NUDGE = "NUDGE"
    NOT_LOGGING = "NOT_LOGGING"
    INACTIVE = "INACTIVE"


def silence(*, days_since_last_entry: int, paused: bool, limits: Limits) -> Silence:
    """Full local days since the last entry of any kind; a paused case is not silent."""
    if paused:
        return Silence.NONE
    if days_since_last_entry >= limits.inactive_days:
        return Silence.INACTIVE
    if days_since_last_entry >= limits.silence_days:
        return Silence.NOT_LOGGING
    return Silence.NUDGE if days_since_last_entry >= limits.nudge_days else Silence.NONE


def stage_stalled(*, days_in_stage: int, eligible: bool, paused: bool, limits: Limits) -> bool:
    return not paused and not eligible and days_in_stage >= limits.stage_stalled_days


def too_many_missing(missing_24h_last_14_days: int, limits: Limits) -> bool:
    return missing_24h_last_14_days >= limits.missing_answers


def recurrent_regression(steps_back_last_28_days: int, limits: Limits) -> bool:
    return steps_back_last_28_days >= limits.regressions


def score_declined(before: float | None, now: float | None, limits: Limits) -> bool:
    """VISA-A fell by ten points or more."""
    return before is not None and now is not None and before - now >= limits.prom_decline
