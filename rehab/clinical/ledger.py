"""The diary read in the order in which it was received, so that rebuilding gives what stepping gave.

Runs and reports are replayed one by one. Two things are noted at the moment they became known and are never
undone by a later correction: a step back (pain over the line) and a worsening. What stands at the end is the
diary that the other rules read. Sources: A0, A1 (7), A5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from assessments.clinical.sides import Side
from rehab.clinical import corrections
from rehab.clinical.diary import HOUR_S, RunRecord, StandingDiary, hours_between
from rehab.clinical.history import History, PainReport, Plan, ReportKind, Run
from rehab.clinical.thresholds import Limits
from rehab.clinical.worsening_watch import Watch, Worsened

__all__ = ["HOUR_S", "Ledger", "OverTheLine", "RunRecord", "Worsened", "hours_between", "replay"]


@dataclass(frozen=True, slots=True)
class OverTheLine:
    """Pain of 4 or more on a run or in its 24-hour window: at most one for each run."""

    learned_at: datetime
    run_root: str
    cause_id: str
    side: Side
    pain: int
    happened_at: datetime
    run_day: date
    run_at: datetime


class Ledger(StandingDiary):
    """The diary as it stands, and what was noted on the way. Build it with `replay()`."""

    def __init__(self, history: History, plan: Plan, limits: Limits, now: datetime) -> None:
        super().__init__(plan, limits, now)
        self.over_the_line: dict[str, OverTheLine] = {}
        self.watch = Watch(self, history.resolutions)

    def worsening_open(self, side: Side, moment: datetime) -> Worsened | None:
        """The worsening of a side that no physio has resolved at that moment."""
        return self.watch.open(side, moment)

    def receive_run(self, run: Run) -> None:
        stands, replaced = self.standing.receive(run)
        root = self.root(run.id)
        if replaced is not None:
            self.take_run(root)
        if stands:
            self._review(self.put_run(run, root), run.received_at)
            self.watch.weeks(run.received_at, run.local_date)
        elif not run.voided:
            self._note_run(run, root)  # a version that never stood was still said

    def receive_report(self, report: PainReport) -> None:
        stands, replaced = self.standing.receive(report)
        if replaced is not None:
            self.take_report(replaced)
        if report.voided:
            return
        self.put_report(report)
        if stands and report.kind is ReportKind.MORNING:
            self.note_morning(report)
        index = self.run_of(report)
        if index is not None and not self.is_quiet(index, report):
            self._review(index, report.received_at)
        if not stands:
            self.take_report(report.id)
        elif report.kind is ReportKind.MORNING:
            self.watch.weeks(report.received_at, report.local_date)

    def _review(self, index: int, learned_at: datetime) -> None:
        """Look again at one run after it, or a report of it, came in."""
        record = self.records[index]
        if record.root not in self.over_the_line:
            for side, look in self.looks(index).items():
                if look.peak is not None and look.peak >= self.limits.regress_min:
                    self._note(record.root, record.run, look.peak_cause, side, look.peak, learned_at)
                    break
        self.watch.sessions(index, learned_at)

    def _note_run(self, run: Run, root: str) -> None:
        for side in self.sides:
            pain = run.pain.get(side)
            if pain is not None and pain >= self.limits.regress_min and root not in self.over_the_line:
                self._note(root, run, run.id, side, pain, run.received_at)

    def _note(self, root: str, run: Run, cause: str, side: Side, pain: int, learned_at: datetime) -> None:
        self.over_the_line[root] = OverTheLine(
            learned_at=learned_at,
            run_root=root,
            cause_id=cause,
            side=side,
            pain=pain,
            happened_at=run.at,
            run_day=run.local_date,
            run_at=run.at,
        )


def replay(history: History, plan: Plan, limits: Limits, now: datetime) -> Ledger:
    """The diary as it stands at `now`, with everything noted on the way."""
    ledger = Ledger(history, plan, limits, now)
    runs = corrections.known(history.runs, now)
    reports = corrections.known(history.reports, now)
    for entry in sorted(chain(runs, reports), key=corrections.arrival):
        if isinstance(entry, Run):
            ledger.receive_run(entry)
        elif isinstance(entry, PainReport):
            ledger.receive_report(entry)
    return ledger
