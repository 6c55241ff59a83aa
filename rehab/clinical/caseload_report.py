"""How a caseload has done: time to milestones, dose beside outcome, stalled and gone quiet.

Counts and shares of what was recorded. They describe one clinic's runners; they do not say what caused what.
A case counts in the group it was first given: its type and programme may have changed since.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import quantiles

from rehab.clinical.disclosure import FEW, Cell, Hidden, pool, protect
from rehab.clinical.time_to import Course, Ending, Step, curve, day_of, share_by

DOSE_BANDS = ((0, 40), (40, 60), (60, 80), (80, 101))  # percent of the dose; from, and below
FIRST_STALL_DAYS = 56  # nobody is looked at for progress before
WEEKS = (0, 4, 8, 12, 16, 20, 26, 39, 52)
QUARTERS = (0.25, 0.5, 0.75)


class Milestone(StrEnum):
    FIRST_RUN = "FIRST_RUN"
    STAGE_4 = "STAGE_4"
    STAGE_7 = "STAGE_7"
    DISCHARGE = "DISCHARGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCase:
    """What the report is told about a case. Days count from its first day; None is not yet, or not known.

    `gains`: instrument -> points better than at first, 6 to 16 weeks later (below 0: worse), of the leg that
    was worse. `dose_percent`: repetitions done of those prescribed, over the first twelve weeks.
    """

    group: str
    days_watched: int  # until it was closed, or until now
    is_closed: bool
    reached: Mapping[Milestone, int]
    stalled: bool = False
    quiet: bool = False
    dose_percent: int | None = None
    gains: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quartiles:
    low: float
    middle: float
    high: float


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
    is_shown: bool  # else no share, no curve and no quarter: they would give the hidden count back


@dataclass(frozen=True, slots=True)
class Share:
    """`yes` of `asked`; the rest is `no`, and `too_early` could not be asked yet."""

    group: tuple[str, ...]
    cases: int
    yes: Cell
    no: Cell
    too_early: Cell


@dataclass(frozen=True, slots=True)
class OutcomeCell:
    cases: Cell
    gain: Quartiles | None


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One cell for each of DOSE_BANDS, and those of whom dose or change is not known."""

    group: tuple[str, ...]
    cases: int
    bands: tuple[OutcomeCell, ...]
    unknown: Cell


@dataclass(frozen=True, slots=True)
class Report:
    """Everybody first, then each group. No groups: they are too small to be told apart."""

    cases: int
    groups: tuple[tuple[str, ...], ...]
    milestones: Mapping[Milestone, tuple[MilestoneLine, ...]]
    stalled: tuple[Share, ...]
    quiet: tuple[Share, ...]
    outcomes: Mapping[str, tuple[OutcomeLine, ...]]


def report(cases: Sequence[ReportCase], instruments: Sequence[str]) -> Report | None:
    """None when there are fewer than five cases: then nothing may be said."""
    sizes: dict[str, int] = {}
    for one in cases:
        sizes[one.group] = sizes.get(one.group, 0) + 1
    groups = pool(sizes)
    if not groups:
        return None
    parts: Parts = [((), list(cases))]
    if len(groups) > 1:
        parts = [(names, [one for one in cases if one.group in names]) for names in groups]
    return Report(
        cases=len(cases),
        groups=groups if len(groups) > 1 else (),
        milestones={milestone: _milestone(milestone, cases, parts) for milestone in Milestone},
        stalled=_shares(cases, parts, _stalled),
        quiet=_shares(cases, parts, lambda one: one.quiet),
        outcomes={name: _outcomes(name, cases, parts) for name in instruments},
    )


Parts = list[tuple[tuple[str, ...], list[ReportCase]]]


def _with_all(cases: Sequence[ReportCase], parts: Parts) -> Parts:
    """Everybody first; one part alone is everybody already."""
    return [((), list(cases)), *parts] if len(parts) > 1 else parts


def _cells(parts: Parts, kinds: int, kind: Callable[[ReportCase], int]) -> list[tuple[Cell, ...]]:
    """How many of each part are of each kind, protected; everybody first."""
    rows = [[0] * kinds for _ in parts]
    for row, (_, members) in zip(rows, parts, strict=True):
        for one in members:
            row[kind(one)] += 1
    return _all_first(rows)


def _all_first(rows: list[list[int]]) -> list[tuple[Cell, ...]]:
    shown = list(protect(rows))
    return [shown[-1], *shown[:-1]] if len(rows) > 1 else shown


def _course(milestone: Milestone, one: ReportCase) -> Course:
    day = one.reached.get(milestone)
    if day is not None:
        return Course(max(day, 0), Ending.REACHED)
    return Course(max(one.days_watched, 0), Ending.CLOSED_BEFORE if one.is_closed else Ending.NOT_YET)


