"""Every run seen again at its end: each side's answers, the table's verdict, and whether it earned credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assessments.clinical.sides import Side
from rehab.clinical import running, session_rules
from rehab.clinical.answer24h import Answer48h, Judgement, by_now, judge_48h
from rehab.clinical.diary import SideLook
from rehab.clinical.evaluation import Answer24h, StageEffect
from rehab.clinical.history import Run, Track
from rehab.clinical.ledger import HOUR_S, Ledger, RunRecord, hours_between
from rehab.clinical.stages import Path

_WORST_FIRST = (Answer24h.NO, Answer24h.UNKNOWN, Answer24h.MISSING, Answer24h.YES_LATE, Answer24h.YES)
_WORST_48H = (Answer48h.FAIL, Answer48h.UNKNOWN, Answer48h.MISSING, Answer48h.PASS)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with everything that was said about it. `verdict` leaves open flags of the case aside."""

    record: RunRecord
    index: int
    stage: int | None  # of the moment it was run
    facts: dict[Side, running.SideFacts]
    judged: dict[Side, Judgement]
    verdict: running.Verdict
    status: Answer24h  # the worse side's
    exceeded: str | None  # the session rule it went over
    hills_48h: Answer48h | None  # None: no hills

    @property
    def run(self) -> Run:
        return self.record.run

    @property
    def day(self) -> date:
        return self.record.run.local_date

    @property
    def clean(self) -> bool:
        return self.verdict.stage_effect is StageEffect.CREDIT and self.exceeded is None

    @property
    def pending(self) -> bool:
        return self.status is Answer24h.UNKNOWN or self.hills_48h is Answer48h.UNKNOWN


def review(ledger: Ledger, path: Path) -> list[RunView]:
    """All standing runs, oldest first."""
    views: list[RunView] = []
    for index in range(len(ledger.records)):
        views.append(_view(ledger, path, index, views))
    return views


def _view(ledger: Ledger, path: Path, index: int, before: list[RunView]) -> RunView:
    record = ledger.records[index]
    hours_now = hours_between(record.at, ledger.now.timestamp())
    another_run = index + 1 < len(ledger.records)
    stage = path.stage_at(record.start)
    facts: dict[Side, running.SideFacts] = {}
    judged: dict[Side, Judgement] = {}
    hills: list[Answer48h] = []
    for side, look in ledger.looks(index).items():
        judged[side] = by_now(look.judged, hours_now, another_run, ledger.limits)
        facts[side] = running.SideFacts(
            run_pain=record.run.pain.get(side),
            warm_up=record.run.warm_up.get(side),
            baseline=look.baseline,
            status=judged[side].status,
            peak=look.peak,
            above_once=judged[side].above_once,
        )
        if record.run.hills:
            hills.append(_hills(ledger, index, look, judged[side], hours_now))
    statuses = [one.status for one in judged.values()]
    return RunView(
        record=record,
        index=index,
        stage=stage,
        facts=facts,
        judged=judged,
        verdict=running.worse_of(running.decide(one, ledger.limits) for one in facts.values()),
        status=min(statuses, key=_WORST_FIRST.index),
        exceeded=_exceeded(ledger, path, record, stage, before),
        hills_48h=min(hills, key=_WORST_48H.index) if hills else None,
    )


def _hills(ledger: Ledger, index: int, look: SideLook, judged: Judgement, hours_now: float) -> Answer48h:
    at = ledger.records[index].at
    follows = index + 1 < len(ledger.records)
    soon = follows and ledger.records[index + 1].start - at < ledger.limits.stop_hours * HOUR_S
    return judge_48h(
        look.replies,
        status_24h=judged.status,
        baseline=look.baseline,
        hours_now=ledger.limits.late_48h_hours if follows and not soon else hours_now,
        limits=ledger.limits,
        run_within_48h=soon,
    )


def _exceeded(
    ledger: Ledger, path: Path, record: RunRecord, stage: int | None, before: list[RunView]
) -> str | None:
    run = record.run
    if stage is None:
        return None
    if path.track is Track.MODIFIED_RUNNING:
        return "EASY_AND_FLAT_ONLY" if run.hills or run.speed else None
    code = session_rules.check(
        session_facts(
            stage,
            before,
            ledger,
            path,
            day=run.local_date,
            start=record.start,
            minutes=run.minutes,
            block=run.longest_block_minutes,
            hills=bool(run.hills),
            speed=bool(run.speed),
        ),
        ledger.limits,
    )
    return None if code == session_rules.WITHIN_STAGE else code


def session_facts(
    stage: int,
    before: list[RunView],
    ledger: Ledger,
    path: Path,
    *,
    day: date,
    start: float,
    minutes: int = 0,
    block: int | None = None,
    hills: bool = False,
    speed: bool = False,
) -> session_rules.SessionFacts:
    """What the session rules ask about one session, from the runs before it (oldest first)."""
    last = before[-1] if before else None
    hills_week = speed_week = 0
    hills_paused = speed_paused = False
    for view in reversed(before):
        age = (day - view.day).days
        if age > _WEEK + 4:
            break
        if age < _WEEK and view.run.hills:
            hills_week += 1
        if age < _WEEK and view.run.speed:
            speed_week += 1
        if age <= _WEEK + 1 and view.hills_48h is Answer48h.FAIL:
            hills_paused = True
        if age <= _WEEK and view.run.speed and view.status is Answer24h.NO:
            speed_paused = True
    return session_rules.SessionFacts(
        stage=stage,
        minutes=minutes,
        longest_block_minutes=block,
        days_since_last_run=(day - last.day).days if last else None,
        last_status=last.status if last else None,
        hills=hills,
        speed=speed,
        hills_passed=hills_passed(before),
        hours_since_first_hill=_hours_since_first_hill(before, start),
        hills_last_7_days=hills_week,
        speed_last_7_days=speed_week,
        hills_paused=hills_paused,
        speed_paused=speed_paused,
        cap_minutes=cap_after(last, ledger),
    )


def hills_passed(views: list[RunView]) -> int:
    return sum(1 for view in views if view.hills_48h is Answer48h.PASS)


def _hours_since_first_hill(before: list[RunView], start: float) -> float | None:
    """Hours since the last hill session, while no hill session has passed yet."""
    if not before or not before[-1].run.hills or hills_passed(before):
        return None
    return max(0.0, hours_between(before[-1].record.at, start))


def cap_after(last: RunView | None, ledger: Ledger) -> int | None:
    """The cap on the session after one that had not settled at 24 hours."""
    if last is None or last.status is not Answer24h.NO:
        return None
    return session_rules.next_session_cap(last.run.minutes, ledger.limits)
