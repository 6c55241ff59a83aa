"""The answer to "Can I run today?": suspension first, then the last run, then the stage.

A stop lasts until the rules for leaving it are met; it is worked out anew from the diary each time, never
stored. Source: A1, A2, A3.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assessments.clinical.red_flags import Pathway
from assessments.clinical.sides import Side
from rehab.clinical import allowed, owed, reentry, running, words
from rehab.clinical.evaluation import (
    AllowedSession,
    Answer24h,
    Decision,
    Notify,
    RunningDecision,
    StageEffect,
)
from rehab.clinical.history import PainReport, Plan, Track
from rehab.clinical.ledger import HOUR_S, Ledger, hours_between
from rehab.clinical.local_time import local_day, start_of_day
from rehab.clinical.reentry import Reentry
from rehab.clinical.review import RunView, RunViews
from rehab.clinical.running import SideFacts, Verdict
from rehab.clinical.said import said
from rehab.clinical.stages import STAGES, Path
from rehab.clinical.suspension import Suspension
from rehab.clinical.thresholds import Limits

SETTLED = (Answer24h.YES, Answer24h.YES_LATE)


@dataclass(frozen=True, slots=True)
class Case:
    """What the decision is made from."""

    plan: Plan
    ledger: Ledger
    path: Path
    suspension: Suspension
    views: RunViews
    today: date
    time_zone: str
    walking_free_days: int
    closed: bool = False

    @property
    def last(self) -> RunView | None:
        return self.views[-1] if self.views else None


@dataclass(frozen=True, slots=True)
class Now:
    """The newest answer of one side."""

    pain: int
    hours: float  # since the end of the last run
    report: PainReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One side's outcome after its last run. A smaller rank of decision is more cautious."""

    side: Side | None
    verdict: Verdict
    because: str
    not_before_hours: float | None = None  # since the last run, when time is part of what is missing
    not_before: datetime | None = None  # the same where no run that stands is the reason


def decide(case: Case) -> RunningDecision:
    """The runner's decision at `case.ledger.now`. Urgent comes first, whatever else is so."""
    flags = case.suspension.red_flags(case.ledger.now)
    if flags:
        worst = max(flags, key=lambda flag: flag.pathway.urgency)
        if worst.pathway is Pathway.BLOCK_PENDING_MEDICAL:
            verdict = Verdict(
                Decision.STOP_SEEK_ASSESSMENT, StageEffect.SUSPEND, Notify.SAME_DAY, False, "A6-BLOCK"
            )
            return _answer(case, verdict, words.REST_OF_PLAN_ON_HOLD)
        verdict = Verdict(Decision.URGENT_CARE, StageEffect.SUSPEND, Notify.IMMEDIATE, False, "A1-1")
        return _answer(case, verdict, "You reported something that has to be looked at first.")
    if case.closed:
        return _answer(case, _plain(Decision.NO_PLAN, "CLOSED"), words.CLOSED)
    if case.plan.consent_is_withdrawn(case.ledger.now):
        return _answer(case, _plain(Decision.NO_PLAN, "CONSENT"), words.CONSENT_WITHDRAWN)
    if case.plan.record_only:
        return _answer(case, _plain(Decision.NO_PLAN, "RECORD-ONLY"), "This clinic records only.")
    worsenings = case.suspension.worsenings(case.ledger.now)
    if worsenings:
        verdict = Verdict(Decision.STOP_SEEK_ASSESSMENT, StageEffect.SUSPEND, Notify.SAME_DAY, False, "A1-2")
        return _answer(
            case, verdict, "Your pain has been rising although you did less. Your physio wants to see you."
        )
    if case.plan.waits_after_consent(case.ledger.now):
        return _answer(case, _plain(Decision.NO_RUNNING_STAGE, "CONSENT"), words.REST_OF_PLAN_ON_HOLD)
    if case.path.stage is None:
        return _answer(
            case, _plain(Decision.NO_PLAN, "NO-PLAN"), "Your physio has not set a running plan yet."
        )
    outcome = _after_last_run(case) if case.last else _before_first_run(case)
    outcome = _with_pain_over_the_line(case, _with_stop_taken_back(case, outcome))
    if not outcome.verdict.decision.may_run:
        if case.path.stage == 1 and case.path.track is Track.FRAMEWORK and _only_waits(outcome):
            return _no_running(case, outcome)
        return _answer(
            case, outcome.verdict, outcome.because, outcome.not_before_hours, not_before=outcome.not_before
        )
    return _today(case, outcome)


def _plain(decision: Decision, rule: str, effect: StageEffect = StageEffect.HOLD) -> Verdict:
    return Verdict(decision, effect, Notify.NONE, False, rule)


def _only_waits(outcome: Outcome) -> bool:
    return outcome.verdict.decision in (Decision.WAIT_24H, Decision.NO_RUNNING_STAGE)


