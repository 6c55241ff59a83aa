"""The diary read in the order in which it was received, so that rebuilding gives what stepping gave.

Runs and reports are replayed one by one. Two things are noted at the moment they became known and are never
undone by a later correction: a step back (pain over the line) and a worsening. What stands at the end is the
diary that the other rules read. Sources: A0, A1 (7), A5.

Most answers come in after the last run, in the order in which they were felt. Those wait, and are looked at
together when anything else comes in: one by one only if the whole of them could be worth a note at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from assessments.clinical.sides import Side
from rehab.clinical import corrections
from rehab.clinical.diary import HOUR_S, RunRecord, StandingDiary, Waiting, hours_between
from rehab.clinical.history import History, Pain, PainReport, Plan, ReportKind, Run
from rehab.clinical.thresholds import Limits
from rehab.clinical.worsening_watch import Watch, Worsened

__all__ = ["HOUR_S", "Ledger", "OverTheLine", "RunRecord", "Worsened", "hours_between", "replay"]

_NEVER = float("-inf")


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


Rising = list[tuple[Side, str]]  # what a morning says about the weeks: side and words


class Ledger(StandingDiary):
    """The diary as it stands, and what was noted on the way. Build it with `replay()`."""

    def __init__(self, history: History, plan: Plan, limits: Limits, now: datetime) -> None:
        super().__init__(plan, limits, now)
        self.over_the_line: dict[str, OverTheLine] = {}
        self.watch = Watch(self, history.resolutions)
        self._waiting: list[Waiting] = []
        self._newest_at = 0.0  # the time of the last run or report, waiting or not
        self._run_waits = False  # the last run itself was not looked at yet

    def worsening_open(self, side: Side, moment: datetime) -> Worsened | None:
        """The worsening of a side that no physio has resolved at that moment."""
        return self.watch.open(side, moment)

    def receive(self, entries: Iterable[Run | PainReport]) -> None:
        """Take in entries by order of receipt."""
        for entry in entries:
            if isinstance(entry, Run):
                self.catch_up()
                self._receive_run(entry)
            else:
                at = entry.at.timestamp()
                if at > self._newest_at and self._is_about_last_run(entry):
                    self._waiting.append(Waiting(entry, at))
                    self._newest_at = at
                    continue
                self.catch_up()
                self._receive_report(entry, at)
            last_run = self.run_times[-1] if self.run_times else _NEVER
            last_report = self.report_times[-1] if self.report_times else _NEVER
            self._newest_at = max(last_run, last_report)
        self.catch_up()

    def _is_about_last_run(self, report: PainReport) -> bool:
        """Whether a report that comes after everything else stands, and can be about no run but the last."""
        if report.supersedes is not None or report.voided or self.standing.is_superseded(report.id):
            return False
        if report.run_id is None:
            return True
        return bool(self.records) and self.root(report.run_id) == self.records[-1].root

    def _receive_run(self, run: Run) -> None:
        stands, replaced = self.standing.receive(run)
        root = self.root(run.id)
        if replaced is not None:
            self.take_run(root)
        if stands:
            index = self.put_run(run, root)
            rising = self.watch.rising_weeks(run.local_date)
            if rising or index < len(self.records) - 1 or self.answered_since(self.first_answer_at(index)):
                self._review(index, run.received_at)
                self.watch.note_weeks(rising, run.received_at, run.local_date)
            else:
                self._run_waits = True
        elif not run.voided:
            self._note_run(run, root)  # a version that never stood was still said

    def _receive_report(self, report: PainReport, at: float) -> None:
        stands, replaced = self.standing.receive(report)
        if replaced is not None:
            self.take_report(replaced)
        if report.voided:
            return
        self.put_report(report, at)
        if stands and report.kind is ReportKind.MORNING:
            self.note_morning(report, at)
        self._review_run_of(report)
        if not stands:
            self.take_report(report.id)  # even a report that never stood was said
        elif report.kind is ReportKind.MORNING:
            rising = self.watch.rising_weeks(report.local_date)
            self.watch.note_weeks(rising, report.received_at, report.local_date)

    # What waits

    def catch_up(self) -> None:
        """Look at the last run, if it waits, and at the reports that wait; what was learned first is noted
        first."""
        waiting, self._waiting = self._waiting, []
        if not waiting and not self._run_waits:
            return
        place = len(self.reports)
        last = self.records[-1] if self.records else None
        quiet = last.quiet if last else {}
        self.add_reports(waiting)
        self.standing.stand(one.report.id for one in waiting)
        rising = self._note_mornings(waiting)
        if rising or (last and self.watch.could_worsen(len(self.records) - 1)):
            if last:
                last.looks, last.quiet = {}, quiet
            self._one_by_one(self.cut_reports(place), rising)
        elif last:
            self._first_over_the_line(last, place)
        self._run_waits = False

    def _note_mornings(self, waiting: list[Waiting]) -> dict[str, Rising]:
        """By report, what the mornings say about the weeks; mostly nothing."""
        found = {}
        for report, at in waiting:
            if report.kind is ReportKind.MORNING:
                self.note_morning(report, at)
                if rising := self.watch.rising_weeks(report.local_date):
                    found[report.id] = rising
        return found

    def _first_over_the_line(self, record: RunRecord, place: int) -> None:
        """Note what was first to take the last run over the line: the run itself, or a report from `place`
        on."""
        line = self.limits.regress_min
        if self._run_waits:
            self._note_run(record.run, record.root)
        if all(_worst(report.pain) < line for report in self.reports[place:]):
            return
        for report, hours in self.reports_of(len(self.records) - 1, place):
            for side in self.sides:
                pain = report.pain.get(side)
                if pain is not None and pain >= line and self.counts_for_peak(report, hours):
                    self._note(record.root, record.run, report.id, side, pain, report.received_at)

    def _one_by_one(self, waiting: list[Waiting], rising: dict[str, Rising]) -> None:
        if self._run_waits:
            self._review(len(self.records) - 1, self.records[-1].run.received_at)
        for report, at in waiting:
            self.put_report(report, at)
            self._review_run_of(report)
            self.watch.note_weeks(rising.get(report.id, []), report.received_at, report.local_date)

    # Looking

    def _review_run_of(self, report: PainReport) -> None:
        index = self.run_of(report)
        if index is not None and not self.is_quiet(index, report):
            self._review(index, report.received_at)

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
            if pain is not None and pain >= self.limits.regress_min:
                self._note(root, run, run.id, side, pain, run.received_at)

    def _note(self, root: str, run: Run, cause: str, side: Side, pain: int, learned_at: datetime) -> None:
        if root not in self.over_the_line:
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


def _worst(pain: Pain) -> int:
    worst = 0
    for one in pain.values():
        if one is not None and one > worst:
            worst = one
    return worst


def replay(history: History, plan: Plan, limits: Limits, now: datetime) -> Ledger:
    """The diary as it stands at `now`, with everything noted on the way."""
    ledger = Ledger(history, plan, limits, now)
    runs = corrections.known(history.runs, now)
    reports = corrections.known(history.reports, now)
    ledger.receive(sorted([*runs, *reports], key=corrections.arrival))
    return ledger
