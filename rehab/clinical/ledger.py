"""The diary read in the order in which it was received, so that rebuilding gives what stepping gave.

Runs and reports are replayed one by one. Two things are noted at the moment they became known and are never undone
by a later correction: a step back (pain over the line) and a worsening. What stands at the end is the diary that
the other rules read. Times inside are POSIX seconds. Sources: A0, A1 (7), A2, A5.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import merge

from assessments.clinical.sides import Side
from rehab.clinical import corrections
from rehab.clinical.answer24h import Judgement, Reply, judge
from rehab.clinical.baseline import Reference, comparison
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.history import History, PainReport, Plan, ReportKind, Run
from rehab.clinical.thresholds import Limits
from rehab.clinical.worsening import (
    Session,
    Trend,
    Unsettled,
    repeatedly_unsettled,
    rising_sessions,
    rising_weeks,
)

HOUR_S = 3600.0
_EARLY_LINK_S = 900.0  # a report that names its run may carry a time a little before the run's end


def hours_between(start: float, end: float) -> float:
    """Elapsed hours, rounded to a few hundredths of a second so that a window's edge is met exactly."""
    return round((end - start) / HOUR_S, 5)


@dataclass(slots=True)
class RunRecord:
    """One run that stands, and its first version's id, by which it is counted once."""

    run: Run
    root: str
    at: float  # end of the run
    start: float
    scores: dict[Side, int | None] = field(default_factory=dict)  # session score, as far as said
    above: dict[Side, int] = field(default_factory=dict)  # points above baseline at 24 h; 0 when settled


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


@dataclass(frozen=True, slots=True)
class Worsened:
    """A worsening, from the moment it became known."""

    learned_at: datetime
    side: Side
    rule: str
    run_roots: tuple[str, ...]
    says: str


