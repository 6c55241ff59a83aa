"""Every run seen again at its end: each side's answers, the table's verdict, and whether it earned credit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import overload

from assessments.clinical.sides import Side
from rehab.clinical import running, session_rules
from rehab.clinical.answer24h import Answer48h, Judgement, by_now, judge_48h
from rehab.clinical.diary import SideLook
from rehab.clinical.evaluation import Answer24h, StageEffect
from rehab.clinical.history import Run, Track
from rehab.clinical.ledger import HOUR_S, Ledger, RunRecord, hours_between
from rehab.clinical.stages import Path
from rehab.clinical.thresholds import Limits

_WORST_FIRST = (Answer24h.NO, Answer24h.UNKNOWN, Answer24h.MISSING, Answer24h.YES_LATE, Answer24h.YES)
_WORST_48H = (Answer48h.FAIL, Answer48h.UNKNOWN, Answer48h.MISSING, Answer48h.PASS)
_WEEK = 7
_FREE_STAGE = 6  # from here on a session has no fixed cap, and the week has


class _Unknown(Enum):
    """Not worked out yet; None would say that no rule was broken."""

    YET = "YET"


_UNKNOWN = _Unknown.YET


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said about one run, each side by itself and together."""

    facts: dict[Side, running.SideFacts]
    judged: dict[Side, Judgement]
    status: Answer24h  # the worse side's
    hills_48h: Answer48h | None  # None: no hills


class RunView:
    """One run with everything that was said about it, worked out when it is first asked for.

    `verdict` leaves open flags of the case aside.
    """

    __slots__ = ("_answers", "_exceeded", "_verdict", "_views", "day", "index", "record", "run")

    def __init__(self, views: RunViews, index: int, record: RunRecord) -> None:
        self.record = record
        self.index = index
        self.run: Run = record.run
        self.day: date = record.run.local_date
        self._views = views
        self._answers: Answers | None = None
        self._verdict: running.Verdict | None = None
        self._exceeded: str | _Unknown | None = _UNKNOWN

    @property
    def stage(self) -> int | None:
        """The stage of the moment it was run."""
        return self._views.path.stage_at(self.record.start)

    @property
    def answers(self) -> Answers:
        if self._answers is None:
            self._answers = _answers(self._views.ledger, self.index)
        return self._answers

    @property
    def facts(self) -> dict[Side, running.SideFacts]:
        return self.answers.facts

    @property
    def judged(self) -> dict[Side, Judgement]:
        return self.answers.judged

    @property
    def status(self) -> Answer24h:
        return self.answers.status

    @property
    def hills_48h(self) -> Answer48h | None:
        return self.answers.hills_48h if self.run.hills else None

    @property
    def verdict(self) -> running.Verdict:
        if self._verdict is None:
            limits = self.record.limits
            self._verdict = running.worse_of([running.decide(one, limits) for one in self.facts.values()])
        return self._verdict

    @property
    def exceeded(self) -> str | None:
        """The session rule it went over."""
        if isinstance(self._exceeded, _Unknown):
            self._exceeded = _exceeded(self._views, self)
        return self._exceeded

    @property
    def clean(self) -> bool:
        return self.verdict.stage_effect is StageEffect.CREDIT and self.exceeded is None

    @property
    def pending(self) -> bool:
        return self.status is Answer24h.UNKNOWN or self.hills_48h is Answer48h.UNKNOWN


class RunViews(Sequence[RunView]):
    """All standing runs, oldest first."""

    def __init__(self, ledger: Ledger, path: Path) -> None:
        self.ledger = ledger
        self.path = path
        self._all = [RunView(self, index, record) for index, record in enumerate(ledger.records)]
        self.with_hills = [view for view in self._all if view.run.hills]

    @overload
    def __getitem__(self, place: int) -> RunView: ...
    @overload
    def __getitem__(self, place: slice) -> list[RunView]: ...
    def __getitem__(self, place: int | slice) -> RunView | list[RunView]:
        return self._all[place]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[RunView]:
        return iter(self._all)

    def __reversed__(self) -> Iterator[RunView]:
        return reversed(self._all)


def review(ledger: Ledger, path: Path) -> RunViews:
    """All standing runs, oldest first."""
    return RunViews(ledger, path)


def _answers(ledger: Ledger, index: int) -> Answers:
    record = ledger.records[index]
    hours_now = hours_between(record.at, ledger.now.timestamp())
    another_run = index + 1 < len(ledger.records)
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
            over_the_line=look.over is not None,
        )
        if record.run.hills:
            hills.append(_hills(ledger, index, look, judged[side], hours_now))
    return Answers(
        facts=facts,
        judged=judged,
        status=min((one.status for one in judged.values()), key=_WORST_FIRST.index),
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
        limits=ledger.records[index].limits,
        run_within_48h=soon,
    )


