"""Every run seen again at its end: each side's answers, the table's verdict, and whether it earned credit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import overload

from assessments.clinical.sides import Side
from rehab.clinical import running
from rehab.clinical.answer24h import Answer48h, Judgement, by_now, judge_48h
from rehab.clinical.diary import SideLook
from rehab.clinical.evaluation import Answer24h, StageEffect
from rehab.clinical.exceeded import exceeded
from rehab.clinical.history import Run
from rehab.clinical.ledger import HOUR_S, Ledger, RunRecord, hours_between
from rehab.clinical.stages import Path

_WORST_FIRST = (Answer24h.NO, Answer24h.UNKNOWN, Answer24h.MISSING, Answer24h.YES_LATE, Answer24h.YES)
_WORST_48H = (Answer48h.FAIL, Answer48h.UNKNOWN, Answer48h.MISSING, Answer48h.PASS)


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
            self._exceeded = exceeded(self._views, self)
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
