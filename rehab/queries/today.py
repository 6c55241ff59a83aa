"""Today: can I run, what exactly, because; what is owed now; and the sets of this half of the day."""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from rehab.charts import RunMark, week_strip
from rehab.clinical.evaluation import Decision
from rehab.clinical.history import ReportKind
from rehab.models import Run
from rehab.queries import (
    messages,
    own_answer,
    own_checks,
    own_exercises,
    own_picture,
    own_scores,
    own_told,
)
from rehab.queries.own_answer import Answer, Known
from rehab.queries.own_case import Care
from rehab.queries.own_checks import OwedCheck
from rehab.queries.own_exercises import Exercises
from rehab.queries.own_scores import Scores
from rehab.queries.translated import say

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Today:
    """`told` is said only when true. `ask_again`: a run whose answers do not fit together."""

    care: Care
    day: date
    answer: Answer
    chart: str
    told: str
    owed: tuple[OwedCheck, ...]
    exercises: Exercises | None
    is_urgent: bool
    ask_again: UUID | None
    before: OwedCheck | None
    scores: Scores | None  # outcome questions that are open; None while something urgent comes first
    unread: int = 0  # messages from the clinic

    @property
    def is_calm(self) -> bool:
        """Running is answered and the morning is over: what is still owed is a line, not a panel."""
        return self.answer.may_run and all(
            one.kind is ReportKind.MORNING and one.is_over for one in self.owed
        )


def of(care: Care, now: datetime) -> Today:
    known = own_answer.work_out(care, now)
    scores = own_scores.of_history(care, known.history, now) if known.history else None
    answer = own_answer.answer(care, known, now)
    day = now.astimezone(care.zone).date()
    owed = own_checks.owed(care, known.evaluation, now)
    half = own_exercises.half_of(now, care)
    is_urgent = answer.decision in (Decision.URGENT_CARE, Decision.STOP_SEEK_ASSESSMENT)
    return Today(
        care=care,
        day=day,
        answer=answer,
        chart=_chart(known),
        told=own_told.told(care, answer.decision, now, known.history),
        owed=() if is_urgent else tuple(one for one in owed if one.kind is not ReportKind.PRE_RUN),
        exercises=own_exercises.due(care, known.evaluation, half=half, today=day),
        is_urgent=is_urgent,
        ask_again=_ask_again(care, known),
        before=next((one for one in owed if one.kind is ReportKind.PRE_RUN), None),
        scores=scores if scores and scores.open and not care.on_hold else None,
        unread=messages.unread_count(patient_id=care.case.patient_id, case_id=care.case.pk),
    )


def _chart(known: Known) -> str:
    if known.history is None or known.plan is None or known.evaluation is None:
        return ""
    try:
        picture = own_picture.picture(known.history, known.plan, known.evaluation, days=7, say=say)
        return week_strip(replace(picture, runs=_worst_of_each_day(picture.runs)))
    except Exception:  # a picture that cannot be drawn must not hide the answer and the clinic's number
        log.exception("week could not be drawn", extra={"case_id": known.history.case_id})
        return ""


def _worst_of_each_day(runs: tuple[RunMark, ...]) -> tuple[RunMark, ...]:
    """The small picture has room for one run a day; an unscored one never hides a scored one."""
    worst: dict[date, RunMark] = {}
    for run in sorted(runs, key=lambda one: -1 if one.pain is None else one.pain):
        worst[run.day] = run
    return tuple(worst[day] for day in sorted(worst))


def _ask_again(care: Care, known: Known) -> UUID | None:
    if known.evaluation is None or not known.evaluation.running.ask_again:
        return None
    name = known.evaluation.running.run_id
    run = Run.objects.for_case(care.case.pk).current().filter(client_id=name).first() if name else None
    return run.pk if run else None
