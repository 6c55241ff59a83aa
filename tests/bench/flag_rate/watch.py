"""One invented life, looked at every morning by a physio who works the list to zero, under both rule sets.

Each flag that stands open at eight is one flag worked by hand: it is acknowledged, and comes back with new
evidence only. Nobody resolves anything, so a case that the rules suspend stays suspended: an upper bound.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from patients.models import Case
from rehab.actions import flag_changes
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import Score
from rehab.management.demo import lately
from rehab.management.demo.acts import Act, Felt, Life, Moved, Ran, Reviewed
from rehab.management.demo.kinds import Kind
from rehab.management.demo.life import live
from rehab.management.demo.told import Telling
from rehab.models import Flag, FlagState
from tests.bench.flag_rate import pathways
from tests.bench.flag_rate.pathways import Rule

ZONE = "Europe/London"
LOOKS_AT = time(8)
RULES = list(Rule)  # the mildest first
ABOUT_PAIN = frozenset({
    FindingKind.RED_FLAG, FindingKind.WORSENING, FindingKind.OVERLOAD, FindingKind.ELEVATED_24H,
    FindingKind.OVER_THE_LINE, FindingKind.AT_THE_LINE, FindingKind.EXERCISE_PAIN, FindingKind.PROM_DECLINE,
})  # fmt: skip


@dataclass
class Watched:
    """What was worked by hand, by the day of the life; `setback_on`: when it truly began to get worse."""

    days: int
    ours: list[tuple[int, str]] = field(default_factory=list)
    theirs: list[tuple[int, str]] = field(default_factory=list)
    setback_on: int | None = None
    moves: int = 0  # stages that the simulated physio opened


def watch(kind: Kind, seed: int, now: datetime) -> Watched:
    life = live(kind, Random(seed), now, lately.play, ZONE)
    told = _Told(life)
    first = life.began_at.astimezone(told.telling.zone).date()
    last = now.astimezone(told.telling.zone).date()
    seen = Watched((last - first).days, setback_on=kind.setback.day if kind.setback else None)
    seen.moves = sum(isinstance(act, Moved) for act in life.acts)
    case, flags, settled = Case(), list[Flag](), dict[tuple[str, str], Flag]()
    before = life.began_at
    for day in _days(first, last):
        look = datetime.combine(day, LOOKS_AT, tzinfo=told.telling.zone)
        rules = told.hear(look)
        lived = (day - first).days
        flags, worked = _work_through(case, flags, settled, told, look)
        seen.ours += [(lived, flag.kind) for flag in worked]
        rules += pathways.of_silence(told.last_report_at, before, look)
        seen.theirs += [(lived, rule.value) for rule in rules]
        before = look
    return seen


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range(1, (last - first).days + 1))


def _work_through(
    case: Case,
    flags: list[Flag],
    settled: dict[tuple[str, str], Flag],
    told: "_Told",
    look: datetime,
) -> tuple[list[Flag], list[Flag]]:
    """The flags that stand afterwards, and those that were worked on. `settled`: seen, and cleared since."""
    history, plan = told.telling.known_by(look)
    findings = evaluate(replace(history, scores=tuple(told.scores)), plan, look).findings
    changes = flag_changes.compare(
        case=case, flags=flags, handled=settled.values(), findings=findings, now=look
    )
    for flag in changes.changed:
        if flag.state == FlagState.RESOLVED and flag.kind in flag_changes.LASTING:
            settled[(flag.side, flag.kind)] = flag
    worked = [flag for flag in changes.standing if flag.state == FlagState.OPEN]
    for flag in worked:
        flag.state, flag.acknowledged_at, flag.acknowledged_hash = (
            FlagState.ACKNOWLEDGED, look, flag.evidence_hash,
        )  # fmt: skip
    return changes.standing, worked


class _Told:
    """The life, told to both as it is heard."""

    def __init__(self, life: Life) -> None:
        self.life, self.heard = life, 0
        self.telling = Telling(
            began_at=life.began_at, time_zone=life.time_zone, legs=life.legs, stage=life.stage
        )
        self.last_report_at = life.began_at
        self.scores: list[Score] = []
        self.worst: dict[date, int] = {}  # of walking and running; pain in an exercise is expected
        self.raised: dict[date, Rule] = {}
        self._score(life.began_at, {leg.side: leg.visa_a for leg in life.legs if leg.visa_a is not None})

    def hear(self, until: datetime) -> list[Rule]:
        """What the published thresholds newly raise."""
        before = len(self._function())
        touched: set[date] = set()
        while self.heard < len(self.life.acts) and self.life.acts[self.heard].heard_at <= until:
            touched |= self._take(self.life.acts[self.heard])
            self.heard += 1
        function = self._function()
        news = [
            pathways.of_score(function[at - 1], function[at]) for at in range(max(1, before), len(function))
        ]
        return [rule for rule in (*news, *map(self._of_day, sorted(touched))) if rule is not None]

    def _of_day(self, day: date) -> Rule | None:
        earlier = max((one for one in self.worst if one < day), default=None)
        rule = pathways.of_pain(None if earlier is None else self.worst[earlier], self.worst[day])
        if rule is None or RULES.index(rule) <= RULES.index(self.raised.get(day, RULES[0])):
            return None  # nothing, or nothing above what this day has raised already
        self.raised[day] = rule
        return rule

    def _take(self, act: Act) -> set[date]:
        """The day of which a new answer was heard, if one was."""
        if isinstance(act, Moved):
            stage = self.telling.evaluate(act.at).stage.next_stage
            if stage is not None:
                self.telling.move(act.at, stage)
            return set()
        if isinstance(act, Reviewed):
            self._score(act.at, act.visa_a)
            return set()
        self.telling.hear(act)
        self.last_report_at = max(self.last_report_at, act.heard_at)
        said = act.pain.values() if isinstance(act, Felt | Ran) else ()
        pain = max((value for value in said if value is not None), default=None)
        if pain is None:
            return set()
        day = act.at.astimezone(self.telling.zone).date()
        self.worst[day] = max(self.worst.get(day, 0), pain)
        return {day}

    def _score(self, at: datetime, found: Mapping[Side, int]) -> None:
        day = at.astimezone(self.telling.zone).date()
        self.scores += [
            Score(instrument=Instrument.VISA_A, side=side, value=float(value), taken_on=day)
            for side, value in found.items()
        ]

    def _function(self) -> list[float]:
        """The worse side on each day, oldest first."""
        by_day: dict[date, float] = {}
        for score in self.scores:
            by_day[score.taken_on] = min(score.value, by_day.get(score.taken_on, 100.0))
        return [by_day[day] for day in sorted(by_day)]
