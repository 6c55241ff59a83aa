"""How many sets now? Start with fewer, watch 24 and 48 hours, then the full dose. Source: A2 (48 h), A4.

A pause of more than two weeks starts again at the starting sets. Pain in the exercise is expected; only
severe pain stops the set.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assessments.clinical.sides import Side
from rehab.clinical.history import ExerciseSession, TendonPlan
from rehab.clinical.ledger import HOUR_S, Ledger, hours_between
from rehab.clinical.thresholds import Limits


class StartVolume(StrEnum):
    FULL_SETS = "FULL_SETS"
    STAY_AND_ASK_AGAIN = "STAY_AND_ASK_AGAIN"
    REDUCE_AND_NOTIFY = "REDUCE_AND_NOTIFY"
    WAIT = "WAIT"


class SeverePain(StrEnum):
    NONE = "NONE"
    SEVERE = "EXERCISE_PAIN_SEVERE"
    SEVERE_AGAIN = "EXERCISE_PAIN_SEVERE_NOTIFY"


def start_volume(*, baseline: int, pain_24h: int | None, pain_48h: int | None) -> StartVolume:
    """What the first answers after the starting sets say. A missing 48-hour answer never progresses."""
    settled = pain_48h is not None and pain_48h <= baseline
    if settled:
        return StartVolume.FULL_SETS
    if any(pain is not None and pain >= baseline + 2 for pain in (pain_24h, pain_48h)):
        return StartVolume.REDUCE_AND_NOTIFY
    return StartVolume.WAIT if pain_48h is None else StartVolume.STAY_AND_ASK_AGAIN


def severe_pain(pain: int | None, *, previous_also: bool, limits: Limits) -> SeverePain:
    """What the worst pain in one exercise session asks for."""
    if pain is None or pain < limits.exercise_severe:
        return SeverePain.NONE
    return SeverePain.SEVERE_AGAIN if previous_also else SeverePain.SEVERE


@dataclass(frozen=True, slots=True)
class Phase:
    """Where one side stands in its dose. `full_since` None: still at the starting sets."""

    started_on: date | None  # first session since the start or since a long pause; None: not yet
    full_since: date | None
    last: StartVolume
    restarted: bool

    def sets_on(self, day: date, plan: TendonPlan) -> int:
        if plan.start_sets >= plan.sets:
            return plan.sets
        return plan.sets if self.full_since is not None and day >= self.full_since else plan.start_sets


def phase(
    side: Side, plan: TendonPlan, sessions: Sequence[ExerciseSession], ledger: Ledger, today: date
) -> Phase:
    """The phase at `now`, from the side's standing sessions, oldest first."""
    first, restarted = _first_after_pause(plan, sessions, ledger.limits, today)
    if first is None:
        return Phase(None, None, StartVolume.WAIT, restarted)
    if plan.start_sets >= plan.sets:
        return Phase(first.local_date, first.local_date, StartVolume.FULL_SETS, restarted)
    asked_at = first.at.timestamp()
    said = StartVolume.WAIT
    pain_24h = _window(
        side, ledger, asked_at, ledger.limits.window_open_hours, ledger.limits.window_close_hours
    )
    while True:
        pain_48h = _window(side, ledger, asked_at, ledger.limits.open_48h_hours, ledger.limits.late_48h_hours)
        usual = ledger.references[side].at(asked_at)
        answer = start_volume(
            baseline=usual,
            pain_24h=pain_24h[0] if pain_24h else None,
            pain_48h=pain_48h[0] if pain_48h else None,
        )
        if answer is StartVolume.FULL_SETS and pain_48h is not None:
            return Phase(first.local_date, pain_48h[2], answer, restarted)
        if pain_48h is None:
            said = answer if answer is not StartVolume.WAIT else said
            later = _next_session(sessions, asked_at + ledger.limits.late_48h_hours * HOUR_S)
            if later is None:
                return Phase(first.local_date, None, said, restarted)
            asked_at = later.at.timestamp()
            pain_24h = _window(
                side, ledger, asked_at, ledger.limits.window_open_hours, ledger.limits.window_close_hours
            )
            continue
        said, asked_at, pain_24h = answer, pain_48h[1], None


def _first_after_pause(
    plan: TendonPlan, sessions: Sequence[ExerciseSession], limits: Limits, today: date
) -> tuple[ExerciseSession | None, bool]:
    """None and True: the pause lasts, so what comes next is the first one again."""
    first: ExerciseSession | None = None
    last: ExerciseSession | None = None
    restarted = False
    pause = timedelta(days=limits.pause_days)
    for session in sessions:
        if session.local_date < plan.starts_on:
            continue
        if last is None:
            first = session
        elif session.local_date - last.local_date > pause:
            first, restarted = session, True
        last = session
    if last is not None and today - last.local_date > pause:
        return None, True
    return first, restarted


def _window(
    side: Side, ledger: Ledger, since: float, opens: int, closes: int
) -> tuple[int, float, date] | None:
    """The first answer in a window of hours after a moment; the last one for the 24-hour window."""
    found = None
    position = bisect_left(ledger.report_times, since + opens * HOUR_S - 1)
    while position < len(ledger.reports):
        at = ledger.report_times[position]
        hours = hours_between(since, at)
        if hours > closes:
            break
        pain = ledger.reports[position].pain.get(side)
        if pain is not None and hours >= opens:
            found = (pain, at, ledger.reports[position].local_date)
            if opens >= ledger.limits.open_48h_hours:
                return found
        position += 1
    return found


def _next_session(sessions: Sequence[ExerciseSession], after: float) -> ExerciseSession | None:
    place = bisect_right(sessions, after, key=lambda session: session.at.timestamp())
    return sessions[place] if place < len(sessions) else None
