"""Each run with its 24-hour answer, as the rules themselves judged it."""

from dataclasses import dataclass
from datetime import date, datetime

from rehab.charts import RunMark
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.history import History, Plan
from rehab.clinical.ledger import Ledger, replay
from rehab.clinical.thresholds import resolve
from rehab.queries.moments import weekday

WORST_FIRST = (Answer24h.NO, Answer24h.UNKNOWN, Answer24h.MISSING, Answer24h.YES_LATE, Answer24h.YES)
SETTLED = {Answer24h.YES: True, Answer24h.YES_LATE: True, Answer24h.NO: False}
WORDS = {
    Answer24h.YES: "Settled",
    Answer24h.YES_LATE: "Settled, told late",
    Answer24h.UNKNOWN: "Not answered yet",
    Answer24h.MISSING: "No answer",
}


@dataclass(frozen=True)
class RunRow:
    """`pain` is the worse side's; "no score" is not zero."""

    day: str
    minutes: str
    pain: str
    is_over: bool
    after: str
    is_up: bool
    is_quiet: bool  # an answer is missing
    mark: RunMark


def run_rows(history: History, plan: Plan, now: datetime, today: date) -> tuple[RunRow, ...]:
    """Every standing run, newest first."""
    limits = resolve(plan.thresholds)
    ledger = replay(history, plan, limits, now)
    rows = [_row(ledger, index, now, today, limits.run_ok_max) for index in range(len(ledger.records))]
    return tuple(reversed(rows))


def _row(ledger: Ledger, index: int, now: datetime, today: date, line: int) -> RunRow:
    run = ledger.records[index].run
    judged = {side: ledger.judgement(index, side, now.timestamp()) for side in ledger.sides}
    status = min((one.status for one in judged.values()), key=WORST_FIRST.index)
    up = [
        ledger.baseline(index, side) + one.elevated_by
        for side, one in judged.items()
        if one.status is Answer24h.NO
    ]
    said = [run.pain.get(side) for side in ledger.sides]
    scored = [pain for pain in said if pain is not None]
    pain = max(scored, default=None)
    unscored = len(scored) < len(said)
    words = f"{pain}/10" if pain is not None else "No score"
    return RunRow(
        day=weekday(run.local_date, today),
        minutes=f"{run.minutes} min",
        pain=f"{words}, one side not scored" if unscored and pain is not None else words,
        is_over=pain is not None and pain > line,
        after=f"Still {max(up)}/10" if up else WORDS.get(status, ""),
        is_up=bool(up),
        is_quiet=status in (Answer24h.UNKNOWN, Answer24h.MISSING),
        mark=RunMark(run.local_date, pain, run.minutes, SETTLED.get(status), max(up, default=None)),
    )
