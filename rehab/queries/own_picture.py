"""A runner's history as a picture's view model: morning pain, runs, stages, sets, causes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from assessments.clinical.sides import Side
from rehab.charts import CaseChart, CauseMark, RunMark, SideLine, StageBand
from rehab.charts.view_models import Say, plain
from rehab.clinical.evaluation import Evaluation, FindingKind
from rehab.clinical.history import History, Plan, ReportKind, Run
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import resolve
from rehab.queries.days import day_sets, last_days, standing

CAUSES = {
    FindingKind.WEEK_LOAD: "a big week",
    FindingKind.SESSION_SPIKE: "a long run",
    FindingKind.HILLS_AND_SPEED: "hills and speed",
    FindingKind.SHOE_TRANSITION: "lower shoes",
    FindingKind.RETURN_AFTER_BREAK: "after a break",
}
WINDOW = timedelta(hours=20), timedelta(hours=72)  # answers that may say how a run settled


def picture(
    history: History, plan: Plan, evaluation: Evaluation, *, days: int, say: Say = plain
) -> CaseChart:
    """The last `days` days up to the runner's own today. The limit: the first pain that means stop."""
    span = last_days(evaluation.local_date, days)
    return CaseChart(
        days=span,
        sides=tuple(_line(history, side, span) for side in plan.sides),
        runs=tuple(_mark(run, history, evaluation) for run in _runs(history, span)),
        stages=_bands(evaluation, span, ZoneInfo(history.time_zone)),
        sets=day_sets(history, plan, span, evaluation.local_date),
        causes=_causes(evaluation, ZoneInfo(history.time_zone)),
        limit=resolve(plan.thresholds_at(evaluation.at)).run_ok_max + 1,
        say=say,
    )


def _line(history: History, side: Side, span: tuple[date, ...]) -> SideLine:
    said: dict[date, int] = {}
    for report in standing(history.reports):
        pain = report.pain.get(side)
        if report.kind is ReportKind.MORNING and pain is not None:
            said[report.local_date] = max(pain, said.get(report.local_date, 0))
    return SideLine(side.label, tuple(said.get(day) for day in span))


def _runs(history: History, span: tuple[date, ...]) -> list[Run]:
    runs = [run for run in standing(history.runs) if span[0] <= run.local_date <= span[-1]]
    return sorted(runs, key=lambda run: (run.at, run.id))


def _mark(run: Run, history: History, evaluation: Evaluation) -> RunMark:
    """The picture of one run. Whether it settled is compared with the worse side's baseline of now."""
    said = [pain for pain in run.pain.values() if pain is not None]
    after = _after(run, history)
    settled = None
    if after:
        settled = all(pain <= evaluation.baseline.get(side, 0) for side, pain in after.items())
    return RunMark(
        day=run.local_date,
        pain=max(said, default=None),
        minutes=run.minutes,
        settled=settled,
        after=max(after.values(), default=None),
    )


def _after(run: Run, history: History) -> dict[Side, int]:
    """The first answer of each side that may say how the run settled, before the next run."""
    later = [other.at for other in standing(history.runs) if other.at > run.at]
    end = min([*later, run.at + WINDOW[1]])
    reports = [one for one in standing(history.reports) if run.at + WINDOW[0] <= one.at <= end]
    found: dict[Side, int] = {}
    for report in sorted(reports, key=lambda one: (one.at, one.id)):
        for side, pain in report.pain.items():
            if pain is not None:
                found.setdefault(side, pain)
    return found


def _bands(evaluation: Evaluation, span: tuple[date, ...], zone: ZoneInfo) -> tuple[StageBand, ...]:
    moves = [move for move in evaluation.stage.path if move.from_stage != move.to_stage]
    starts = [_day(move.at, zone) for move in moves]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), span[-1]][: len(starts)]
    bands = [
        StageBand(
            max(start, span[0]),
            end,
            move.to_stage,
            STAGES[move.to_stage].label,
            dropped=start >= span[0] and move.from_stage is not None and move.to_stage < move.from_stage,
        )
        for move, start, end in zip(moves, starts, ends, strict=True)
    ]
    return tuple(band for band in bands if band.start <= band.end and band.end >= span[0])


def _causes(evaluation: Evaluation, zone: ZoneInfo) -> tuple[CauseMark, ...]:
    return tuple(
        CauseMark(_day(finding.since, zone), CAUSES[finding.kind])
        for finding in evaluation.findings
        if finding.kind in CAUSES
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
