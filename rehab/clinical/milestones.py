"""How long it took to reach a milestone, for everybody and for each group.

A share of known cases is a count: it is shown only where that count is, of each week by itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rehab.clinical.disclosure import FEW, Cell, Hidden
from rehab.clinical.report_case import Milestone, ReportCase
from rehab.clinical.report_groups import Group, lines_of, told
from rehab.clinical.time_to import Course, Ending, Step, curve, day_of, share_by

WEEKS = (0, 4, 8, 12, 16, 20, 26, 39, 52)
QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class When:
    """The day by which a share had reached it: a day, not yet, or too few were left to say.

    `not_shown`: it would give back how many few have reached it, or have not.
    """

    day: int | None
    too_few: bool = False
    not_shown: bool = False


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    group: tuple[str, ...]  # () is everybody
    cases: int
    reached: Cell
    closed_before: Cell
    not_yet: Cell
    quarters: tuple[When, When, When]
    weekly: tuple[float | None, ...]  # share that reached it by day 0, 7, 14 …, while five are watched
    at_risk: tuple[Cell, ...]  # in WEEKS

    @property
    def is_shown(self) -> bool:
        """Else no share, no curve and no quarter: they would give the hidden count back."""
        return not isinstance(self.reached, Hidden)


def lines(milestone: Milestone, groups: Sequence[Group]) -> tuple[MilestoneLine, ...]:
    shown = lines_of(groups)
    courses = [[_course(milestone, one) for one in line.members] for line in shown]
    own = courses[-len(groups) :]  # without everybody, who are their sum
    counts = told([[sum(one.ending is ending for one in of) for ending in Ending] for of in own])
    return tuple(
        _line(line.names, of, row, at_risk, by_week)
        for line, of, row, at_risk, by_week in zip(
            shown, courses, counts, _by_line(_watched(own)), _by_line(_reached(own)), strict=True
        )
    )


def _course(milestone: Milestone, one: ReportCase) -> Course:
    day = one.reached.get(milestone)
    if day is not None:
        return Course(max(day, 0), Ending.REACHED)
    return Course(max(one.days_watched, 0), Ending.CLOSED_BEFORE if one.is_closed else Ending.NOT_YET)


Courses = Sequence[Sequence[Course]]  # of each group


def _watched(courses: Courses) -> list[list[Cell]]:
    """Of each of WEEKS, how many of each line are still watched."""
    ended = [sorted(one.days for one in of) for of in courses]
    return [_so_many((len(of) - bisect_left(of, 7 * week) for of in ended), courses) for week in WEEKS]


def _reached(courses: Courses) -> list[list[Cell]]:
    """Of each week, how many of each line have reached it by then."""
    days = [sorted(one.days for one in of if one.ending is Ending.REACHED) for of in courses]
    weeks = range(WEEKS[-1] + 1)
    return [_so_many((bisect_right(of, 7 * week) for of in days), courses) for week in weeks]


def _by_line(weeks: list[list[Cell]]) -> Iterator[tuple[Cell, ...]]:
    return zip(*weeks, strict=True)


def _so_many(counts: Iterable[int], courses: Courses) -> list[Cell]:
    return [row[0] for row in told([[n, len(of) - n] for n, of in zip(counts, courses, strict=True)])]


def _line(
    names: tuple[str, ...],
    courses: Sequence[Course],
    counts: tuple[Cell, ...],
    at_risk: tuple[Cell, ...],
    by_week: Sequence[Cell],
) -> MilestoneLine:
    reached, closed_before, not_yet = counts
    steps = curve(courses)
    quarters = (When(None, not_shown=True),) * 3
    weekly: tuple[float | None, ...] = ()
    if not isinstance(reached, Hidden):
        low, middle, high = (_when(courses, steps, share) for share in QUARTERS)
        quarters = low, middle, high
        last_day = min(sorted(one.days for one in courses)[-FEW], 7 * WEEKS[-1])  # five are watched till then
        weekly = tuple(
            None if isinstance(by_week[week], Hidden) else share_by(steps, 7 * week)
            for week in range(last_day // 7 + 1)
        )
    return MilestoneLine(
        group=names,
        cases=len(courses),
        reached=reached,
        closed_before=closed_before,
        not_yet=not_yet,
        quarters=quarters,
        weekly=weekly,
        at_risk=at_risk,
    )


def _when(courses: Sequence[Course], steps: Sequence[Step], share: float) -> When:
    step = day_of(steps, share)
    if step is None:
        return When(None)
    if step.at_risk < FEW:
        return When(None, too_few=True)
    reached = sum(one.ending is Ending.REACHED and one.days <= step.day for one in courses)
    if 0 < len(courses) - reached < FEW or reached < FEW:
        return When(None, not_shown=True)
    return When(step.day)
