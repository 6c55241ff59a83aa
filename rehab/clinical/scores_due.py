"""Which outcome questions of the point in time that has come are still open. Source: section B."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from assessments.clinical import score_schedule
from assessments.clinical.score_schedule import Question, Taken
from rehab.clinical.history import History, Plan


@dataclass(frozen=True, slots=True)
class ScoresDue:
    """`since`: the first day of this point."""

    week: int
    since: date
    questions: tuple[Question, ...]


def scores_due(history: History, plan: Plan, today: date) -> ScoresDue | None:
    """None when everything asked for is answered. `today`: the runner's day."""
    opened = history.opened_at.astimezone(ZoneInfo(history.time_zone)).date()
    schedule = score_schedule.at(opened, today, plan.sides)
    still = schedule.open(Taken(one.instrument, one.side, one.taken_on) for one in history.scores)
    return ScoresDue(schedule.week, schedule.since, still) if still else None
