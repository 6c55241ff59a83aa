"""A caseload report ready to show: from counted cases to pictures, tables, sheets. Two queries at any size.

Cases opened in the chosen months, looked at now. Every figure passes `rehab.clinical.disclosure`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import INSTRUMENTS, Direction
from patients.models import Case, Clinic, Membership, Role
from patients.models.care import CareRule
from patients.models.case_change import CaseOutcome
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
from rehab.clinical.caseload_report import WEEKS, Milestone, Report, ReportCase, ScoreTaken, When
from rehab.clinical.disclosure import FEW, Cell, Hidden
from rehab.queries import report_rows
from rehab.queries.report_rows import ReportRow

SCORES = (Instrument.VISA_A, Instrument.TENDINS_A)
DISCHARGED = (CaseOutcome.RUNNING_AGAIN, CaseOutcome.BETTER)
DIFFERENT, NONE_YET = "DIFFERENT", "NONE"


class By(StrEnum):
    TYPE = "type"
    PROTOCOL = "protocol"


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    def plus(self, months: int) -> "Month":
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def begins(self, zone: ZoneInfo) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=zone)

    @property
    def words(self) -> str:
        return f"{datetime(self.year, self.number, 1):%B %Y}"  # noqa: DTZ001  only its name


@dataclass(frozen=True)
class Asked:
    """Cases opened from the first day of one month to the last day of another."""

    first: Month
    last: Month
    by: By = By.TYPE

    @property
    def query(self) -> str:
        return urlencode({"first": self.first, "last": self.last, "by": self.by.value})

    @property
    def words(self) -> str:
        return self.first.words if self.first == self.last else f"{self.first.words} to {self.last.words}"


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


@dataclass(frozen=True)
class CaseloadReport:
    """`cases` None: fewer than five, so nothing is told. `has_cases`: the clinic has any at all.

    `of_own`: the clinic closes records to physios who do not care for the runner, so these are not all.
    """

    clinic: str
    asked: Asked
    looked_at: str
    cases: int | None
    has_cases: bool
    of_own: bool = False
    split_note: str = ""
    quarters: Table | None = None
    milestones: tuple[Picture, ...] = ()
    outcomes: tuple[Picture, ...] = ()
    shares: tuple[Picture, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        found = [picture.table for picture in (*self.milestones, *self.outcomes, *self.shares)]
        return (self.quarters, *found) if self.quarters else ()


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


def load(*, by: Membership, asked: Asked, now: datetime) -> CaseloadReport:
    """Of the records that `by` may open."""
    clinic = Clinic.objects.values("name", "time_zone", "care").get(id=by.clinic_id)
    zone = ZoneInfo(clinic["time_zone"])
    rows = report_rows.read(
        since=asked.first.begins(zone),
        until=asked.last.plus(1).begins(zone),
        now=now,
        instruments=[one.value for one in SCORES],
    )
    cases = [_case(row, asked.by, now) for row in rows]
    found = counted.report(cases, [one.value for one in SCORES])
    today = now.astimezone(zone)
    frame: dict[str, Any] = {
        "clinic": clinic["name"],
        "asked": asked,
        "looked_at": f"{today.day} {today:%B %Y}",
        "cases": found.cases if found else None,
        "has_cases": bool(cases) or Case.objects.exists(),
        "of_own": clinic["care"] == CareRule.TEAM and by.role == Role.CLINICIAN,
    }
    if found is None:
        return CaseloadReport(**frame)
    return CaseloadReport(
        **frame,
        split_note=_split_note(found, asked.by),
        quarters=_quarters(found, asked.by),
        milestones=tuple(_milestone(one, found, asked.by) for one in Milestone),
        outcomes=tuple(_outcome(one, found, asked.by) for one in SCORES),
        shares=(_stalled(found, asked.by), _quiet(found, asked.by)),
    )


def _case(row: ReportRow, by: By, now: datetime) -> ReportCase:
    def day(at: datetime | None) -> int | None:
        return None if at is None else (at - row.opened_at).days

    watched = (row.closed_at or now) - row.opened_at
    discharged = row.closed_at if row.outcome in DISCHARGED else None
    moments = {
        Milestone.FIRST_RUN: day(row.first_run_at),
        Milestone.STAGE_4: day(row.stage_4_at),
        Milestone.STAGE_7: day(row.stage_7_at),
        Milestone.DISCHARGE: day(discharged),
    }
    return ReportCase(
        group=_group(row.types if by is By.TYPE else row.protocols),
        days_watched=watched.days,
        is_closed=row.closed_at is not None,
        reached={milestone: at for milestone, at in moments.items() if at is not None},
        stalled=row.stalled,
        quiet=row.outcome == CaseOutcome.STOPPED_COMING or (row.closed_at is None and row.inactive),
        dose_percent=counted.percent_done(row.reps_done or 0, row.reps_prescribed or 0),
        gains=_gains(row.scores),
    )


def _group(codes: Sequence[str] | None) -> str:
    if not codes:
        return NONE_YET
    return codes[0] if len(codes) == 1 else DIFFERENT


def _gains(scores: str | None) -> dict[str, float]:
    taken = json.loads(scores) if scores else []
    found = {}
    for instrument in SCORES:
        own = [
            ScoreTaken(str(tendon), day, value) for name, tendon, value, day in taken if name == instrument
        ]
        higher = INSTRUMENTS[instrument].direction is Direction.HIGHER_IS_BETTER
        points = counted.gain(own, higher_is_better=higher)
        if points is not None:
            found[instrument.value] = points
    return found


# Into words


def _name(group: tuple[str, ...], by: By) -> str:
    return " + ".join(_code(code, by) for code in group) if group else _("Everybody")


def _code(code: str, by: By) -> str:
    if code == NONE_YET:
        return _("No plan yet")
    if code == DIFFERENT:
        return _("Another on each side")
    return TendinopathyType(code).label if by is By.TYPE else Protocol(code).label


def _split_note(found: Report, by: By) -> str:
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
    if when.day is None:
        return _("fewer than 5 left") if when.too_few else _("not yet")
    return round(when.day / 7, 1)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _quarters(found: Report, by: By) -> Table:
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


def _milestone(milestone: Milestone, found: Report, by: By) -> Picture:
    title, note = MILESTONES[milestone]
    lines = found.milestones[milestone]
    curves = [Reached(_name(line.group, by), line.weekly) for line in lines][: len(LINES)]
    rows: list[tuple[Figure, ...]] = []
    for line in lines:
        shares = [_percent(line.weekly[week]) if week < len(line.weekly) else "–" for week in WEEKS]
        watched = [_("fewer than 5") if count is None else count for count in line.at_risk]
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


BANDS = ("under 40 %", "40 to 59 %", "60 to 79 %", "80 % or more")


def _outcome(instrument: Instrument, found: Report, by: By) -> Picture:
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


def _stalled(found: Report, by: By) -> Picture:
    note = _("Ever flagged for no progress at week 8 or 12, of those in care for 8 weeks or more.")
    words = (_("Stalled"), _("Not stalled"), _("Under 8 weeks"))
    return _shares("stalled", _("Stalled"), note, found.stalled, by, words)


def _quiet(found: Report, by: By) -> Picture:
    note = _("Closed as stopped coming, or open with nothing written for 14 days.")
    words = (_("Gone quiet"), _("Not"), "")
    return _shares("quiet", _("Gone quiet"), note, found.quiet, by, words)
