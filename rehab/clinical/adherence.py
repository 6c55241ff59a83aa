"""Dose done against dose prescribed over the last fourteen full days: repetitions, never a streak.

Each session counts up to what was prescribed for it, no more. Source: A5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assessments.clinical.sides import Side
from rehab.clinical import corrections
from rehab.clinical.dose import Phase, phase
from rehab.clinical.evaluation import Adherence
from rehab.clinical.history import ExerciseSession, History, Plan, TendonPlan
from rehab.clinical.ledger import Ledger

WINDOW_DAYS = 14


ENOUGH_DAYS = 7  # of prescribed exercise


@dataclass(frozen=True, slots=True)
class SideDose:
    """One side's plan in force today, what was done of it, and its phase.

    `prescribed_days` are counted in full.
    """

    side: Side
    plan: TendonPlan | None
    sessions: tuple[ExerciseSession, ...]
    phase: Phase | None
    adherence: Adherence
    prescribed_days: int

    @property
    def percent_to_judge(self) -> int | None:
        """The share of the dose, once enough days of it were prescribed for a share to say anything."""
        return self.adherence.percent if self.prescribed_days >= ENOUGH_DAYS else None


def percent(reps_done: Sequence[int], *, prescribed_per_session: int, sessions_prescribed: int) -> int | None:
    """Share of the dose, rounded down; each session at most in full. None when nothing was prescribed."""
    prescribed = prescribed_per_session * sessions_prescribed
    if prescribed <= 0:
        return None
    done = sum(min(reps, prescribed_per_session) for reps in reps_done)
    return min(100, done * 100 // prescribed)


def plan_on(plans: Sequence[TendonPlan], side: Side, day: date) -> TendonPlan | None:
    """The plan version of a side in force on a day; the latest to start, where they overlap."""
    current = [
        one
        for one in plans
        if one.side is side and one.starts_on <= day and (one.ends_on is None or day < one.ends_on)
    ]
    if len(current) == 1:
        return current[0]
    return max(current, key=lambda one: (one.starts_on, one.id), default=None)


def _since_protocol(current: TendonPlan, plans: Sequence[TendonPlan]) -> TendonPlan:
    """The plan as begun with the first version of the same exercise in one go: a new version of it does not
    start the sets again."""
    before = next(
        (
            one
            for one in plans
            if one.side is current.side
            and one.protocol is current.protocol
            and one.ends_on == current.starts_on
            and one.starts_on < current.starts_on
        ),
        None,
    )
    if before is None:
        return current
    return replace(current, starts_on=_since_protocol(before, plans).starts_on)


def of_case(history: History, plan: Plan, ledger: Ledger, today: date) -> list[SideDose]:
    standing = corrections.effective(history.sessions, ledger.now)
    return [
        _of_side(side, plan, tuple(one for one in standing if one.side is side), ledger, today)
        for side in plan.sides
    ]


def lowest_percent(doses: Sequence[SideDose]) -> int | None:
    """The worse side's adherence; None when nothing was prescribed on any side."""
    said = [one.adherence.percent for one in doses if one.adherence.percent is not None]
    return min(said, default=None)


def _of_side(
    side: Side, plan: Plan, sessions: tuple[ExerciseSession, ...], ledger: Ledger, today: date
) -> SideDose:
    current = plan_on(plan.tendon_plans, side, today)
    begun = _since_protocol(current, plan.tendon_plans) if current else None
    stands = phase(side, begun, sessions, ledger, today) if begun else None
    by_day: dict[date, list[int]] = {}
    for session in reversed(sessions):
        age = (today - session.local_date).days
        if age > WINDOW_DAYS:
            break
        if age >= 1:
            by_day.setdefault(session.local_date, []).append(sum(one.reps for one in session.sets))
    done = prescribed = 0.0
    days = 0
    versions = [one for one in plan.tendon_plans if one.side is side]
    for age in range(1, WINDOW_DAYS + 1):
        day = today - timedelta(days=age)
        of_day = plan_on(versions, side, day)
        if of_day is None:
            continue
        days += 1
        sets = stands.sets_on(day, of_day) if stands else of_day.sets
        per_session = sets * of_day.reps * max(1, len(of_day.knees))
        prescribed += per_session * of_day.sessions_per_day * of_day.days_per_week / 7
        full = sorted(by_day.get(day, ()), reverse=True)[: of_day.sessions_per_day]
        done += sum(min(reps, per_session) for reps in full)
    whole = round(prescribed)
    return SideDose(
        side=side,
        plan=current,
        sessions=sessions,
        phase=stands,
        prescribed_days=days,
        adherence=Adherence(
            side=side,
            reps_done=round(done),
            reps_prescribed=whole,
            percent=min(100, round(done) * 100 // whole) if whole else None,
            sets_per_session_now=stands.sets_on(today, current) if stands and current else 0,
            sets_reason=_sets_reason(stands, current),
        ),
    )


def _sets_reason(stands: Phase | None, current: TendonPlan | None) -> str:
    if current is None or stands is None:
        return "No exercise plan today."
    again = " again after a pause of more than two weeks" if stands.restarted else ""
    if stands.started_on is None:
        return f"Starting sets{again}: nothing has been done yet."
    if stands.full_since is None:
        return f"Starting sets{again}, until the answer 48 hours later is back to usual."
    return f"Full sets since {stands.full_since.day} {stands.full_since:%B}."