# The last run


def newest_answers(case: Case) -> dict[Side, Now]:
    """The newest answer of each side since the last run, or since ever when there was no run."""
    found: dict[Side, Now] = {}
    ledger = case.ledger
    since = case.last.record.at if case.last else 0.0
    for position in range(len(ledger.reports) - 1, bisect_left(ledger.report_times, since) - 1, -1):
        report = ledger.reports[position]
        for side in ledger.sides:
            pain = report.pain.get(side)
            if side not in found and pain is not None:
                found[side] = Now(pain, hours_between(since, ledger.report_times[position]), report)
        if len(found) == len(ledger.sides):
            break
    return found


def _after_last_run(case: Case) -> Outcome:
    answers = newest_answers(case)
    last = case.last
    assert last is not None  # noqa: S101 - the caller has looked
    outcomes = [_side_outcome(case, side, answers.get(side)) for side in case.ledger.sides]
    ranked = sorted(outcomes, key=lambda one: (running.severity(one.verdict.decision), one.verdict.rule))
    verdict = replace(running.worse_of(one.verdict for one in outcomes), rule=ranked[0].verdict.rule)
    worst = replace(ranked[0], verdict=verdict)
    return _with_earlier_stop(case, worst) if verdict.decision.may_run else worst


def _side_outcome(case: Case, side: Side, answer: Now | None) -> Outcome:
    last = case.last
    assert last is not None  # noqa: S101 - only called when there is a last run
    limits = last.record.limits
    said = case.ledger.dated.at(answer.report.received_at) if answer else case.ledger.limits
    facts = _with_pain_now(last.facts[side], answer, case.today, said)
    verdict = running.decide(facts, limits)
    outcome = Outcome(side=side, verdict=verdict, because=_because(case, side, facts, verdict, answer))
    stop = verdict.decision
    if stop not in reentry.STOPS:
        if not facts.above_once:
            return outcome
        stop = Decision.STOP_24H  # it was above baseline from 20 h on: the 48 hours hold although it settled
    answered = answer is not None and (
        answer.hours >= said.window_open_hours or facts.status is Answer24h.YES
    )
    above = answer is not None and answer.pain >= facts.baseline + said.elevated_margin
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
            because = words.about_run("{Day}’s run asked for two days of rest first.", view.day, case.today)
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


def _with_pain_over_the_line(case: Case, outcome: Outcome) -> Outcome:
    """From the line on nobody starts a run, however high the usual pain is."""
    if not outcome.verdict.decision.may_run:
        return outcome
    for side, answer in newest_answers(case).items():
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
        return Outcome(side=side, verdict=_plain(Decision.NOT_YET, "A1-SORE-NOW"), because=because)
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
    above = answer.pain >= facts.baseline + limits.elevated_margin
    return replace(facts, pre_run_pain=answer.pain, pre_run_hours=answer.hours, pre_run_above=above)


def _because(case: Case, side: Side, facts: SideFacts, verdict: Verdict, answer: Now | None) -> str:
    last = case.last
    assert last is not None  # noqa: S101
    where = said(" ({side} side)", side=side.label) if len(case.ledger.sides) > 1 else ""
    if verdict.rule == "A1-3":
        told = _unsettled_answer(case, side, facts) or answer
        if answer is not None and facts.status in SETTLED:
            told = answer  # it rose again later
        if told is not None:
            tell = words.above_again if facts.status in SETTLED else words.unsettled
            return tell(last.day, case.today, told.pain, told.report.local_date, facts.baseline) + where
    if verdict.rule == "A1-4" and facts.peak is not None and facts.peak != facts.run_pain:
        return words.about_run(
            "After {day}’s run it reached {pain}/10{where}.",
            last.day,
            case.today,
            pain=facts.peak,
            where=where,
        )
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
        if (
            pain is not None
            and hours >= limits.window_open_hours
            and pain >= facts.baseline + limits.elevated_margin
        ):
            found = Now(pain, hours, report)
    return found


def _before_first_run(case: Case) -> Outcome:
    """Nothing has been run yet: today's answer for every side has to be at or below baseline."""
    answers = newest_answers(case)
    for side in case.ledger.sides:
        answer = answers.get(side)
        if answer is None or answer.report.local_date != case.today:
            verdict = _plain(Decision.WAIT_24H, "A3-FIRST-RUN", StageEffect.PENDING)
            return Outcome(
                side=side,
                verdict=verdict,
                because=said("Your plan asks how it feels today before a first run."),
            )
        usual = case.ledger.references[side].at(case.ledger.now.timestamp())
        limits = case.ledger.dated.at(answer.report.received_at)
        if answer.pain >= usual + limits.elevated_margin:
            verdict = _plain(Decision.NOT_YET, "A3-FIRST-RUN")
            because = words.before_first_run(answer.pain, usual)
            return Outcome(side=side, verdict=verdict, because=because)
    verdict = _plain(Decision.RUN_WITHIN_PLAN, "A3-FIRST-RUN")
    return Outcome(side=None, verdict=verdict, because=said("Today it is no more than your usual."))


