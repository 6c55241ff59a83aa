"""A caseload report in words, pictures and tables."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import INSTRUMENTS
from rehab.charts.legend import LegendKey
from rehab.charts.reports import (
    LINES,
    Bar,
    Range,
    Reached,
    range_chart,
    reached_chart,
    reached_legend,
    share_chart,
)
from rehab.charts.svg import Svg
from rehab.clinical import caseload_report as counted
from rehab.clinical.caseload_report import Report
from rehab.clinical.disclosure import FEW, Cell, Hidden
from rehab.clinical.milestones import WEEKS, MilestoneLine, When
from rehab.clinical.report_case import Milestone
from rehab.queries.report_asked import By

DIFFERENT, NONE_YET = "DIFFERENT", "NONE"

Figure = str | int | float


@dataclass(frozen=True)
class Table:
    """`keys`: so many first columns name the row."""

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]
    keys: int = 1


@dataclass(frozen=True)
class Picture:
    title: str
    note: str
    chart: Svg
    table: Table
    legend: tuple[LegendKey, ...] = ()


MILESTONES = {
    Milestone.FIRST_RUN: (
        "First run within plan",
        "No longer than its stage allows, every affected side scored and under the limit of the plan, nothing"
        " that suspends the case.",
    ),
    Milestone.STAGE_4: ("Stage 4", "The first time a physio opened stage 4 or a later one."),
    Milestone.STAGE_7: ("Stage 7 or maintenance", "The first time a physio opened stage 7 or maintenance."),
    Milestone.DISCHARGE: (
        "Discharge",
        "Closed as running as before, or as better. Closed otherwise is not counted.",
    ),
}


def _name(group: tuple[str, ...], by: By) -> str:
    return " + ".join(_code(code, by) for code in group) if group else _("Everybody")


def _code(code: str, by: By) -> str:
    if code == NONE_YET:
        return _("No plan yet")
    if code == DIFFERENT:
        return _("Another on each side")
    return TendinopathyType(code).label if by is By.TYPE else Protocol(code).label


def split_note(found: Report, by: By) -> str:
    if not found.groups:
        return _("Nothing is split here: there is one group, or the others have fewer than 5 cases.")
    if any(len(group) > 1 for group in found.groups):
        return _("Groups of fewer than 5 cases are put together.")
    return ""


def _cell(cell: Cell) -> Figure:
    return (
        {Hidden.FEW: _("fewer than 5"), Hidden.TO_PROTECT: _("not shown")}[cell]
        if isinstance(cell, Hidden)
        else cell
    )


def _weeks(when: When) -> Figure:
    if when.not_shown:
        return _("not shown")
    if when.day is None:
        return _("fewer than 5 left") if when.too_few else _("not yet")
    return round(when.day / 7, 1)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def quarters(found: Report, by: By) -> Table:
    rows = [
        (
            MILESTONES[milestone][0], _name(line.group, by), line.cases, _cell(line.reached),
            _cell(line.closed_before), _cell(line.not_yet), *map(_weeks, line.quarters),
        )
        for milestone, lines in found.milestones.items()
        for line in lines
    ]  # fmt: skip
    head = (
        _("Milestone"), _("Group"), _("Cases"), _("Reached it"), _("Closed before"), _("Not yet"),
        _("A quarter, weeks"), _("Half, weeks"), _("Three quarters, weeks"),
    )  # fmt: skip
    return Table("milestones", _("Time to milestones"), head, tuple(rows), keys=2)


def milestone_picture(milestone: Milestone, found: Report, by: By) -> Picture:
    title, note = MILESTONES[milestone]
    lines = found.milestones[milestone]
    curves = [Reached(_name(line.group, by), line.weekly) for line in lines[: len(LINES)]]  # also empty ones
    rows: list[tuple[Figure, ...]] = []
    for line in lines:
        shares = [_share(line, week) for week in WEEKS]
        watched = map(_cell, line.at_risk)
        rows.append((_name(line.group, by), _("reached it"), *shares))
        rows.append((_name(line.group, by), _("still watched"), *watched))
    head = (_("Group"), _("What"), *(_("week %(n)s") % {"n": week} for week in WEEKS))
    caption = _("%(what)s: by week") % {"what": title}
    return Picture(
        title=title,
        note=note,
        chart=reached_chart(curves, name=title),
        table=Table(milestone.value.lower(), caption, head, tuple(rows), keys=2),
        legend=reached_legend([curve.label for curve in curves]) if len(curves) > 1 else (),
    )


def _share(line: MilestoneLine, week: int) -> str:
    if line.is_shown and week >= len(line.weekly):
        return "–"
    share = line.weekly[week] if line.is_shown else None
    return _("not shown") if share is None else _percent(share)


BANDS = ("under 40 %", "40 to 59 %", "60 to 79 %", "80 % or more")


def outcome(instrument: Instrument, found: Report, by: By) -> Picture:
    label = INSTRUMENTS[instrument].label
    lines = found.outcomes[instrument.value]
    everybody = lines[0]
    ranges = []
    for band, cell in zip(BANDS, everybody.bands, strict=True):
        said = cell.gain
        nobody = _("no cases") if cell.cases == 0 else str(_cell(cell.cases))
        told = f"{said.middle:+g} ({said.low:+g} to {said.high:+g})" if said else nobody
        ranges.append(Range(band, (said.low, said.middle, said.high) if said else None, told))
    rows: list[tuple[Figure, ...]] = []
    for line in lines:
        for band, cell in zip(BANDS, line.bands, strict=True):
            if cell.cases == 0:
                continue
            gain = cell.gain
            figures: tuple[Figure, ...] = (gain.low, gain.middle, gain.high) if gain else ("–",) * 3
            rows.append((_name(line.group, by), band, _cell(cell.cases), *figures))
        rows.append((_name(line.group, by), _("dose or change not known"), _cell(line.unknown), *("–",) * 3))
    head = (
        _("Group"), _("Dose done"), _("Cases"),
        _("Lower quartile, points"), _("Median, points"), _("Upper quartile, points"),
    )  # fmt: skip
    title = _("%(score)s: points better, by dose done") % {"score": label}
    return Picture(
        title=title,
        note="",
        chart=range_chart(ranges, name=title, unit=_("points")),
        table=Table(instrument.value.lower(), title, head, tuple(rows), keys=2),
    )


def _shares(
    name: str, title: str, note: str, lines: Iterable[counted.Share], by: By, words: tuple[str, str, str]
) -> Picture:
    bars, rows = [], []
    yes, no, early = words
    for line in lines:
        label = _name(line.group, by)
        share = None
        if isinstance(line.yes, int) and isinstance(line.no, int) and line.yes + line.no >= FEW:
            share = line.yes / (line.yes + line.no)
        told = _percent(share) if share is not None else str(_cell(line.yes))
        bars.append(Bar(label, share, told))
        third = (_cell(line.too_early),) if early else ()
        percent = round(share * 100) if share is not None else "–"
        rows.append((label, line.cases, _cell(line.yes), _cell(line.no), *third, percent))
    head = (_("Group"), _("Cases"), yes, no, *((early,) if early else ()), _("Share, percent"))
    return Picture(title, note, share_chart(bars, name=title), Table(name, title, head, tuple(rows)))


def stalled(found: Report, by: By) -> Picture:
    note = _("Ever flagged for no progress at week 8 or 12, of those in care for 8 weeks or more.")
    words = (_("Stalled"), _("Not stalled"), _("Under 8 weeks"))
    return _shares("stalled", _("Stalled"), note, found.stalled, by, words)


def quiet(found: Report, by: By) -> Picture:
    note = _("Closed as stopped coming, or open with nothing written for 14 days.")
    words = (_("Gone quiet"), _("Not"), "")
    return _shares("quiet", _("Gone quiet"), note, found.quiet, by, words)
