"""The diary as it stands: runs and reports in the order in which they happened, and what belongs to which
run.

A report belongs to the run that it names, until the next run begins, else to the run before it. Times inside
are POSIX seconds, hours are elapsed hours. Source: A2.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from assessments.clinical.sides import Side
from rehab.clinical import corrections
from rehab.clinical.answer24h import Judgement, Reply, read
from rehab.clinical.baseline import Reference, comparison
from rehab.clinical.history import PainReport, Plan, ReportKind, Run
from rehab.clinical.thresholds import DatedLimits, Limits

HOUR_S = 3600.0
DAILY = (ReportKind.MORNING, ReportKind.CHECK_24H)  # what counts as a day's pain
_EARLY_LINK_S = 900.0  # a report that names its run may carry a time a little before the run's end


def hours_between(start: float, end: float) -> float:
    """Elapsed hours, exact to the microsecond, so that the edge of a window is met exactly."""
    return round((end - start) * 1e6) / 3.6e9


class SideLook(NamedTuple):
    """One side of one run, as far as its reports say, whatever the time is now."""

    replies: tuple[Reply, ...]
    baseline: int
    judged: Judgement
    peak: int | None  # worst of the run and its window
    over: int | None  # the worst of it that went over the line, by the threshold of its own time
    over_cause: str  # the entry that said so
    score: int | None  # session score: run, after, 24 hours


class Waiting(NamedTuple):
    """A report that was received and has not been looked at yet. `at`: POSIX seconds."""

    report: PainReport
    at: float


@dataclass(slots=True)
class RunRecord:
    """One run that stands, and its first version's id, by which it is counted once."""

    run: Run
    root: str
    at: float  # end of the run
    start: float
    limits: Limits  # in force when the run was first told
    looks: dict[Side, SideLook] = field(default_factory=dict)  # empty: to be looked at again
    quiet: dict[Side, int] = field(default_factory=dict)  # a report up to this pain can only calm things