def _milestone(milestone: Milestone, cases: Sequence[ReportCase], parts: Parts) -> tuple[MilestoneLine, ...]:
    """A share of known cases is a count: it is shown only where that count is, of each week by itself."""
    order = list(Ending)
    cells = _cells(parts, len(order), lambda one: order.index(_course(milestone, one).ending))

    told = [[_course(milestone, one) for one in members] for _, members in parts]
    ended = [sorted(one.days for one in courses) for courses in told]
    days = [sorted(one.days for one in courses if one.ending is Ending.REACHED) for courses in told]
    sizes = [len(courses) for courses in told]

    def so_many(counts: Iterable[int]) -> list[Cell]:
        return [row[0] for row in _all_first([[n, size - n] for n, size in zip(counts, sizes, strict=True)])]

    watched = [
        so_many(n - bisect_left(one, 7 * week) for n, one in zip(sizes, ended, strict=True)) for week in WEEKS
    ]
    by_week = [so_many(bisect_right(one, 7 * week) for one in days) for week in range(WEEKS[-1] + 1)]
    lines = []
    for place, ((group, members), counts) in enumerate(zip(_with_all(cases, parts), cells, strict=True)):
        reached, closed_before, not_yet = counts
        is_shown = not isinstance(reached, Hidden)
        courses = [_course(milestone, one) for one in members]
        steps = curve(courses)
        last_day = min(sorted(one.days for one in courses)[-FEW], 7 * WEEKS[-1])  # five are watched till then
        weekly = tuple(
            None if isinstance(by_week[week][place], Hidden) else share_by(steps, 7 * week)
            for week in range(last_day // 7 + 1)
        )
        low, middle, high = (_when(courses, steps, share, is_shown=is_shown) for share in QUARTERS)
        lines.append(
            MilestoneLine(
                group,
                len(members),
                reached,
                closed_before,
                not_yet,
                (low, middle, high),
                weekly if is_shown else (),
                tuple(week[place] for week in watched),
                is_shown,
            )
        )
    return tuple(lines)


def _when(courses: Sequence[Course], steps: Sequence[Step], share: float, *, is_shown: bool) -> When:
    if not is_shown:
        return When(None, not_shown=True)
    step = day_of(steps, share)
    if step is None:
        return When(None)
    if step.at_risk < FEW:
        return When(None, too_few=True)
    reached = sum(one.ending is Ending.REACHED and one.days <= step.day for one in courses)
    if 0 < len(courses) - reached < FEW or reached < FEW:
        return When(None, not_shown=True)
    return When(step.day)


def _stalled(one: ReportCase) -> bool | None:
    """None: its first look was not due yet."""
    if one.stalled:
        return True
    return False if one.days_watched >= FIRST_STALL_DAYS else None


def _shares(
    cases: Sequence[ReportCase], parts: Parts, asked: Callable[[ReportCase], bool | None]
) -> tuple[Share, ...]:
    order = [True, False, None]
    cells = _cells(parts, 3, lambda one: order.index(asked(one)))
    return tuple(
        Share(group, len(members), *counts)
        for (group, members), counts in zip(_with_all(cases, parts), cells, strict=True)
    )


def band_of(percent: int | None) -> int | None:
    """The place in DOSE_BANDS."""
    if percent is None:
        return None
    return next((place for place, (low, below) in enumerate(DOSE_BANDS) if low <= percent < below), None)


def _outcomes(name: str, cases: Sequence[ReportCase], parts: Parts) -> tuple[OutcomeLine, ...]:
    unknown = len(DOSE_BANDS)

    def kind(one: ReportCase) -> int:
        band = band_of(one.dose_percent)
        return unknown if band is None or name not in one.gains else band

    cells = _cells(parts, unknown + 1, kind)
    lines = []
    for (group, members), counts in zip(_with_all(cases, parts), cells, strict=True):
        bands = [
            OutcomeCell(counts[band], _quartiles([one.gains[name] for one in members if kind(one) == band]))
            if isinstance(counts[band], int)
            else OutcomeCell(counts[band], None)
            for band in range(unknown)
        ]
        lines.append(OutcomeLine(group, len(members), tuple(bands), counts[unknown]))
    return tuple(lines)


def _quartiles(values: Sequence[float]) -> Quartiles | None:
    """Of at least five values, by the method that treats them as all there are."""
    if len(values) < FEW:
        return None
    return Quartiles(*(round(value, 1) for value in quantiles(values, n=4, method="inclusive")))


def percent_done(done: float, prescribed: float) -> int | None:
    """Rounded down, at most 100; None when nothing was prescribed."""
    return min(100, int(done * 100 // prescribed)) if prescribed > 0 else None


@dataclass(frozen=True, slots=True)
class ScoreTaken:
    tendon: str
    day: int
    value: float


FIRST_CHANGE_DAYS, LAST_CHANGE_DAYS = 42, 112


def gain(scores: Sequence[ScoreTaken], *, higher_is_better: bool) -> float | None:
    """Points better from the first score to the last one 6 to 16 weeks later, of the leg that was worse.

    None: no second score in that time.
    """
    found: list[tuple[float, float]] = []  # how bad at first, points better
    for tendon in sorted({one.tendon for one in scores}):
        own = sorted((one for one in scores if one.tendon == tendon), key=lambda one: one.day)
        later = [one for one in own if FIRST_CHANGE_DAYS <= one.day - own[0].day <= LAST_CHANGE_DAYS]
        if later:
            risen = later[-1].value - own[0].value
            badness = -own[0].value if higher_is_better else own[0].value
            found.append((badness, risen if higher_is_better else -risen))
    return max(found, key=lambda one: one[0])[1] if found else None
