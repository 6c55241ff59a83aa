"""One sentence for each of the known mistakes, when the diary shows it. Never a reproach, never a streak.

Source: A4: too fast, only the straight knee, the whole volume at once, stopping early.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from rehab.clinical.history import ExerciseSession, Knee, TendonPlan
from rehab.clinical.protocols import PROGRAMME_WEEKS
from rehab.clinical.said import said

LOOK_BACK_DAYS = 7
QUIET_DAYS = 3  # PROD
ENOUGH_SETS = 4  # PROD: straight-knee sets before a missing bent knee is spoken of
PROGRAMME_DAYS = PROGRAMME_WEEKS * 7


class Note(StrEnum):
    TOO_FAST = "TOO_FAST"
    STRAIGHT_ONLY = "STRAIGHT_ONLY"
    ALL_AT_ONCE = "ALL_AT_ONCE"
    STOPPED_EARLY = "STOPPED_EARLY"
    PROGRAMME_DONE = "PROGRAMME_DONE"


SAYS: dict[Note, str] = {
    Note.TOO_FAST: "Slower on the way down: the lowering is the exercise. The guided set counts it for you.",
    Note.STRAIGHT_ONLY: "The bent knee counts too. It works the deeper calf muscle.",
    Note.ALL_AT_ONCE: "Start with fewer sets, as your plan shows. Two days later it says whether to add one.",
    Note.STOPPED_EARLY: "Feeling better is a good moment to keep going: the programme is {weeks} weeks long.",
    Note.PROGRAMME_DONE: (
        "Your {weeks} weeks are done. Keep on as your plan shows until your physio has looked at it with you:"
        " afterwards a little stays for good, usually two days a week."
    ),
}


def notes(
    plan: TendonPlan,
    sessions: Sequence[ExerciseSession],
    today: date,
    *,
    first_started_on: date,
    sets_now: int,
    tempo_low_s: int,
) -> tuple[Note, ...]:
    """What the last week of one leg's standing sessions shows. `first_started_on`: of its first plan."""
    week = [one for one in sessions if 0 <= (today - one.local_date).days < LOOK_BACK_DAYS]
    sets = [one for session in week for one in session.sets]
    found = []
    if any(one.lowering_s is not None and one.lowering_s < tempo_low_s for one in sets):
        found.append(Note.TOO_FAST)
    straight = sum(one.knee is Knee.STRAIGHT for one in sets)
    if set(plan.knees) == set(Knee) and straight >= ENOUGH_SETS and straight == len(sets):
        found.append(Note.STRAIGHT_ONLY)
    most = max(
        (sum(one.knee is knee for one in session.sets) for session in week for knee in plan.knees), default=0
    )
    if sets_now < plan.sets and most > sets_now:
        found.append(Note.ALL_AT_ONCE)
    days = (today - first_started_on).days
    daily = plan.days_per_week == 7
    if daily and days >= PROGRAMME_DAYS:
        found.append(Note.PROGRAMME_DONE)
    elif daily and sessions and (today - sessions[-1].local_date).days >= QUIET_DAYS:
        found.append(Note.STOPPED_EARLY)
    return tuple(found)


def sentence(note: Note) -> str:
    return said(SAYS[note], weeks=PROGRAMME_WEEKS)