# The stage


def _today(case: Case, outcome: Outcome) -> RunningDecision:
    """The last run leaves the way free; what does the stage say today?"""
    if case.path.track is Track.MODIFIED_RUNNING:
        if case.plan.reference_week_minutes is None:
            because = "Your physio has not set your usual week yet."
            return _answer(case, _plain(Decision.NO_PLAN, "A1-MODIFIED"), because)
        room = allowed.reduced(case.plan.reference_week_minutes, case.views, case.ledger, case.today)
    else:
        stage = stage_after_gap(case)
        if stage == 1:
            return _no_running(case, outcome)
        room = allowed.in_stage(stage, case.views, case.ledger, case.today)
    if room.session is None:
        verdict = replace(outcome.verdict, decision=Decision.NOT_YET, rule=f"A3-{room.refused_by}")
        return _answer(case, verdict, words.REFUSALS[room.refused_by], _wait_hours(case, room.refused_by))
    return _answer(case, outcome.verdict, outcome.because, session=room.session)


def stage_after_gap(case: Case) -> int:
    """The stage whose session fits after a gap without running: a lower one is proposed, and never gone
    beyond."""
    stage = case.path.stage or 1
    limits = case.ledger.limits
    days = days_without_running(case)
    if stage < 2 or days is None or days < limits.gap_days:
        return stage
    if days < limits.long_gap_days:
        return stage - 1
    return 2 if case.walking_free_days >= limits.calm_days else 1


def days_without_running(case: Case) -> int | None:
    """Local days since the last run, counted from the later of that run and the physio's last act."""
    if case.last is None or case.path.last_act_at is None:
        return None
    since = max(case.last.day, local_day(case.path.last_act_at, case.time_zone))
    return (case.today - since).days


def _no_running(case: Case, outcome: Outcome) -> RunningDecision:
    verdict = replace(outcome.verdict, decision=Decision.NO_RUNNING_STAGE, rule="A3-STAGE-1")
    return _answer(case, verdict, "Your plan is at the stage before running.")


def _wait_hours(case: Case, code: str) -> float | None:
    """Hours from the last run until the rule that refused today may let go."""
    last = case.last
    if last is None:
        return None
    if code == "HILL_48H_WINDOW":
        return float(case.ledger.limits.stop_hours)
    days = {"NOT_EVERY_OTHER_DAY": STAGES[case.path.stage or 1].days_apart, "SECOND_RUN_TODAY": 1}.get(code)
    if days is None:
        return None
    opens = start_of_day(last.day + timedelta(days=days), case.time_zone)
    return (opens.timestamp() - last.record.at) / HOUR_S


def _answer(
    case: Case,
    verdict: Verdict,
    because: str,
    not_before_hours: float | None = None,
    session: AllowedSession | None = None,
    not_before: datetime | None = None,
) -> RunningDecision:
    last = case.last
    tell = verdict.decision
    if tell is Decision.STOP_REGRESS and not case.path.by_regression:
        tell = Decision.STOP_TEMPORARY  # in reduced running, in stage 1: no step back was taken
    if last is not None and not_before_hours is not None:
        not_before = last.run.at + timedelta(hours=not_before_hours)
    return RunningDecision(
        decision=verdict.decision,
        stage_effect=verdict.stage_effect,
        notify=verdict.notify,
        answer_24h={side: facts.status for side, facts in last.facts.items()} if last else {},
        reason=_for_physio(case, verdict, because),
        because=because,
        next_step=words.INSTEAD.get(verdict.rule) or words.next_step(tell, case.ledger.limits.run_ok_max + 1),
        allowed=session,
        ask_again=verdict.ask_again,
        run_id=last.run.id if last else None,
        rule=verdict.rule,
        not_before=not_before,
        owed=()
        if case.closed or case.plan.consent_is_withdrawn(case.ledger.now)
        else owed.questions(case.ledger, case.views, case.today, case.time_zone, verdict.decision),
    )


def _for_physio(case: Case, verdict: Verdict, because: str) -> str:
    last = case.last
    if last is None or verdict.rule in ("CLOSED", "CONSENT", "RECORD-ONLY", "NO-PLAN"):
        return because
    sides = "; ".join(
        f"{side.label} {'not scored' if facts.run_pain is None else f'{facts.run_pain}/10'}, "
        f"baseline {facts.baseline}, 24 h: {facts.status.label}"
        for side, facts in last.facts.items()
    )
    day = f"{last.day:%a} {last.day.day} {last.day:%b}"
    return f"{because} Last run {day}, {last.run.minutes} min: {sides}."
