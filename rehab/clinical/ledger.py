"""The diary read in the order in which it was received, so that rebuilding gives what stepping gave.

Runs and reports are replayed one by one. Three things are noted at the moment they became known and are never
undone by a later correction: a step back (pain over the line), a worsening, and a run that had to stop.
Each entry is judged by the thresholds in force when it became known, so that a threshold set later rewrites
nothing. What stands at the end is the diary that the other rules read. Sources: A0, A1 (7), A5.

Most answers come in after the last run, in the order in which they were felt. Those wait, and are looked at
together when anything else comes in: one by one only if the whole of them could be worth a note at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from assessments.clinical.sides import Side
from rehab.clinical import corrections, running
from rehab.clinical.diary import DAILY, HOUR_S, RunRecord, StandingDiary, Waiting, hours_between
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.history import History, Pain, PainReport, Plan, Run, StepBack
from rehab.clinical.reentry import STOPS
from rehab.clinical.thresholds import DatedLimits, resolve
from rehab.clinical.worsening_watch import Watch, Worsened

__all__ = ["HOUR_S", "Ledger", "OverTheLine", "RunRecord", "Worsened", "hours_between", "replay"]

_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class OverTheLine:
    """Pain of 4 or more on a run or in its 24-hour window: at most one for each run, and for each answer."""

    learned_at: datetime
    run_root: str
    cause_id: str
    side: Side
    pain: int
    happened_at: datetime
    run_day: date
    run_at: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A run that had to stop, as it was told before a correction: its two days of rest still count."""

    run_at: datetime
    run_day: date


Rising = list[tuple[Side, str]]  # what a morning says about the weeks: side and words


class Ledger(StandingDiary):
    """The diary as it stands, and what was noted on the way. Build it with `replay()`."""

    def __init__(self, history: History, plan: Plan, limits: DatedLimits, now: datetime) -> None:
        super().__init__(plan, limits, now)
        self.over_the_line: dict[str, OverTheLine] = {}
        self.taken_back: list[TakenBack] = []
        self.watch = Watch(self, history.resolutions)
        self._waiting: list[Waiting] = []
        self._newest_at = 0.0  # the time of the last run or report, waiting or not
        self._run_waits = False  # the last run itself was not looked at yet

    def not_stored(self, kept: Iterable[StepBack]) -> list[OverTheLine]:
        """What went over the line without a step back that was stored for that run already."""
        causes = {one.cause_id for one in kept if one.at <= self.now}
        reports = {report.id: report for report in self.reports if report.id in causes}
        roots = {self.root(cause) for cause in causes}
        for report in reports.values():
            index = self.run_of(report)
            if index is not None:
                roots.add(self.records[index].root)
        return [
            one
            for one in self.over_the_line.values()
            if one.cause_id not in causes and one.run_root not in roots
        ]

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
        self._first_told.setdefault(root, run.received_at)
        if replaced is not None:
            self._keep_stop(self.place_of(root))
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
            if self._had_to_stop(run, root):
                self.taken_back.append(TakenBack(run.at, run.local_date))

    def _receive_report(self, report: PainReport, at: float) -> None:
        stands, replaced = self.standing.receive(report)
        if replaced is not None:
            self._keep_stop(self._run_of_answer(replaced))
            self.take_report(replaced)
        if report.voided:
            return
        self.put_report(report, at)
        if stands and report.kind in DAILY:
            self.note_day(report, at)
        self._review_run_of(report)
        if not stands:
            self.take_report(report.id)  # even a report that never stood was said
        elif report.kind in DAILY:
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
        rising = self._note_days(waiting)
        if rising or (last and self.watch.could_worsen(len(self.records) - 1)):
            if last:
                last.looks, last.quiet = {}, quiet
            self._one_by_one(self.cut_reports(place), rising)
        elif last:
            self._first_over_the_line(last, place)
        self._run_waits = False

    def _note_days(self, waiting: list[Waiting]) -> dict[str, Rising]:
        """By report, what the days say about the weeks; mostly nothing."""
        found = {}
        for report, at in waiting:
            if report.kind in DAILY:
                self.note_day(report, at)
                if rising := self.watch.rising_weeks(report.local_date):
                    found[report.id] = rising
        return found

    def _first_over_the_line(self, record: RunRecord, place: int) -> None:
        """Note what was first to take the last run over the line: the run itself, or a report from `place`
        on."""
        if self._run_waits:
            self._note_run(record.run, record.root)
        if all(_worst(one.pain) < self._line(one) for one in self.reports[place:]):
            return
        for report, hours in self.reports_of(len(self.records) - 1, place):
            line = self._line(report)
            for side in self.sides:
                pain = report.pain.get(side)
                if pain is not None and pain >= line and self.counts_for_peak(report, hours):
                    self._note(record.root, record.run, report.id, side, pain, report.received_at)

    def _line(self, report: PainReport) -> int:
        return self.dated.at(report.received_at).regress_min

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
                if look.over is not None:
                    self._note(record.root, record.run, look.over_cause, side, look.over, learned_at)
                    self._note_run(record.run, record.root)  # where that answer had counted for another run
                    break
        self.watch.sessions(index, learned_at)

    def _keep_stop(self, index: int | None) -> None:
        """Before an entry is taken out: note a run that had to stop, so that no edit shortens its rest."""
        if index is None:
            return
        record = self.records[index]
        for side, look in self.looks(index).items():
            facts = running.SideFacts(
                run_pain=record.run.pain.get(side),
                warm_up=record.run.warm_up.get(side),
                baseline=look.baseline,
                status=look.judged.status,
                peak=look.peak,
                over_the_line=look.over is not None,
            )
            if look.judged.above_once or running.decide(facts, record.limits).decision in STOPS:
                self.taken_back.append(TakenBack(record.run.at, record.run.local_date))
                return

    def _had_to_stop(self, run: Run, root: str) -> bool:
        """By what was said of the run itself."""
        limits = self.dated.at(self._first_told[root])
        return any(
            running.decide(
                running.SideFacts(
                    run_pain=run.pain.get(side),
                    warm_up=run.warm_up.get(side),
                    baseline=0,
                    status=Answer24h.UNKNOWN,
                    peak=run.pain.get(side),
                ),
                limits,
            ).decision
            in STOPS
            for side in self.sides
        )

    def _run_of_answer(self, report_id: str) -> int | None:
        report = next((one for one in reversed(self.reports) if one.id == report_id), None)
        return None if report is None else self.run_of(report)

    def _note_run(self, run: Run, root: str) -> None:
        limits = self.dated.at(self._first_told[root])
        for side in self.sides:
            pain = run.pain.get(side)
            if pain is not None and pain >= limits.regress_min:
                self._note(root, run, run.id, side, pain, run.received_at)

    def _note(self, root: str, run: Run, cause: str, side: Side, pain: int, learned_at: datetime) -> None:
        if root not in self.over_the_line and all(
            one.cause_id != cause for one in self.over_the_line.values()
        ):
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


def replay(history: History, plan: Plan, now: datetime) -> Ledger:
    """The diary as it stands at `now`, with everything noted on the way.

    ValueError on a threshold outside its bounds.
    """
    versions = ((one.at, resolve(one.thresholds)) for one in plan.threshold_versions)
    ledger = Ledger(history, plan, DatedLimits(resolve(plan.thresholds), versions), now)
    runs = corrections.known(history.runs, now)
    reports = corrections.known(history.reports, now)
    ledger.receive(sorted([*runs, *reports], key=corrections.arrival))
    return ledger
