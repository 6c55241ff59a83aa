"""Watching for recurrence: twelve months in maintenance, a check-in every month. Source: A7."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WATCH_MONTHS = 12  # PROD
_LAST_DAY_EVERYWHERE = 28


class Due(StrEnum):
    LATER = "LATER"
    NOW = "NOW"
    OVER = "OVER"  # the twelve months have passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`month` counts from 1. `next_on`: when the runner is to be asked next."""

    since: date
    until: date
    month: int
    next_on: date
    due: Due


def watch(since: date, check_ins: Iterable[date], today: date) -> Watch:
    """Where the watch stands. A check-in from before this maintenance does not count."""
    last = max((one for one in check_ins if one >= since), default=since)
    until, next_on = later(since, WATCH_MONTHS), later(last, 1)
    month = next((number for number in range(1, WATCH_MONTHS) if today < later(since, number)), WATCH_MONTHS)
    over = today >= until
    due = Due.OVER if over else Due.NOW if today >= next_on else Due.LATER
    return Watch(since=since, until=until, month=month, next_on=min(next_on, until), due=due)


def later(day: date, months: int) -> date:
    """So many calendar months later; from the 29th on, the 28th."""
    count = day.month - 1 + months
    return date(day.year + count // 12, count % 12 + 1, min(day.day, _LAST_DAY_EVERYWHERE))
