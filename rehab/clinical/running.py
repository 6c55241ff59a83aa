"""Can I run? The ordered table of section A1 for one run and one side; the worse side decides for the runner.

The first row that matches wins. Pain is 0 to 10; None is "not said" and never passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rehab.clinical.evaluation import Answer24h, Decision, Notify, StageEffect
from rehab.clinical.history import WarmUp
from rehab.clinical.thresholds import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFacts:
    """What is known of one side after one run."""

    run_pain: int | None
    warm_up: WarmUp | None
    baseline: int
    status: Answer24h
    peak: int | None  # worst of the run and any report in its 24-hour window
    pre_run_pain: int | None = None  # the newest pain now, before another run
    pre_run_hours: float | None = None  # how long after the run's end that was said
    above_once: bool = False  # unsettled once from 20 h on: no credit, even if it settled later
    red_flag: bool = False
    worsening: bool = False
    # Judged by the thresholds of their own time; None: by the limits that are given.
    over_the_line: bool | None = None
    pre_run_above: bool | None = None

    @property
    def unscored(self) -> bool:
        return self.run_pain is None or self.warm_up is None

    @property
    def contradicts_itself(self) -> bool:
        if self.run_pain == 0:
            return self.warm_up is WarmUp.PERSISTED
        return self.run_pain is not None and self.warm_up is WarmUp.NO_SYMPTOMS


@dataclass(frozen=True, slots=True)
class Verdict:
    decision: Decision
    stage_effect: StageEffect
    notify: Notify
    ask_again: bool
    rule: str


def plain(decision: Decision, rule: str, effect: StageEffect = StageEffect.HOLD) -> Verdict:
    """A verdict that notifies nobody and asks nothing again."""
    return Verdict(decision, effect, Notify.NONE, False, rule)


def _pre_run_above(facts: SideFacts, limits: Limits) -> bool:
    if facts.pre_run_pain is None or facts.pre_run_hours is None or facts.pre_run_hours < 24:
        return False
    if facts.pre_run_above is not None:
        return facts.pre_run_above
    return limits.elevated(facts.pre_run_pain, facts.baseline)


def _red_flag(facts: SideFacts, limits: Limits) -> bool:
    return facts.red_flag


def _worsening(facts: SideFacts, limits: Limits) -> bool:
    return facts.worsening


def _not_settled(facts: SideFacts, limits: Limits) -> bool:
    return facts.status is Answer24h.NO or _pre_run_above(facts, limits)


def _over_the_line(facts: SideFacts, limits: Limits) -> bool:
    if facts.over_the_line is not None:
        return facts.over_the_line
    return facts.peak is not None and facts.peak >= limits.regress_min


def _at_the_line(facts: SideFacts, limits: Limits) -> bool:
    too_much = facts.run_pain is not None and facts.run_pain > limits.run_ok_max
    return too_much or facts.warm_up is WarmUp.PERSISTED or facts.contradicts_itself


def _not_answered(facts: SideFacts, limits: Limits) -> bool:
    return not_answered(facts)


def not_answered(facts: SideFacts) -> bool:
    """Whether something that has to be known before a next run is not: a score, or the 24-hour answer."""
    if facts.unscored or facts.status is Answer24h.UNKNOWN:
        return True
    return facts.status is Answer24h.MISSING and facts.pre_run_pain is None


def _no_symptoms(facts: SideFacts, limits: Limits) -> bool:
    return facts.run_pain == 0 and facts.warm_up is WarmUp.NO_SYMPTOMS


def _the_rest(facts: SideFacts, limits: Limits) -> bool:
    return True


def _suspend(facts: SideFacts, limits: Limits) -> StageEffect:
    return StageEffect.SUSPEND


def _regress_or_hold(facts: SideFacts, limits: Limits) -> StageEffect:
    return StageEffect.REGRESS_1 if _over_the_line(facts, limits) else StageEffect.HOLD


def _hold(facts: SideFacts, limits: Limits) -> StageEffect:
    return StageEffect.HOLD


def _pending_or_hold(facts: SideFacts, limits: Limits) -> StageEffect:
    lost = facts.warm_up is WarmUp.EASED or facts.status is Answer24h.MISSING
    return StageEffect.HOLD if lost else StageEffect.PENDING


def _credit_or_hold(facts: SideFacts, limits: Limits) -> StageEffect:
    earned = facts.status is Answer24h.YES and facts.warm_up is not WarmUp.EASED and not facts.above_once
    return StageEffect.CREDIT if earned else StageEffect.HOLD


Condition = Callable[[SideFacts, Limits], bool]
Effect = Callable[[SideFacts, Limits], StageEffect]

TABLE: tuple[tuple[str, Condition, Decision, Effect, Notify], ...] = (
    ("A1-1", _red_flag, Decision.URGENT_CARE, _suspend, Notify.IMMEDIATE),
    ("A1-2", _worsening, Decision.STOP_SEEK_ASSESSMENT, _suspend, Notify.SAME_DAY),
    ("A1-3", _not_settled, Decision.STOP_24H, _regress_or_hold, Notify.QUEUE),
    ("A1-4", _over_the_line, Decision.STOP_REGRESS, _regress_or_hold, Notify.QUEUE),
    ("A1-5", _at_the_line, Decision.STOP_TEMPORARY, _hold, Notify.QUEUE),
    ("A1-6", _not_answered, Decision.WAIT_24H, _pending_or_hold, Notify.NONE),
    ("A1-7", _no_symptoms, Decision.RUN_WITHIN_PLAN, _credit_or_hold, Notify.NONE),
    ("A1-8", _the_rest, Decision.RUN_REDUCED, _credit_or_hold, Notify.NONE),
)

_SEVERITY = {decision: rank for rank, decision in enumerate(Decision)}
_EFFECTS = {effect: rank for rank, effect in enumerate(StageEffect)}
_NOTICES = {notice: rank for rank, notice in enumerate(Notify)}


def severity(decision: Decision) -> int:
    """0 for the most cautious decision; larger is milder."""
    return _SEVERITY[decision]


def decide(facts: SideFacts, limits: Limits) -> Verdict:
    """The first row of the table that holds for this side."""
    for rule, holds, decision, effect, notify in TABLE:
        if holds(facts, limits):
            return Verdict(decision, effect(facts, limits), notify, facts.contradicts_itself, rule)
    raise AssertionError("the last row of the table always holds")


def worse_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The runner's verdict: the worse side's decision, and the graver effect and notice of any side."""
    ranked = sorted(verdicts, key=lambda verdict: (_SEVERITY[verdict.decision], verdict.rule))
    return Verdict(
        decision=ranked[0].decision,
        stage_effect=min((verdict.stage_effect for verdict in ranked), key=_EFFECTS.__getitem__),
        notify=min((verdict.notify for verdict in ranked), key=_NOTICES.__getitem__),
        ask_again=any(verdict.ask_again for verdict in ranked),
        rule=ranked[0].rule,
    )
