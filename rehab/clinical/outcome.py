"""What the runs so far ask for: each side's verdict on the last one, and what its stop has become since.

A stop lasts until the rules for leaving it are met; it is worked out anew from the diary each time, never
stored. Source: A1, A2; before a first run A3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assessments.clinical.sides import Side
from rehab.clinical import reentry, running, words
from rehab.clinical.case import Case, Now, newest_answers
from rehab.clinical.evaluation import Answer24h, Decision, StageEffect
from rehab.clinical.history import Track
from rehab.clinical.ledger import HOUR_S, hours_between
from rehab.clinical.reentry import Reentry
from rehab.clinical.review import RunView
from rehab.clinical.running import SideFacts, Verdict
from rehab.clinical.thresholds import Limits

SETTLED = (Answer24h.YES, Answer24h.YES_LATE)
Answers = Mapping[Side, Now]  # the newest of each side


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One side's outcome after its last run. A smaller rank of decision is more cautious."""

    side: Side | None
    verdict: Verdict
    because: str
    not_before_hours: float | None = None  # since the last run, when time is part of what is missing
    not_before: datetime | None = None  # the same where no run that stands is the reason


def outcome_of(case: Case) -> Outcome:
    """Of the side that is worse off. What it lets run, the stage may still refuse."""
    answers = newest_answers(case)
    outcome = _after_last_run(case, case.last, answers) if case.last else _before_first_run(case, answers)
    return _with_pain_over_the_line(case, answers, _with_stop_taken_back(case, outcome))


def _after_last_run(case: Case, last: RunView, answers: Answers) -> Outcome:
    outcomes = [_side_outcome(case, last, side, answers.get(side)) for side in case.ledger.sides]
    ranked = sorted(outcomes, key=lambda one: (running.severity(one.verdict.decision), one.verdict.rule))
    verdict = replace(running.worse_of(one.verdict for one in outcomes), rule=ranked[0].verdict.rule)
    worst = replace(ranked[0], verdict=verdict)
    return _with_earlier_stop(case, worst) if verdict.decision.may_run else worst


def _side_outcome(case: Case, last: RunView, side: Side, answer: Now | None) -> Outcome:
    limits = last.record.limits
    said = case.ledger.dated.at(answer.report.received_at) if answer else case.ledger.limits
    facts = _with_pain_now(last.facts[side], answer, case.today, said)
    verdict = running.decide(facts, limits)
    outcome = Outcome(side=side, verdict=verdict, because=_because(case, last, side, facts, verdict, answer))
    stop = verdict.decision
    if stop not in reentry.STOPS:
        if not facts.above_once:
            return outcome
        stop = Decision.STOP_24H  # it was above baseline from 20 h on: the 48 hours hold although it settled
    answered = answer is not None and (
        answer.hours >= said.window_open_hours or facts.status is Answer24h.YES
    )
    above = answer is not None and said.elevated(answer.pain, facts.baseline)
    exit_ = reentry.leave(
        stop,
        hours=hours_between(last.record.at, case.ledger.now.timestamp()),
        pain_now=answer.pain if answer is not None and (answered or above) else None,
        baseline=facts.baseline,
        stage=(case.path.stage or 1) if case.path.track is Track.FRAMEWORK else 2,
        limits=said,
    )
    return _leaving(outcome, exit_, facts, answered, limits)


def _leaving(outcome: Outcome, exit_: Reentry, facts: SideFacts, answered: bool, limits: Limits) -> Outcome:
    """What a stop has become: itself while it is not settled, a wait for time or an answer, or over."""
    is_stop = outcome.verdict.decision in reentry.STOPS
    if exit_ is Reentry.STILL_ABOVE_BASELINE:
        return outcome
    if exit_ is Reentry.WAIT_48H:
        waits = replace(outcome, not_before_hours=float(limits.stop_hours))
        return _becomes(waits, Decision.WAIT_48H, "A1-REST") if answered or not is_stop else waits
    if exit_ is Reentry.NOT_ANSWERED or running.not_answered(facts):
        return _becomes(outcome, Decision.WAIT_48H if is_stop else Decision.WAIT_24H, "A1-ANSWER")
    if exit_ is Reentry.STAGE_1_GATE:
        return _becomes(outcome, Decision.NO_RUNNING_STAGE, "A1-STAGE-1")
    return _becomes(outcome, Decision.RUN_REDUCED, "A1-RELEASE") if is_stop else outcome


def _becomes(outcome: Outcome, decision: Decision, rule: str) -> Outcome:
    return replace(outcome, verdict=replace(outcome.verdict, decision=decision, rule=rule))


def _with_earlier_stop(case: Case, outcome: Outcome) -> Outcome:
    """A run that followed a stop too soon does not end that stop: its 48 hours still count."""
    now = case.ledger.now.timestamp()
    for view in reversed(case.views[:-1]):
        rested = hours_between(view.record.at, now)
        if rested >= case.ledger.limits.stop_hours:
            break
        if view.verdict.decision in reentry.STOPS or any(one.above_once for one in view.facts.values()):
            last = case.views[-1].record.at
            hours = case.ledger.limits.stop_hours - (last - view.record.at) / HOUR_S
            because = words.asked_for_rest(view.day, case.today)
            waits = replace(outcome, because=because, not_before_hours=hours)
            return _becomes(waits, Decision.WAIT_48H, "A1-REST")
    return outcome


