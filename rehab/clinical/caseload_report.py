"""How a caseload has done: time to milestones, dose beside outcome, stalled and gone quiet.

Counts and shares of what was recorded. They describe one clinic's runners; they do not say what caused what.
A case counts in the group it was first given: its type and programme may have changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from rehab.clinical import milestones
from rehab.clinical.disclosure import FEW, Cell
from rehab.clinical.milestones import MilestoneLine
from rehab.clinical.report_case import Milestone, ReportCase
from rehab.clinical.report_groups import Group, count, groups_of, lines_of

DOSE_BANDS = ((0, 40), (40, 60), (60, 80), (80, 101))  # percent of the dose; from, and below
FIRST_STALL_DAYS = 56  # nobody is looked at for progress before


@dataclass(frozen=True, slots=True)
class Quartiles:
    low: float
    middle: float
    high: float


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
    groups = groups_of(cases)
    if not groups:
        return None
    return Report(
        cases=len(cases),
        groups=tuple(group.names for group in groups if group.names),
        milestones={milestone: milestones.lines(milestone, groups) for milestone in Milestone},
        stalled=_shares(groups, _stalled),
        quiet=_shares(groups, lambda one: one.quiet),
        outcomes={name: _outcomes(name, groups) for name in instruments},
    )


def _stalled(one: ReportCase) -> bool | None:
    """None: its first look was not due yet."""
    if one.stalled:
        return True
    return False if one.days_watched >= FIRST_STALL_DAYS else None


def _shares(groups: Sequence[Group], asked: Callable[[ReportCase], bool | None]) -> tuple[Share, ...]:
    counts = count(groups, [True, False, None], asked)
    return tuple(
        Share(group.names, len(group.members), *row)
        for group, row in zip(lines_of(groups), counts, strict=True)
    )


def band_of(percent: int | None) -> int | None:
    """The place in DOSE_BANDS."""
    if percent is None:
        return None
    return next((place for place, (low, below) in enumerate(DOSE_BANDS) if low <= percent < below), None)


def _outcomes(name: str, groups: Sequence[Group]) -> tuple[OutcomeLine, ...]:
    def band(one: ReportCase) -> int | None:
        return band_of(one.dose_percent) if name in one.gains else None

    bands = range(len(DOSE_BANDS))
    lines = []
    for group, (*told, unknown) in zip(lines_of(groups), count(groups, [*bands, None], band), strict=True):
        gains = [[one.gains[name] for one in group.members if band(one) == place] for place in bands]
        cells = [
            OutcomeCell(cell, _quartiles(own) if isinstance(cell, int) else None)
            for cell, own in zip(told, gains, strict=True)
        ]
        lines.append(OutcomeLine(group.names, len(group.members), tuple(cells), unknown))
    return tuple(lines)


def _quartiles(values: Sequence[float]) -> Quartiles | None:
    """Of at least five values, by the method that treats them as all there are."""
    if len(values) < FEW:
        return None
    return Quartiles(*(round(value, 1) for value in quantiles(values, n=4, method="inclusive")))
