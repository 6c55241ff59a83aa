"""One run of the runner as it stands, what comes next, and what a new one starts from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rehab.clinical.history import ReportKind
from rehab.models import PainReport, Run
from rehab.queries import own_answer
from rehab.queries.own_answer import Answer
from rehab.queries.own_case import Care
from rehab.queries.own_checks import moment

USUAL = (10, 20, 30, 40)


@dataclass(frozen=True)
class RunPage:
    run: Run
    says: str
    answer: Answer
    next_check: str
    is_checked: bool
    told: str


@dataclass(frozen=True)
class Choices:
    """Four lengths to choose from; `planned` is chosen beforehand, None when the plan asks for no run now."""

    minutes: tuple[int, ...]
    planned: int | None


def find(care: Care, run_id: UUID) -> Run:
    """The run as it stands. Run.DoesNotExist for another runner's, a corrected or a withdrawn one."""
    return Run.objects.for_case(care.case.pk).current().get(pk=run_id)


def page(care: Care, run_id: UUID, now: datetime) -> RunPage:
    run = find(care, run_id)
    checked = (
        PainReport.objects.for_case(care.case.pk).current().filter(run=run, kind=ReportKind.CHECK_24H.value)
    )
    return RunPage(
        run=run,
        says=says(run),
        answer=own_answer.answer(care, own_answer.work_out(care, now), now),
        next_check=moment(run.occurred_at + timedelta(hours=24), care),
        is_checked=checked.exists(),
        told=care.looks,
    )


def says(run: Run) -> str:
    """Such as "22 minutes, worst pain left 2/10, right 1/10"."""
    both = {"left": run.pain_left, "right": run.pain_right}
    said = {side: pain for side, pain in both.items() if pain is not None}
    if len(said) == 1:
        pain = f"{next(iter(said.values()))}/10"
    else:
        pain = ", ".join(f"{side} {value}/10" for side, value in said.items()) or "not said"
    minutes = "minute" if run.minutes == 1 else "minutes"
    return f"{run.minutes} {minutes}, worst pain {pain}"


def choices(care: Care, now: datetime) -> Choices:
    """Around what the plan allows now; without that, around the last run."""
    evaluation = own_answer.work_out(care, now).evaluation
    allowed = evaluation.running.allowed if evaluation else None
    if allowed is not None and allowed.minutes_high > 0:
        return Choices(_around(allowed.minutes_high), allowed.minutes_high)
    last = Run.objects.for_case(care.case.pk).current().order_by("-occurred_at", "-id").first()
    return Choices(_around(last.minutes) if last else USUAL, None)


def _around(minutes: int) -> tuple[int, ...]:
    step = 1 if minutes <= 5 else 2 if minutes <= 12 else 5
    lowest = max(minutes - 2 * step, 1)
    return tuple(sorted({minutes, *range(lowest, lowest + 4 * step, step)}))[:4]