def _exceeded(views: RunViews, view: RunView) -> str | None:
    run, stage = view.run, view.stage
    if stage is None:
        return None
    if views.path.track is Track.MODIFIED_RUNNING:
        return "EASY_AND_FLAT_ONLY" if run.hills or run.speed else _over_reduced_week(views, view)
    code = session_rules.check(
        session_facts(
            stage,
            views,
            view.index,
            day=run.local_date,
            start=view.record.start,
            minutes=run.minutes,
            block=run.longest_block_minutes,
            hills=bool(run.hills),
            speed=bool(run.speed),
            limits=view.record.limits,
        ),
        view.record.limits,
    )
    return _over_week(views, view, stage) if code == session_rules.WITHIN_STAGE else code


def _week_up_to(views: RunViews, view: RunView, weeks_ago: int = 0) -> list[RunView]:
    """The runs of the seven days up to a run, with it, or of the seven days so many weeks before."""
    found = []
    for place in range(view.index, -1, -1):
        weeks = max(0, (view.day - views[place].day).days) // _WEEK
        if weeks > weeks_ago:
            break
        if weeks == weeks_ago:
            found.append(views[place])
    return found


def _over_week(views: RunViews, view: RunView, stage: int) -> str | None:
    """From stage 6 a week grows by a tenth at most, in metres; where those are not all known, in minutes.

    The session offered is in minutes, so a run within them keeps to the plan at any pace.
    """
    if stage < _FREE_STAGE:
        return None
    this, before = _week_up_to(views, view), _week_up_to(views, view, 1)
    now_m, before_m = metres(this), metres(before)
    percent = 100 + view.record.limits.weekly_percent
    minutes_before = sum(one.run.minutes for one in before)
    longer = sum(one.run.minutes for one in this) * 100 > minutes_before * percent
    farther = now_m is None or before_m is None or now_m * 100 > before_m * percent
    if minutes_before and longer and farther:
        return "WEEK_OVER_10_PERCENT"
    most = views.ledger.pre_injury_week_m
    if stage == _FREE_STAGE and most is not None and now_m is not None and now_m > most:
        return "WEEK_OVER_PRE_INJURY"
    return None


def metres(views: Iterable[RunView]) -> int | None:
    """None when one of the runs has no distance: that is not zero."""
    said = [view.run.distance_m for view in views]
    known = [one for one in said if one is not None]
    return sum(known) if len(known) == len(said) else None


def _over_reduced_week(views: RunViews, view: RunView) -> str | None:
    usual = views.ledger.usual_week_minutes
    if usual is None:
        return None
    most = usual * (100 - view.record.limits.cut_percent) // 100
    minutes = sum(one.run.minutes for one in _week_up_to(views, view))
    return "WEEK_OVER_REDUCED" if minutes > most else None


def session_facts(
    stage: int,
    views: RunViews,
    index: int,
    *,
    day: date,
    start: float,
    minutes: int = 0,
    block: int | None = None,
    hills: bool = False,
    speed: bool = False,
    limits: Limits | None = None,
) -> session_rules.SessionFacts:
    """What the session rules ask about one session, from the runs before place `index`.

    `limits`: those of a session that was run; None: those in force now.
    """
    last = views[index - 1] if index else None
    hills_week = speed_week = 0
    hills_paused = speed_paused = False
    for place in range(index - 1, -1, -1):
        view = views[place]
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
    passed = hills_passed(view for view in views.with_hills if view.index < index)
    return session_rules.SessionFacts(
        stage=stage,
        minutes=minutes,
        longest_block_minutes=block,
        days_since_last_run=_days_since(last, day, start) if last else None,
        last_status=last.status if last else None,
        hills=hills,
        speed=speed,
        hills_passed=passed,
        hours_since_first_hill=_hours_since_first_hill(last, passed, start),
        hills_last_7_days=hills_week,
        speed_last_7_days=speed_week,
        hills_paused=hills_paused,
        speed_paused=speed_paused,
        cap_minutes=cap_after(last, limits or views.ledger.limits),
    )


def _days_since(last: RunView, day: date, start: float) -> int:
    """Local days, but no more than the hours can hold: whoever flew east has not rested a day more."""
    held = int((hours_between(last.record.at, start) + 1) // 24) + 1  # a day may have 23 hours
    return min((day - last.day).days, held)


def hills_passed(views: Iterable[RunView]) -> int:
    return sum(1 for view in views if view.hills_48h is Answer48h.PASS)


def _hours_since_first_hill(last: RunView | None, passed: int, start: float) -> float | None:
    """Hours since the last hill session, while no hill session has passed yet."""
    if last is None or not last.run.hills or passed:
        return None
    return max(0.0, hours_between(last.record.at, start))


def cap_after(last: RunView | None, limits: Limits) -> int | None:
    """The cap on the session after one that had not settled at 24 hours."""
    if last is None or last.status is not Answer24h.NO:
        return None
    return session_rules.next_session_cap(last.run.minutes, limits)
