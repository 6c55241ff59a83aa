"""What the session rules ask about one session, from the runs before it. Source: A3."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from rehab.clinical import session_rules
from rehab.clinical.answer24h import Answer48h
from rehab.clinical.diary import hours_between
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.thresholds import Limits

if TYPE_CHECKING:  # a run's view asks here whether it kept to the plan
    from rehab.clinical.review import RunView, RunViews

WEEK_DAYS = 7


def session_facts(
    stage: int,
    views: RunViews,
    index: int,
    *,
    day: date,
    start: float,
    minutes: int = 0,
    block: int | None = None,
    hills: bool = False,
    speed: bool = False,
    limits: Limits | None = None,
) -> session_rules.SessionFacts:
    """What the session rules ask about one session, from the runs before place `index`.

    `limits`: those of a session that was run; None: those in force now.
    """
    last = views[index - 1] if index else None
    hills_week = speed_week = 0
    hills_paused = speed_paused = False
    for place in range(index - 1, -1, -1):
        view = views[place]
        age = (day - view.day).days
        if age > WEEK_DAYS + 4:
            break
        if age < WEEK_DAYS and view.run.hills:
            hills_week += 1
        if age < WEEK_DAYS and view.run.speed:
            speed_week += 1
        if age <= WEEK_DAYS + 1 and view.hills_48h is Answer48h.FAIL:
            hills_paused = True
        if age <= WEEK_DAYS and view.run.speed and view.status is Answer24h.NO:
            speed_paused = True
    passed = hills_passed(view for view in views.with_hills if view.index < index)
    return session_rules.SessionFacts(
        stage=stage,
        minutes=minutes,
        longest_block_minutes=block,
        days_since_last_run=_days_since(last, day, start) if last else None,
        last_status=last.status if last else None,
        hills=hills,
        speed=speed,
        hills_passed=passed,
        hours_since_first_hill=_hours_since_first_hill(last, passed, start),
        hills_last_7_days=hills_week,
        speed_last_7_days=speed_week,
        hills_paused=hills_paused,
        speed_paused=speed_paused,
        cap_minutes=cap_after(last, limits or views.ledger.limits),
    )


def _days_since(last: RunView, day: date, start: float) -> int:
    """Local days, but no more than the hours can hold: whoever flew east has not rested a day more."""
    held = int((hours_between(last.record.at, start) + 1) // 24) + 1  # a day may have 23 hours
    return min((day - last.day).days, held)


def hills_passed(views: Iterable[RunView]) -> int:
    return sum(1 for view in views if view.hills_48h is Answer48h.PASS)


def _hours_since_first_hill(last: RunView | None, passed: int, start: float) -> float | None:
    """Hours since the last hill session, while no hill session has passed yet."""
    if last is None or not last.run.hills or passed:
        return None
    return max(0.0, hours_between(last.record.at, start))


def cap_after(last: RunView | None, limits: Limits) -> int | None:
    """The cap on the session after one that had not settled at 24 hours."""
    if last is None or last.status is not Answer24h.NO:
        return None
    return session_rules.next_session_cap(last.run.minutes, limits)
