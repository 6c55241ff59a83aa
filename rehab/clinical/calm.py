"""Days in a row without pain, or at baseline: a day counts only when every side answered. Source: A3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.clinical.sides import Side
from rehab.clinical.ledger import Ledger

_LOOK_BACK_DAYS = 7  # the longest streak that any gate asks for is five days


@dataclass(frozen=True, slots=True)
class CalmDays:
    walking_free: int  # every side 0 all day
    at_baseline: int  # no side above its reference all day


def streaks(ledger: Ledger, today: date) -> CalmDays:
    """The streaks that reach up to today, or up to yesterday while today has no answer."""
    worst = _worst_by_day(ledger, today)
    now = ledger.now.timestamp()
    usual = {side: ledger.references[side].at(now) for side in ledger.sides}
    return CalmDays(
        walking_free=_streak(worst, today, dict.fromkeys(ledger.sides, 0)),
        at_baseline=_streak(_worst_by_day(ledger, today, less_margin=True), today, usual),
    )


def _worst_by_day(ledger: Ledger, today: date, *, less_margin: bool = False) -> dict[date, dict[Side, int]]:
    """`less_margin`: less what may be above baseline, by the margin in force when each was said."""
    found: dict[date, dict[Side, int]] = {}
    for report in reversed(ledger.reports):
        age = (today - report.local_date).days
        if age > _LOOK_BACK_DAYS + 1:
            break
        if not 0 <= age <= _LOOK_BACK_DAYS:
            continue
        of_day = found.setdefault(report.local_date, {})
        for side in ledger.sides:
            pain = report.pain.get(side)
            if pain is not None:
                if less_margin:
                    pain -= ledger.dated.at(report.received_at).elevated_margin - 1
                of_day[side] = max(pain, of_day.get(side, pain))
    return found


def _streak(worst: Mapping[date, Mapping[Side, int]], today: date, highest: Mapping[Side, int]) -> int:
    day = today if worst.get(today) else today - timedelta(days=1)
    days = 0
    while _is_calm(worst.get(day, {}), highest):
        days += 1
        day -= timedelta(days=1)
    return days


def _is_calm(of_day: Mapping[Side, int], highest: Mapping[Side, int]) -> bool:
    return all(side in of_day and of_day[side] <= limit for side, limit in highest.items())