class StandingDiary:
    """Runs and reports, sorted; entries are put in and taken out as they are received and corrected."""

    def __init__(self, plan: Plan, limits: DatedLimits, now: datetime) -> None:
        self.sides = plan.sides
        self.dated = limits
        self.limits = limits.at(now)
        self.usual_week_minutes = plan.reference_week_minutes
        self.pre_injury_week_m = plan.pre_injury_week_m
        self.now = now
        self.records: list[RunRecord] = []
        self.run_times: list[float] = []
        self.reports: list[PainReport] = []
        self.report_times: list[float] = []
        self.mornings: dict[Side, dict[int, int]] = {side: {} for side in plan.sides}  # by day number
        self.day_after: dict[Side, dict[int, int]] = {
            side: {} for side in plan.sides
        }  # of the 24-hour checks
        self.last_sore_day = dict.fromkeys(plan.sides, 0)  # the last one that could be a rise of its own
        self.references = {
            side: Reference((one for one in plan.baselines if one.side is side), now, self.limits)
            for side in plan.sides
        }
        self.standing = corrections.Standing()
        self._by_root: dict[str, RunRecord] = {}
        self._first_told: dict[str, datetime] = {}  # root of a run -> when any version of it was received

    def root(self, entry_id: str) -> str:
        return self.standing.root(entry_id)

    # Reading

    def reports_of(self, index: int, place: int = 0) -> Iterator[tuple[PainReport, float]]:
        """The reports that belong to a run, with their hours since its end; none from the next run on.

        `place`: of the first one to look at.
        """
        record = self.records[index]
        first = bisect_left(self.report_times, self.first_answer_at(index), place)
        for position in range(first, bisect_right(self.report_times, self._last_answer_at(index))):
            report = self.reports[position]
            at = self.report_times[position]
            if report.run_id is None:
                if at < record.at:
                    continue
            elif self.root(report.run_id) == record.root:
                if at < record.at and report.kind is not ReportKind.AFTER:
                    continue
            elif at < record.at or self._named(report, at) is not None:
                continue
            yield report, max(0.0, hours_between(record.at, at))

    def _last_answer_at(self, index: int) -> float:
        """The last moment of a report that can belong to a run."""
        at = self.records[index].at
        until = at + self.limits.late_48h_hours * HOUR_S
        if index + 1 < len(self.records):
            until = min(until, max(self.records[index + 1].start, at))
        return until

    def _named(self, report: PainReport, at: float) -> int | None:
        """The run that a report names, if it was still the last one then: pain after another run, or after a
        run that was withdrawn, is pain all the same, and must not vanish."""
        record = self._by_root.get(self.root(report.run_id)) if report.run_id is not None else None
        if record is None:
            return None
        index = self._index(record)
        first = self.first_answer_at(index) if report.kind is ReportKind.AFTER else record.at
        return index if first <= at <= self._last_answer_at(index) else None

    def first_answer_at(self, index: int) -> float:
        """The earliest moment of a report that can belong to a run."""
        record = self.records[index]
        return min(record.start, record.at - _EARLY_LINK_S)

    def answered_since(self, moment: float) -> bool:
        return bool(self.report_times) and self.report_times[-1] >= moment

    def looks(self, index: int) -> dict[Side, SideLook]:
        """Every side of a run; remembered until an entry near the run comes or goes."""
        record = self.records[index]
        if not record.looks:
            said = list(self.reports_of(index))
            record.looks = {side: self._look(index, side, said) for side in self.sides}
            calm = 0 if self.dated.vary else self.limits.elevated_margin - 1
            record.quiet = {
                side: -1 if look.score is None else min(look.score, look.baseline + calm)
                for side, look in record.looks.items()
            }
        return record.looks

    def _look(self, index: int, side: Side, said: list[tuple[PainReport, float]]) -> SideLook:
        record = self.records[index]
        run, limits = record.run, record.limits
        peak = score = run.pain.get(side)
        over = peak if peak is not None and peak >= limits.regress_min else None
        cause = run.id
        replies = []
        for report, hours in said:
            pain = report.pain.get(side)
            if pain is None:
                continue
            pre_run = report.kind is ReportKind.PRE_RUN
            own = self.dated.at(report.received_at)
            replies.append(Reply(hours, pain, report.local_date > run.local_date, pre_run, own))
            within = hours <= own.window_close_hours
            if self.counts_for_peak(report, hours):
                peak = pain if peak is None else max(peak, pain)
                if pain >= own.regress_min and (over is None or pain > over):
                    over, cause = pain, report.id
            if within and not pre_run:
                score = pain if score is None else max(score, pain)
        baseline = self._baseline(index, side)
        judged = read(replies, baseline=baseline, limits=limits)
        return SideLook(tuple(replies), baseline, judged, peak, over, cause, score)

    def counts_for_peak(self, report: PainReport, hours: float) -> bool:
        """A late answer stands in for the 24-hour answer, so it counts for the peak; a pre-run check counts
        only within the window."""
        limits = self.dated.at(report.received_at)
        if report.kind is ReportKind.PRE_RUN:
            return hours <= limits.window_close_hours
        return hours <= max(limits.window_close_hours, limits.late_hours)

    def _baseline(self, index: int, side: Side) -> int:
        """The comparison baseline of one run."""
        record = self.records[index]
        first = record.start - self.limits.pre_run_hours * HOUR_S
        if index > 0:
            first = max(first, self.records[index - 1].at)
        pre_run = None
        position = bisect_right(self.report_times, record.at) - 1
        while pre_run is None and position >= 0 and self.report_times[position] >= first:
            report = self.reports[position]
            if report.kind is ReportKind.PRE_RUN:
                pre_run = report.pain.get(side)
            position -= 1
        return comparison(self.references[side].at(record.start), pre_run)

    def run_of(self, report: PainReport) -> int | None:
        """The run that a report can belong to: the one it names, else the last one before it."""
        at = report.at.timestamp()
        named = self._named(report, at)
        if named is not None:
            return named
        index = bisect_right(self.run_times, at) - 1
        within = index >= 0 and at - self.run_times[index] <= self.limits.late_48h_hours * HOUR_S
        return index if within else None

    def place_of(self, root: str) -> int | None:
        """The place of a run that stands."""
        record = self._by_root.get(root)
        return None if record is None else self._index(record)

    def _index(self, record: RunRecord) -> int:
        index = bisect_left(self.run_times, record.at)
        while self.records[index] is not record:
            index += 1
        return index

    # Putting in and taking out

    def put_run(self, run: Run, root: str) -> int:
        at = run.at.timestamp()
        limits = self.dated.at(self._first_told.setdefault(root, run.received_at))
        record = RunRecord(run, root, at, at - run.minutes * 60.0, limits)
        index = bisect_right(self.run_times, at)
        while index and self.run_times[index - 1] == at and self.records[index - 1].run.id > run.id:
            index -= 1
        self.run_times.insert(index, at)
        self.records.insert(index, record)
        self._by_root[root] = record
        self._forget(index + 1)
        if self.report_times and self.report_times[-1] >= record.start:
            self._forget(index - 1)  # it may lose a report to this run
        return index

    def take_run(self, root: str) -> None:
        record = self._by_root.pop(root, None)
        if record is not None:
            index = self._index(record)
            del self.records[index], self.run_times[index]
            self._forget(index - 1, index)

    def add_reports(self, added: Sequence[tuple[PainReport, float]]) -> None:
        """Put in reports that come after all others, in their order, and can only be about the last run."""
        self.reports += [report for report, _ in added]
        self.report_times += [at for _, at in added]
        if self.records:
            self.records[-1].looks = {}

    def cut_reports(self, place: int) -> list[Waiting]:
        """Take out the last reports, from a place on."""
        cut = list(map(Waiting, self.reports[place:], self.report_times[place:]))
        del self.reports[place:], self.report_times[place:]
        return cut

    def put_report(self, report: PainReport, at: float) -> None:
        index = bisect_right(self.report_times, at)
        while index and self.report_times[index - 1] == at and self.reports[index - 1].id > report.id:
            index -= 1
        self.report_times.insert(index, at)
        self.reports.insert(index, report)
        self._forget_near(report, at)

    def take_report(self, entry_id: str) -> None:
        for index in range(len(self.reports) - 1, -1, -1):
            report = self.reports[index]
            if report.id == entry_id:
                at = self.report_times[index]
                del self.reports[index], self.report_times[index]
                self._forget_near(report, at)
                if report.kind in DAILY:
                    self._recount_day(report.local_date, report.kind)
                return

    def _days(self, kind: ReportKind) -> dict[Side, dict[int, int]]:
        return self.mornings if kind is ReportKind.MORNING else self.day_after

    def pain_of_days(self, side: Side, last: int, count: int) -> list[int]:
        """The pain of the days up to `last`: the morning's, without one that of the 24-hour check."""
        mornings, checks = self.mornings[side], self.day_after[side]
        said = (mornings.get(day, checks.get(day)) for day in range(last - count + 1, last + 1))
        return [pain for pain in said if pain is not None]

    def note_day(self, report: PainReport, at: float) -> None:
        """A daily answer that stands is its day's pain; a morning one may lower the reference."""
        days, is_morning = self._days(report.kind), report.kind is ReportKind.MORNING
        day = report.local_date.toordinal()
        for side in self.sides:
            pain = report.pain.get(side)
            if pain is None:
                continue
            days[side][day] = max(pain, days[side].get(day, 0))
            if pain >= self.limits.worse_rise and day > self.last_sore_day[side]:
                self.last_sore_day[side] = day
            if is_morning and self.references[side].answered(at, pain):
                self._forget(*range(bisect_left(self.run_times, at), len(self.records)))

    def _recount_day(self, day: date, kind: ReportKind) -> None:
        days = self._days(kind)
        for side in self.sides:
            said = [
                pain
                for report in self.reports
                if report.kind is kind
                and report.local_date == day
                and (pain := report.pain.get(side)) is not None
            ]
            days[side].pop(day.toordinal(), None)
            if said:
                days[side][day.toordinal()] = max(said)

    def _forget(self, *indexes: int) -> None:
        for index in indexes:
            if 0 <= index < len(self.records):
                self.records[index].looks = {}
                self.records[index].quiet = {}

    def _forget_near(self, report: PainReport, at: float) -> None:
        after = bisect_right(self.run_times, at)
        self._forget(after)
        for index in (after - 1, self.run_of(report) if report.run_id is not None else None):
            if index is not None and index >= 0:
                self.records[index].looks = {}

    def is_quiet(self, index: int, report: PainReport) -> bool:
        """Whether a report can neither raise a score nor be above baseline: then nothing has to be noted."""
        quiet = self.records[index].quiet
        return bool(quiet) and all(
            pain is None or pain <= quiet[side] for side in self.sides for pain in (report.pain.get(side),)
        )
