"""Can I run today? Worked out in the request, and never "yes" unless everything needed for it was there."""

import logging
import re
from calendar import day_name
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from rehab.clinical import portal_words as words
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Decision, Evaluation
from rehab.clinical.history import History, Plan
from rehab.queries import history as histories
from rehab.queries.own_case import Care, moment
from rehab.queries.translated import translated

log = logging.getLogger(__name__)

OF_A_SIDE = re.compile(r"\. \((left|right) side\)$")  # said after the sentence; it belongs inside
WEEKDAYS = tuple(day_name)  # reasons are written in English

STALE_AFTER = timedelta(minutes=15)  # the jobs look every few seconds; later than this they do not run


@dataclass(frozen=True)
class Known:
    """What the rules were told and said. All None when that failed: then the answer is to wait."""

    history: History | None = None
    plan: Plan | None = None
    evaluation: Evaluation | None = None


@dataclass(frozen=True)
class Answer:
    """`word` and `tone` answer the question; `how` says what exactly, `because` why, `then` what else.

    `again`: from when the answer may be another one, as far as time alone decides it.
    """

    word: str
    tone: str
    how: str
    because: str
    then: str
    decision: Decision | None = None
    again: str = ""

    @property
    def may_run(self) -> bool:
        return self.tone == words.Tone.YES


def work_out(care: Care, now: datetime) -> Known:
    """Nothing that goes wrong here may end in a permission, or hide the page with the clinic's number."""
    try:
        with transaction.atomic():  # a savepoint: the rest of the page still reads the database
            history, plan = histories.load(care.case.pk)
        return Known(history, plan, evaluate(history, plan, now))
    except Exception:
        log.exception("case could not be assessed in the portal", extra={"case_id": str(care.case.pk)})
        return Known()


def answer(care: Care, known: Known, now: datetime) -> Answer:
    if known.evaluation is None:
        return _wait(words.WAIT_FAILED)
    running = known.evaluation.running
    word, tone = words.ANSWERS[running.decision]
    if running.decision.may_run:
        if running.allowed is None:
            return _wait(words.WAIT_FAILED)
        if care.on_hold:
            return _wait(words.WAIT_SUSPENDED)
        if _is_stale(care, now):
            return _wait(words.WAIT_STALE)
        return Answer(
            word, tone, running.allowed.text, because_of(running.because), running.next_step, running.decision
        )
    how, stop, then = running.next_step.partition(". ")
    if running.decision is Decision.URGENT_CARE:
        how, stop, then = running.next_step, "", ""  # all of it is what to do now
    because = "" if running.because == running.next_step else because_of(running.because)
    again = _again(running.not_before, care, now)
    return Answer(word, tone, how + stop.strip(), because, then, running.decision, again)


def because_of(reason: str) -> str:
    """The reason as the end of a sentence; a weekday keeps its capital."""
    told = str(translated(reason))
    if told == reason and not reason.startswith(WEEKDAYS):
        told = told[:1].lower() + told[1:]
    return _("Because %(reason)s") % {"reason": OF_A_SIDE.sub(r" (\1 side).", told)}


def _again(not_before: datetime | None, care: Care, now: datetime) -> str:
    if not_before is None or not_before <= now:
        return ""
    return _("Look again from %(when)s.") % {"when": moment(not_before, care)}


def _wait(because: str) -> Answer:
    word, tone = words.WAIT
    return Answer(word, tone, words.WAIT_HOW, because, "")


def _is_stale(care: Care, now: datetime) -> bool:
    """The jobs failed on this case, or have not come to it in time."""
    due = care.case.evaluation_due_at
    return care.case.evaluation_failures > 0 or (due is not None and due < now - STALE_AFTER)
