"""Watches the diary for worsening as entries come in; what it has once seen stays until a physio resolves it.

Sessions are compared in the order in which they happened, weeks as seen on the day of the entry. Source: A5.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from assessments.clinical.sides import Side
from rehab.clinical.diary import RunRecord, StandingDiary
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.history import Resolution
from rehab.clinical.thresholds import Limits
from rehab.clinical.worsening import (
    Session,
    Trend,
    Unsettled,
    is_cut,
    repeatedly_unsettled,
    rising_sessions,
    rising_weeks,
)

_WEEK = 7
_WORST = 10  # no answer lies further above baseline


class Scored(NamedTuple):
    """A session as far as it was scored on one side."""

    record: RunRecord
    score: int
    above: int  # points above baseline at 24 hours; 0 when it settled or nobody knows


@dataclass(frozen=True, slots=True)
class Worsened:
    """A worsening, from the moment it became known."""

    learned_at: datetime
    side: Side
    rule: str
    run_roots: tuple[str, ...]
    says: str


class Watch:
    """Everything that was once seen to worsen."""

    def __init__(self, diary: StandingDiary, resolutions: Iterable[Resolution]) -> None:
        self._diary = diary
        self._seen: set[tuple[str, Side, str]] = set()
        self._scored: dict[str, tuple[object, ...]] = {}  # what each run was when last compared
        self._found: list[Worsened] = []
        self._resolutions = sorted(
            (one for one in resolutions if one.at <= diary.now), key=lambda one: (one.at, one.id)
        )

    def open(self, side: Side, moment: datetime) -> Worsened | None:
        """The worsening of a side that no physio has resolved at that moment."""
        for one in self._found:
            if one.side is side and one.learned_at <= moment and not self._resolved(one, moment):
                return one
        return None

    def _resolved(self, worsened: Worsened, moment: datetime) -> bool:
        return any(
            one.side in (None, worsened.side) and worsened.learned_at < one.at <= moment
            for one in self._resolutions
        )

    def could_worsen(self, index: int) -> bool:
        """Whether the last run, as told by now, worsened or could have on the way.

        Its score only grew, and an answer above baseline may have been followed by a calmer one: so the
        latter is taken at its worst.
        """
        if self._is_no_cut(index):
            return False
        for side in self._diary.sides:
            look = self._diary.looks(index)[side]
            if look.score is None:
                continue
            three = self._three_scored(index, side)
            if _rises(three, self._diary.limits):
                return True
            if look.judged.above_once and len(three) > 1 and three[-2].above:
                at_worst = [*three[:-1], three[-1]._replace(above=_WORST)]
                if _stays_unsettled(at_worst, self._diary.limits):
                    return True
        return False

    def _is_no_cut(self, index: int) -> bool:
        """Whether the run is no shorter than either of the two sessions that it is compared with: a worsening
        is one in spite of less running."""
        minutes, limits = self._diary.records[index].run.minutes, self._diary.limits
        for record in self._diary.records[max(0, index - 2) : index]:
            if is_cut(record.run.minutes, minutes, limits):
                return False
            for side in self._diary.sides:
                if record.run.pain.get(side) is None:
                    return False  # it may be left out of the comparison, and an earlier one taken in
        return True

    def sessions(self, index: int, learned_at: datetime) -> None:
        """Look again at a run and at the two after it, when its scores are new."""
        record = self._diary.records[index]
        looks = self._diary.looks(index)
        scored = (record.run.id, *((look.score, look.judged.elevated_by) for look in looks.values()))
        if self._scored.get(record.root) == scored:
            return
        self._scored[record.root] = scored
        for last in range(index, min(index + 3, len(self._diary.records))):
            for side in self._diary.sides:
                self._up_to(last, side, learned_at)

    def _up_to(self, last: int, side: Side, learned_at: datetime) -> None:
        if self._diary.looks(last)[side].score is None:
            return
        three = self._three_scored(last, side)
        roots = tuple(one.record.root for one in three)
        if _rises(three, self._diary.limits):
            scores = ", ".join(str(one.score) for one in three)
            self._note(
                "A5-SESSIONS", side, roots, f"Pain rose over runs with less load: {scores}.", learned_at
            )
        if _stays_unsettled(three, self._diary.limits):
            says = "Twice running not settled at 24 hours, the second time after a shorter run."
            self._note("A5-REPEAT-24H", side, roots, says, learned_at)

    def _three_scored(self, last: int, side: Side) -> list[Scored]:
        """Up to three sessions that end with `last`, oldest first."""
        found: list[Scored] = []
        index = last
        while index >= 0 and len(found) < 3:
            look = self._diary.looks(index)[side]
            if look.score is not None:
                above = look.judged.elevated_by if look.judged.status is Answer24h.NO else 0
                found.append(Scored(self._diary.records[index], look.score, above))
            index -= 1
        return found[::-1]

    def rising_weeks(self, today: date) -> list[tuple[Side, str]]:
        """The sides whose mean of seven days worsened against the seven before, each with its words."""
        limits = self._diary.limits
        number = today.toordinal()
        rising = []
        for side in self._diary.sides:
            if self._diary.last_sore_day[side] <= number - _WEEK:
                continue  # no day of the week is sore enough for its mean to have risen so far
            now = self._diary.pain_of_days(side, number, _WEEK)
            if len(now) < limits.weekly_answers or max(now) < limits.worse_rise:
                continue
            before = self._diary.pain_of_days(side, number - _WEEK, _WEEK)
            if len(before) < limits.weekly_answers:
                continue
            mean_now, mean_before = sum(now) / len(now), sum(before) / len(before)
            if mean_now - mean_before < 1:
                continue  # far from any threshold: the loads need no adding up
            minutes_now, minutes_before, newly_hard = self._week_loads(today)
            trend = rising_weeks(
                mean_now=mean_now,
                mean_before=mean_before,
                answers_now=len(now),
                answers_before=len(before),
                minutes_now=minutes_now,
                minutes_before=minutes_before,
                new_hills_or_speed=newly_hard,
                limits=limits,
            )
            if trend is Trend.WORSENING:
                says = (
                    f"Mean daily pain rose from {mean_before:.1f} to {mean_now:.1f} within a week, "
                    "without more running."
                )
                rising.append((side, says))
        return rising

    def note_weeks(self, rising: list[tuple[Side, str]], learned_at: datetime, today: date) -> None:
        for side, says in rising:
            if not self._week_was_resolved(side, today, learned_at):
                self._note("A5-WEEKS", side, (f"{today}",), says, learned_at)

    def _week_loads(self, today: date) -> tuple[int, int, bool]:
        minutes, hard = [0, 0], [False, False]
        for record in reversed(self._diary.records):
            age = (today - record.run.local_date).days
            if age > 2 * _WEEK + 1:
                break
            if 0 <= age < 2 * _WEEK:
                minutes[age // _WEEK] += record.run.minutes
                hard[age // _WEEK] |= bool(record.run.hills or record.run.speed)
        return minutes[0], minutes[1], hard[0] and not hard[1]

    def _week_was_resolved(self, side: Side, today: date, learned_at: datetime) -> bool:
        """A resolved week is not counted again: the seven days must lie after the resolution."""
        first = today - timedelta(days=_WEEK - 1)
        return any(
            one.side in (None, side) and one.at <= learned_at and one.at.date() >= first
            for one in self._resolutions
        )

    def _note(self, rule: str, side: Side, roots: tuple[str, ...], says: str, learned_at: datetime) -> None:
        key = (rule, side, roots[-1])
        if key not in self._seen:
            self._seen.add(key)
            if self.open(side, learned_at) is None:
                self._found.append(Worsened(learned_at, side, rule, roots, says))


def _rises(three: list[Scored], limits: Limits) -> bool:
    sessions = [
        Session(one.score, one.record.run.minutes, bool(one.record.run.hills or one.record.run.speed))
        for one in three
    ]
    return rising_sessions(sessions, limits) is Trend.WORSENING


def _stays_unsettled(three: list[Scored], limits: Limits) -> bool:
    unsettled = [Unsettled(one.above, one.record.run.minutes) for one in three]
    return repeatedly_unsettled(unsettled, limits) is Trend.WORSENING