def _with_stop_taken_back(case: Case, outcome: Outcome) -> Outcome:
    """A correction does not shorten a stop: the two days after the run as it was told first still count."""
    if not outcome.verdict.decision.may_run:
        return outcome
    rest = timedelta(hours=case.ledger.limits.stop_hours)
    last = max(case.ledger.taken_back, key=lambda one: one.run_at, default=None)
    if last is None or last.run_at + rest <= case.ledger.now:
        return outcome
    because = words.taken_back(last.run_day, case.today)
    waits = replace(outcome, because=because, not_before=last.run_at + rest)
    return _becomes(waits, Decision.WAIT_48H, "A1-TAKEN-BACK")


def _with_pain_over_the_line(case: Case, answers: Answers, outcome: Outcome) -> Outcome:
    """From the line on nobody starts a run, however high the usual pain is."""
    if not outcome.verdict.decision.may_run:
        return outcome
    for side, answer in answers.items():
        if answer.pain < case.ledger.dated.at(answer.report.received_at).regress_min:
            continue
        if case.last is None:
            usual = case.ledger.references[side].at(case.ledger.now.timestamp())
            because = words.before_first_run(answer.pain, usual)
        else:
            usual = case.last.facts[side].baseline
            because = words.above_again(
                case.last.day, case.today, answer.pain, answer.report.local_date, usual
            )
        return Outcome(side=side, verdict=running.plain(Decision.NOT_YET, "A1-SORE-NOW"), because=because)
    return outcome


def _with_pain_now(facts: SideFacts, answer: Now | None, today: date, limits: Limits) -> SideFacts:
    """The newest answer from 24 hours on is a pain now before the next run.

    Above baseline it counts until a newer one; at baseline it replaces a missing 24-hour answer only on its
    day. `limits`: those in force when it was said.
    """
    if answer is None or answer.hours < 24:
        return facts
    stale = facts.status is Answer24h.MISSING and answer.report.local_date != today
    if stale and answer.pain <= facts.baseline:
        return facts
    above = limits.elevated(answer.pain, facts.baseline)
    return replace(facts, pre_run_pain=answer.pain, pre_run_hours=answer.hours, pre_run_above=above)


def _because(
    case: Case, last: RunView, side: Side, facts: SideFacts, verdict: Verdict, answer: Now | None
) -> str:
    where = words.on_side(side) if len(case.ledger.sides) > 1 else ""
    if verdict.rule == "A1-3":
        told = _unsettled_answer(case, side, facts) or answer
        if answer is not None and facts.status in SETTLED:
            told = answer  # it rose again later
        if told is not None:
            tell = words.above_again if facts.status in SETTLED else words.unsettled
            return tell(last.day, case.today, told.pain, told.report.local_date, facts.baseline) + where
    if verdict.rule == "A1-4" and facts.peak is not None and facts.peak != facts.run_pain:
        return words.reached_after(last.day, case.today, facts.peak, where)
    if (
        verdict.rule == "A1-5"
        and facts.run_pain is not None
        and facts.run_pain <= last.record.limits.run_ok_max
    ):
        return words.did_not_ease(last.day, case.today, facts.contradicts_itself) + where
    if verdict.rule == "A1-6":
        return words.not_answered(last.day, case.today, facts.unscored) + where
    if verdict.rule in ("A1-7", "A1-8"):
        return words.settled(last.day, case.today, facts.run_pain, facts.status is Answer24h.MISSING) + where
    return words.run_pain(last.day, case.today, facts.run_pain) + where


def _unsettled_answer(case: Case, side: Side, facts: SideFacts) -> Now | None:
    """The newest answer above baseline, from 20 hours on."""
    found = None
    for report, hours in case.ledger.reports_of(len(case.views) - 1):
        pain, limits = report.pain.get(side), case.ledger.dated.at(report.received_at)
        if pain is not None and hours >= limits.window_open_hours and limits.elevated(pain, facts.baseline):
            found = Now(pain, hours, report)
    return found


def _before_first_run(case: Case, answers: Answers) -> Outcome:
    """Nothing has been run yet: today's answer for every side has to be at or below baseline."""
    for side in case.ledger.sides:
        answer = answers.get(side)
        if answer is None or answer.report.local_date != case.today:
            verdict = running.plain(Decision.WAIT_24H, "A3-FIRST-RUN", StageEffect.PENDING)
            return Outcome(side=side, verdict=verdict, because=words.FIRST_ASKS_TODAY)
        usual = case.ledger.references[side].at(case.ledger.now.timestamp())
        limits = case.ledger.dated.at(answer.report.received_at)
        if limits.elevated(answer.pain, usual):
            verdict = running.plain(Decision.NOT_YET, "A3-FIRST-RUN")
            because = words.before_first_run(answer.pain, usual)
            return Outcome(side=side, verdict=verdict, because=because)
    verdict = running.plain(Decision.RUN_WITHIN_PLAN, "A3-FIRST-RUN")
    return Outcome(side=None, verdict=verdict, because=words.AS_USUAL_TODAY)
