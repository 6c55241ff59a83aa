"""Which outcome scores a runner is asked for in the portal now, one after the other. Source: section B.

A point in time is due from its week on until the next one is. What was taken since then is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import INSTRUMENTS
from assessments.clinical.sides import Side

ASKED_WEEKS = (0, 6, 12, 24)
# In the order in which they are asked; the clinic takes the rest itself.
PER_SIDE = (Instrument.VISA_A,)
IN_PORTAL = (Instrument.MORNING_STIFFNESS, Instrument.PSFS, Instrument.GROC, Instrument.VISA_A)
WITH_THE_OTHERS = frozenset({Instrument.MORNING_STIFFNESS})  # not tied to a week of its own


@dataclass(frozen=True, slots=True)
class Question:
    """One screen. `side` None: about the runner, not about one leg."""

    instrument: Instrument
    side: Side | None


@dataclass(frozen=True, slots=True)
class Taken:
    instrument: Instrument
    side: Side | None
    on: date


@dataclass(frozen=True, slots=True)
class Schedule:
    """`since`: the day from which answers count for this point. `next_on` None: nothing more comes."""

    week: int
    since: date
    questions: tuple[Question, ...]
    next_on: date | None

    def open(self, taken: Iterable[Taken]) -> tuple[Question, ...]:
        done = {(one.instrument, one.side) for one in taken if one.on >= self.since}
        return tuple(one for one in self.questions if (one.instrument, one.side) not in done)


def at(started_on: date, today: date, sides: Sequence[Side]) -> Schedule:
    """The newest point that has come. Before the first day it is the first."""
    days = max((today - started_on).days, 0)
    week = max(one for one in ASKED_WEEKS if days >= one * 7)
    later = [one for one in ASKED_WEEKS if one > week]
    return Schedule(
        week=week,
        since=started_on + timedelta(weeks=week),
        questions=tuple(_questions(week, sides)),
        next_on=started_on + timedelta(weeks=later[0]) if later else None,
    )


def _questions(week: int, sides: Sequence[Side]) -> Iterable[Question]:
    for instrument in IN_PORTAL:
        if instrument not in WITH_THE_OTHERS and week not in INSTRUMENTS[instrument].due_weeks:
            continue
        for side in sides if instrument in PER_SIDE else (None,):
            yield Question(instrument, side)
