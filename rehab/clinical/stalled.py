"""No progress by week 8 or 12? One sign of progress is enough; nothing measurable is said, never called fine.

The intervals behind these numbers are wide: the flag opens a conversation, it is no verdict. Source: A5.
"""

from __future__ import annotations

from enum import StrEnum

from assessments.clinical.classification import TendinopathyType
from rehab.clinical.thresholds import Limits

_STARTING_PAIN_TOO_LOW = 2


class Stalled(StrEnum):
    NONE = "NONE"
    HEADS_UP = "HEADS_UP"
    STALLED_8W = "STALLED_8W"
    STALLED_12W = "STALLED_12W"
    CANNOT_ASSESS = "CANNOT_ASSESS"
    LOW_ADHERENCE = "LOW_ADHERENCE"


def judge(
    *,
    site: TendinopathyType,
    day: int,
    pain_start: int | None,
    pain_now: int | None,
    visa_start: float | None,
    visa_now: float | None,
    adherence_percent: int | None,
    limits: Limits,
) -> Stalled:
    """The reading on a day of the plan.

    A mixed tendon is read like a mid-portion one, the stricter of the two.
    """
    look = _look(site, day, limits)
    if look is Stalled.NONE:
        return look
    signs = [_pain_fell(pain_start, pain_now, limits), _visa_rose(site, day, visa_start, visa_now, limits)]
    if any(signs):
        return Stalled.NONE
    if adherence_percent is not None and adherence_percent < limits.adherence_percent:
        return Stalled.LOW_ADHERENCE
    if all(sign is None for sign in signs):
        return Stalled.CANNOT_ASSESS
    return look


def _look(site: TendinopathyType, day: int, limits: Limits) -> Stalled:
    if day >= limits.stall_late_days:
        return Stalled.STALLED_12W
    if site is TendinopathyType.INSERTIONAL:
        return Stalled.NONE
    if day >= limits.stall_days:
        return Stalled.STALLED_8W
    return Stalled.HEADS_UP if day >= limits.stall_early_days else Stalled.NONE


def _pain_fell(start: int | None, now: int | None, limits: Limits) -> bool | None:
    if start is None or now is None or start < _STARTING_PAIN_TOO_LOW:
        return None
    fell = start - now
    return fell >= limits.pain_change or fell * 100 >= start * limits.pain_change_percent


def _visa_rose(
    site: TendinopathyType, day: int, start: float | None, now: float | None, limits: Limits
) -> bool | None:
    if start is None or now is None:
        return None
    if day < limits.stall_late_days:
        need = limits.visa_working
    elif site is TendinopathyType.INSERTIONAL:
        need = limits.visa_insertional
    else:
        need = limits.visa_midportion
    return now - start >= need
