"""Each run with its 24-hour answer, as the rules themselves judged it."""

from dataclasses import dataclass
from datetime import date, datetime

from rehab.charts import RunMark
from rehab.clinical.evaluation import Answer24h
from rehab.clinical.history import History, Plan
from rehab.clinical.ledger import replay
from rehab.clinical.review import RunView, review
from rehab.clinical.stages import walk
from rehab.clinical.suspension import Suspension
from rehab.queries.moments import weekday

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
    at: datetime
    counts: bool | None  # toward the next stage; None: not yet known
    because: str  # why it does or does not


def run_rows(history: History, plan: Plan, now: datetime, today: date) -> tuple[RunRow, ...]:
    """Every standing run, newest first."""
    ledger = replay(history, plan, now)
    suspended = Suspension(history, ledger).suspended
    path = walk(plan.stage_steps, ledger.not_stored(plan.steps_back), suspended, now, plan.steps_back)
    return tuple(_row(view, view.record.limits.run_ok_max, today) for view in reversed(review(ledger, path)))


def _row(view: RunView, line: int, today: date) -> RunRow:
    run = view.run
    up = [
        view.facts[side].baseline + one.elevated_by
        for side, one in view.judged.items()
        if one.status is Answer24h.NO
    ]
    said = [facts.run_pain for facts in view.facts.values()]
    pain = max((one for one in said if one is not None), default=None)
    words = "No score" if pain is None else f"{pain}/10"
    return RunRow(
        day=weekday(run.local_date, today),
        minutes=f"{run.minutes} min",
        pain=f"{words}, one side not scored" if pain is not None and None in said else words,
        is_over=pain is not None and pain > line,
        after=f"Still {max(up)}/10" if up else WORDS.get(view.status, ""),
        is_up=bool(up),
        is_quiet=view.status in (Answer24h.UNKNOWN, Answer24h.MISSING),
        mark=RunMark(run.local_date, pain, run.minutes, SETTLED.get(view.status), max(up, default=None)),
        at=run.at,
        counts=True if view.clean else None if view.pending and view.exceeded is None else False,
        because=_because(view, bool(up)),
    )


def _because(view: RunView, still_up: bool) -> str:
    if view.clean:
        return "counts"
    if view.exceeded is not None:
        return "more than the plan"
    if view.pending:
        return "waits for its answer"
    if still_up:
        return "not settled at 24 h"
    late = view.status in (Answer24h.MISSING, Answer24h.YES_LATE)
    return "answered late or not at all" if late else "pain, or symptoms that stayed"