class Ledger:
    """The replayed diary. Build it with `replay()`."""

    def __init__(self, history: History, plan: Plan, limits: Limits, now: datetime) -> None:
        self.sides = plan.sides
        self.limits = limits
        self.now = now
        self.records: list[RunRecord] = []
        self.run_times: list[float] = []
        self.reports: list[PainReport] = []
        self.report_times: list[float] = []
        self.over_the_line: dict[str, OverTheLine] = {}
        self.worsened: list[Worsened] = []
        self.daily: dict[Side, dict[date, int]] = {side: {} for side in plan.sides}
        self.references = {
            side: Reference((one for one in plan.baselines if one.side is side), now, limits)
            for side in plan.sides
        }
        self._standing = corrections.Standing()
        self._current: dict[str, Run] = {}  # by root
        self._seen_worsening: set[tuple[str, Side, str]] = set()
        self._resolutions = sorted(
            (one for one in history.resolutions if one.at <= now), key=lambda one: (one.at, one.id)
        )

    # What stands

    def root(self, entry_id: str) -> str:
        return self._standing.root(entry_id)

    def reports_of(self, index: int) -> Iterator[tuple[PainReport, float]]:
        """The reports that belong to a run, with their hours since its end; none from the next run on."""
        record = self.records[index]
        until = record.at + self.limits.late_48h_hours * HOUR_S
        if index + 1 < len(self.records):
            until = min(until, max(self.records[index + 1].start, record.at))
        first = bisect_left(self.report_times, min(record.start, record.at - _EARLY_LINK_S))
        for position in range(first, bisect_right(self.report_times, until)):
            report = self.reports[position]
            at = self.report_times[position]
            if report.run_id is None:
                if at < record.at:
                    continue
            elif self.root(report.run_id) != record.root or (
                at < record.at and report.kind is not ReportKind.AFTER
            ):
                continue
            yield report, max(0.0, hours_between(record.at, at))

    def replies(self, index: int, side: Side) -> list[Reply]:
        day = self.records[index].run.local_date
        return [
            Reply(hours, pain, report.local_date > day, report.kind is ReportKind.PRE_RUN)
            for report, hours in self.reports_of(index)
            if (pain := report.pain.get(side)) is not None
        ]

    def baseline(self, index: int, side: Side) -> int:
        """The comparison baseline of one run."""
        record = self.records[index]
        first = record.start - self.limits.pre_run_hours * HOUR_S
        if index > 0:
            first = max(first, self.records[index - 1].at)
        pre_run = None
        for position in range(
            bisect_left(self.report_times, first), bisect_right(self.report_times, record.at)
        ):
            report = self.reports[position]
            if report.kind is ReportKind.PRE_RUN and report.pain.get(side) is not None:
                pre_run = report.pain[side]
        return comparison(self.references[side].at(record.start), pre_run)

    def judgement(
        self, index: int, side: Side, moment: float, replies: list[Reply] | None = None
    ) -> Judgement:
        record = self.records[index]
        return judge(
            self.replies(index, side) if replies is None else replies,
            baseline=self.baseline(index, side),
            hours_now=hours_between(record.at, moment),
            limits=self.limits,
            another_run=index + 1 < len(self.records),
        )

    def peak(self, index: int, side: Side) -> tuple[int | None, str]:
        """The worst pain of the run and of its window, and the entry that said so.

        A late answer stands in for the missing 24-hour answer, so it counts; a pre-run check counts only within
        the window.
        """
        run = self.records[index].run
        worst, cause = run.pain.get(side), run.id
        for report, hours in self.reports_of(index):
            last = self.limits.window_close_hours
            if report.kind is not ReportKind.PRE_RUN:
                last = self.limits.late_hours
            pain = report.pain.get(side)
            if hours <= last and pain is not None and (worst is None or pain > worst):
                worst, cause = pain, report.id
        return worst, cause

    # Replaying

    def replay(self, history: History) -> None:
        runs = corrections.known(history.runs, self.now)
        reports = corrections.known(history.reports, self.now)
        for entry in merge(runs, reports, key=corrections.arrival):
            if isinstance(entry, Run):
                self._receive_run(entry)
            else:
                self._receive_report(entry)

    def _receive_run(self, run: Run) -> None:
        stands, replaced = self._standing.receive(run)
        root = self.root(run.id)
        if replaced is not None:
            self._withdraw_run(root)
        if not stands:
            if not run.voided:
                self._note_run_pain(run, root)
            return
        record = RunRecord(run, root, run.at.timestamp(), run.at.timestamp() - run.minutes * 60.0)
        index = bisect_right(self.run_times, record.at)
        while index and self.run_times[index - 1] == record.at and self.records[index - 1].run.id > run.id:
            index -= 1
        self.run_times.insert(index, record.at)
        self.records.insert(index, record)
        self._current[root] = run
        self._review(index, run.received_at)
        if index > 0:
            self._score(index - 1, run.received_at)
        self._review_weeks(run.received_at, run.local_date)

    def _withdraw_run(self, root: str) -> None:
        if self._current.pop(root, None) is None:
            return
        index = next(i for i, record in enumerate(self.records) if record.root == root)
        del self.records[index], self.run_times[index]

    def _note_run_pain(self, run: Run, root: str) -> None:
        """A version that never stood was still said."""
        for side in self.sides:
            pain = run.pain.get(side)
            if pain is not None and pain >= self.limits.regress_min:
                self._note_over(root, run, run.id, side, pain, run.at, run.received_at)

    def _receive_report(self, report: PainReport) -> None:
        stands, replaced = self._standing.receive(report)
        if replaced is not None:
            self._withdraw_report(replaced, report.received_at)
        if report.voided:
            return
        at = report.at.timestamp()
        index = bisect_right(self.report_times, at)
        while index and self.report_times[index - 1] == at and self.reports[index - 1].id > report.id:
            index -= 1
        self.report_times.insert(index, at)
        self.reports.insert(index, report)
        if report.kind is ReportKind.MORNING and stands:
            for side in self.sides:
                pain = report.pain.get(side)
                if pain is not None:
                    self.references[side].answered(at, pain)
                    day = self.daily[side]
                    day[report.local_date] = max(pain, day.get(report.local_date, 0))
        run_index = self._run_of(report, at)
        if run_index is not None:
            self._review(run_index, report.received_at)
        if not stands:
            del self.report_times[index], self.reports[index]
            if run_index is not None:
                self._score(run_index, report.received_at)
        elif report.kind is ReportKind.MORNING:
            self._review_weeks(report.received_at, report.local_date)

    def _withdraw_report(self, entry_id: str, learned_at: datetime) -> None:
        for index, report in enumerate(self.reports):
            if report.id == entry_id:
                run_index = self._run_of(report, self.report_times[index])
                del self.reports[index], self.report_times[index]
                if report.kind is ReportKind.MORNING:
                    self._recount_day(report.local_date)
                if run_index is not None:
                    self._score(run_index, learned_at)
                return

    def _recount_day(self, day: date) -> None:
        for side in self.sides:
            said = [
                pain
                for report in self.reports
                if report.kind is ReportKind.MORNING
                and report.local_date == day
                and (pain := report.pain.get(side)) is not None
            ]
            if said:
                self.daily[side][day] = max(said)
            else:
                self.daily[side].pop(day, None)

    def _run_of(self, report: PainReport, at: float) -> int | None:
        """The run that a report can belong to: the one it names, else the last one before it."""
        if report.run_id is not None:
            root = self.root(report.run_id)
            run = self._current.get(root)
            if run is None:
                return None
            index = bisect_left(self.run_times, run.at.timestamp())
            while self.records[index].root != root:
                index += 1
            return index
        index = bisect_right(self.run_times, at) - 1
        return index if index >= 0 and at - self.run_times[index] <= 84 * HOUR_S else None

    # What is noted for good

    def _review(self, index: int, learned_at: datetime) -> None:
        """Look again at one run after it, or a report of it, came in."""
        record = self.records[index]
        for side in self.sides:
            pain, cause = self.peak(index, side)
            if pain is not None and pain >= self.limits.regress_min:
                self._note_over(record.root, record.run, cause, side, pain, record.run.at, learned_at)
        self._score(index, learned_at)
        for last in range(index, min(index + 3, len(self.records))):
            for side in self.sides:
                self._review_sessions(last, side, learned_at)

    def _note_over(
        self, root: str, run: Run, cause: str, side: Side, pain: int, at: datetime, learned_at: datetime
    ) -> None:
        if root not in self.over_the_line:
            self.over_the_line[root] = OverTheLine(
                learned_at, root, cause, side, pain, at, run.local_date, run.at
            )

    def _score(self, index: int, learned_at: datetime) -> None:
        record = self.records[index]
        moment = learned_at.timestamp()
        for side in self.sides:
            replies = self.replies(index, side)
            worst = record.run.pain.get(side)
            for reply in replies:
                if not reply.pre_run and reply.hours <= self.limits.window_close_hours:
                    worst = reply.pain if worst is None else max(worst, reply.pain)
            record.scores[side] = worst
            judged = self.judgement(index, side, moment, replies)
            record.above[side] = judged.elevated_by if judged.status is Answer24h.NO else 0

    def _review_sessions(self, last: int, side: Side, learned_at: datetime) -> None:
        if self.records[last].scores.get(side) is None:
            return
        three: list[RunRecord] = []
        for record in reversed(self.records[: last + 1]):
            if record.scores.get(side) is not None:
                three.insert(0, record)
                if len(three) == 3:
                    break
        sessions = [
            Session(record.scores[side] or 0, record.run.minutes, bool(record.run.hills or record.run.speed))
            for record in three
        ]
        unsettled = [Unsettled(record.above.get(side, 0), record.run.minutes) for record in three]
        roots = tuple(record.root for record in three)
        if rising_sessions(sessions, self.limits) is Trend.WORSENING:
            says = ", ".join(str(session.score) for session in sessions)
            self._note_worsening(
                "A5-SESSIONS", side, roots, f"Pain rose over runs with less load: {says}.", learned_at
            )
        if repeatedly_unsettled(unsettled, self.limits) is Trend.WORSENING:
            self._note_worsening(
                "A5-REPEAT-24H",
                side,
                roots,
                "Twice running not settled at 24 hours, the second time after a shorter run.",
                learned_at,
            )

    def _review_weeks(self, learned_at: datetime, today: date) -> None:
        """The mean of seven days against the seven before, as seen on the day of the entry."""
        for side, daily in self.daily.items():
            now_values = _values(daily, today, 7)
            if len(now_values) < self.limits.weekly_answers or max(now_values) < self.limits.worse_rise:
                continue
            before_values = _values(daily, today - timedelta(days=7), 7)
            if len(before_values) < self.limits.weekly_answers:
                continue
            loads = self._week_loads(today)
            trend = rising_weeks(
                mean_now=sum(now_values) / len(now_values),
                mean_before=sum(before_values) / len(before_values),
                answers_now=len(now_values),
                answers_before=len(before_values),
                minutes_now=loads[0],
                minutes_before=loads[1],
                new_hills_or_speed=loads[2],
                limits=self.limits,
            )
            if trend is Trend.WORSENING and not self._resolved_since(
                side, today - timedelta(days=6), learned_at
            ):
                says = (
                    f"Mean morning pain rose from {sum(before_values) / len(before_values):.1f} "
                    f"to {sum(now_values) / len(now_values):.1f} within a week, without more running."
                )
                self._note_worsening("A5-WEEKS", side, (f"{today}",), says, learned_at)

    def _week_loads(self, today: date) -> tuple[int, int, bool]:
        minutes = [0, 0]
        hard = [False, False]
        for record in reversed(self.records):
            age = (today - record.run.local_date).days
            if age > 15:
                break
            if 0 <= age < 14:
                minutes[age // 7] += record.run.minutes
                hard[age // 7] |= bool(record.run.hills or record.run.speed)
        return minutes[0], minutes[1], hard[0] and not hard[1]

    def _resolved_since(self, side: Side, day: date, learned_at: datetime) -> bool:
        """A resolved week is not counted again: the seven days must lie after the resolution."""
        return any(
            one.side in (None, side) and one.at <= learned_at and one.at.date() >= day
            for one in self._resolutions
        )

    def _note_worsening(
        self,
        rule: str,
        side: Side,
        roots: tuple[str, ...],
        says: str,
        learned_at: datetime,
    ) -> None:
        key = (rule, side, roots[-1])
        if key in self._seen_worsening:
            return
        self._seen_worsening.add(key)
        if self.worsening_open(side, learned_at) is None:
            self.worsened.append(Worsened(learned_at, side, rule, roots, says))

    def worsening_open(self, side: Side, moment: datetime) -> Worsened | None:
        """The worsening of a side that no physio has resolved at that moment."""
        for one in self.worsened:
            if one.side is side and one.learned_at <= moment and not self._resolved_between(one, moment):
                return one
        return None

    def _resolved_between(self, worsened: Worsened, moment: datetime) -> bool:
        return any(
            one.side in (None, worsened.side) and worsened.learned_at <= one.at <= moment
            for one in self._resolutions
        )


def _values(daily: Mapping[date, int], last: date, days: int) -> list[int]:
    return [daily[day] for back in range(days) if (day := last - timedelta(days=back)) in daily]


def replay(history: History, plan: Plan, limits: Limits, now: datetime) -> Ledger:
    """The diary as it stands at `now`, with everything noted on the way."""
    ledger = Ledger(history, plan, limits, now)
    ledger.replay(history)
    return ledger
