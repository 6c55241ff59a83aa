"""Two periods of one case side by side: pain, runs, how they settled, exercises, steps back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from rehab.clinical.evaluate import evaluate
from rehab.clinical.history import History, Plan, ReportKind
from rehab.clinical.stages import steps_back
from rehab.queries import case_runs
from rehab.queries.case_head import CaseHead
from rehab.queries.case_runs import RunRow
from rehab.queries.days import day_sets, standing
from rehab.queries.history import load as load_history

NOTHING = "nothing said"
FOUR_WEEKS = timedelta(days=27)


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=one) for one in range((self.last - self.first).days + 1))

    @property
    def words(self) -> str:
        year = "" if self.first.year == self.last.year else f" {self.first.year}"
        return f"{self.first.day} {self.first:%b}{year} to {self.last.day} {self.last:%b %Y}"


@dataclass(frozen=True)
class Row:
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    before: Period
    after: Period
    rows: tuple[Row, ...]


def usual(head: CaseHead) -> tuple[Period, Period]:
    """The first four weeks of the case, and the last four."""
    opened = head.case.opened_at.astimezone(ZoneInfo(head.case.patient.time_zone)).date()
    return Period(opened, min(opened + FOUR_WEEKS, head.today)), Period(head.today - FOUR_WEEKS, head.today)


def compare(head: CaseHead, before: Period, after: Period, now: datetime) -> Compared:
    history, plan = load_history(head.case_id)
    runs = case_runs.run_rows(history, plan, now, head.today)
    zone = ZoneInfo(history.time_zone)
    back = [move.at.astimezone(zone).date() for move in steps_back(evaluate(history, plan, now).stage.path)]
    asked: list[tuple[str, Callable[[Period], str]]] = [
        *((f"Morning pain, {side.label}", _pain(history, side)) for side in plan.sides),
        ("Runs", lambda period: str(len(_within(runs, period)))),
        ("Running", lambda period: _minutes(_within(runs, period))),
        ("Worst pain on a run", lambda period: _worst(_within(runs, period))),
        ("Settled within 24 h", lambda period: _settled(_within(runs, period))),
        ("Exercise sessions", lambda period: _sessions(history, plan, period, head.today)),
        ("Steps back", lambda period: str(sum(day in period for day in back))),
    ]
    return Compared(before, after, tuple(Row(what, say(before), say(after)) for what, say in asked))


def _pain(history: History, side: object) -> Callable[[Period], str]:
    told = [
        (one.local_date, pain)
        for one in standing(history.reports)
        if one.kind is ReportKind.MORNING
        for which, pain in one.pain.items()
        if which is side and pain is not None
    ]

    def say(period: Period) -> str:
        within = [pain for day, pain in told if day in period]
        if not within:
            return NOTHING
        return f"{fmean(within):.1f} of 10, worst {max(within)}, {len(within)} of {len(period.days)} days"

    return say


def _within(runs: Sequence[RunRow], period: Period) -> list[RunRow]:
    return [run for run in runs if run.mark.day in period]


def _minutes(runs: Sequence[RunRow]) -> str:
    return f"{sum(run.mark.minutes or 0 for run in runs)} min"


def _worst(runs: Sequence[RunRow]) -> str:
    pain = [run.mark.pain for run in runs if run.mark.pain is not None]
    return f"{max(pain)}/10" if pain else NOTHING


def _settled(runs: Sequence[RunRow]) -> str:
    """Of those that were answered; the others are named, never counted as settled."""
    known = [run.mark.settled for run in runs if run.mark.settled is not None]
    open_ones = len(runs) - len(known)
    said = f"{sum(known)} of {len(known)}" if known else NOTHING
    return f"{said}, {open_ones} not answered" if open_ones else said


def _sessions(history: History, plan: Plan, period: Period, today: date) -> str:
    strip = day_sets(history, plan, period.days, today)
    asked = [half for one in strip for half in (one.am, one.pm) if half is not None]
    return f"{sum(asked)} of {len(asked)}" if asked else "none asked for"
