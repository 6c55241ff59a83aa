"""Lives through a runner's weeks, day by day: a simple tendon that calms with time and flares with load.

Seeded, so that the same seed and day give the same clinic. Nothing here is evidence of anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import exp
from random import Random
from uuid import UUID

from assessments.clinical.sides import Side
from rehab.clinical.evaluation import Evaluation, GateResult
from rehab.clinical.history import ExerciseSet, Half, ReportKind, WarmUp
from rehab.clinical.protocols import TEMPLATES
from rehab.management.demo.acts import Act, Exercised, Felt, Leg, Life, Moved, Ran, Reviewed
from rehab.management.demo.kinds import INSERTIONAL, MID, WHOLE, Kind, Lately, Setback
from rehab.management.demo.told import Telling, protocol_for

FULL_SETS_AFTER_DAYS = 4
WALKING, RUNNING = (0.6, -1.0), (0.55, -0.6)  # how a tendon's level is felt: factor and offset
SCRIPTED_DAYS = {
    Lately.FIVE: 3,
    Lately.THREE: 2,
    Lately.WORSE: 9,
    Lately.TOO_MUCH: 6,
    Lately.QUIET_WEEK: 8,
    Lately.GONE: 16,
    Lately.LONGER: 3,
}  # for how many days before today the script runs instead of chance


class Days:
    """One life while it is being lived."""

    def __init__(self, kind: Kind, random: Random, now: datetime, time_zone: str) -> None:
        self.kind, self.random, self.now = kind, random, now
        began_at = now - timedelta(days=kind.weeks * 7 + random.randint(0, 4), hours=2)
        self.life = Life(
            began_at=began_at,
            time_zone=time_zone,
            legs=tuple(_legs(kind, random)),
            stage=kind.stage,
            start_reason="Has been running all along." if kind.stage > 1 else "",
        )
        self.telling = Telling(began_at=began_at, time_zone=time_zone, legs=self.life.legs, stage=kind.stage)
        self.acts: list[Act] = []
        self.flare = 0.0
        self.last_run: Ran | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.telling.zone).date()

    @property
    def first_day(self) -> date:
        return self.life.began_at.astimezone(self.telling.zone).date()

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=self.telling.zone)

    def add(self, act: Act) -> bool:
        """False for what would lie in the future or before the first visit."""
        if act.heard_at > self.now or act.at <= self.life.began_at:
            return False
        self.acts.append(act)
        self.telling.hear(act)
        return True

    def new_id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def ask(self, moment: datetime) -> Evaluation:
        return self.telling.evaluate(moment)


def live(kind: Kind, random: Random, now: datetime, script: Callable[[Days], None], time_zone: str) -> Life:
    """From the first visit to `now`. `script` adds what happened lately."""
    days = Days(kind, random, now, time_zone)
    scripted_from = days.today - timedelta(days=SCRIPTED_DAYS.get(kind.lately, 0))
    day = days.first_day + timedelta(days=1)
    while day <= days.today and kind.lately not in WHOLE:
        if day < scripted_from:
            _live_day(days, day, checks=True)
        elif kind.lately not in (Lately.QUIET_WEEK, Lately.GONE):
            _home(days, day)
        day += timedelta(days=1)
    script(days)
    acts = sorted(days.acts, key=lambda act: (act.heard_at, act.at))
    return replace(days.life, acts=tuple(acts))


def _legs(kind: Kind, random: Random) -> list[Leg]:
    first = random.choice([Side.LEFT, Side.RIGHT])
    sides = [first] if not kind.both else [Side.LEFT, Side.RIGHT]
    legs = []
    for number, side in enumerate(sides):
        worst = max(0, kind.start_pain - number)
        insertional = kind.type is INSERTIONAL
        legs.append(
            Leg(
                side=side,
                type=kind.type,
                tender_cm=random.choice([0.5, 1.0, 1.5])
                if insertional
                else random.choice([3.0, 4.0, 4.5, 5.0]),
                second_tender_cm=None if kind.type in (MID, INSERTIONAL) else 1.0,
                usual_pain=max(0, round(worst * WALKING[0] + WALKING[1])),
                worst_pain=worst,
                visa_a=random.randint(42, 60) if kind.scored else None,
            )
        )
    return legs


def _level(days: Days, day: date) -> float:
    lived = (day - days.first_day).days
    weeks = lived / 7
    calming = days.kind.start_pain * exp(-days.kind.response * weeks)
    return calming + days.flare + _set_back(days.kind.setback, lived)


def _set_back(setback: Setback | None, lived: int) -> float:
    """What a setback adds: up within three days, then level, then down within five."""
    if setback is None:
        return 0.0
    since, over = lived - setback.day + 1, setback.day + setback.lasts_days - lived
    share = min(1.0, since / 3, 1 + over / 5)
    return max(0.0, share) * setback.points / WALKING[0]


def _felt(days: Days, day: date, felt: tuple[float, float] = WALKING) -> dict[Side, int | None]:
    level = _level(days, day) * felt[0] + felt[1]
    return {
        side: max(0, min(10, round(level - number * 0.4 + days.random.gauss(0, 0.28))))
        for number, side in enumerate(days.telling.sides)
    }


def _live_day(days: Days, day: date, *, checks: bool) -> None:
    days.flare *= 0.55
    _home(days, day, mornings=checks)
    week = (day - days.first_day).days
    if week in (42, 84) and days.kind.scored:
        _score(days, day, gained=round((1 - exp(-days.kind.response * week / 7)) * 38))
    if days.random.random() < 0.55:
        _maybe_run(days, day, checks=checks)
    if (day - days.first_day).days % 3 == 0 and days.kind.moved_on:
        _physio_looks(days, day)


def _home(days: Days, day: date, *, mornings: bool = True) -> None:
    """The morning answer and the two sessions of sets."""
    chance = days.kind.care - days.kind.fade * (day - days.first_day).days / 7
    if mornings and days.random.random() < days.kind.answers - 0.06:
        at = days.at(day, 7, days.random.randint(0, 25))
        late = timedelta(hours=3) if days.random.random() < 0.05 else timedelta()
        felt = _felt(days, day)
        days.add(Felt(at=at, heard_at=at + late, id=days.new_id(), kind=ReportKind.MORNING, pain=felt))
    for half, hour, share in ((Half.AM, 7, 1.0), (Half.PM, 19, 0.88)):
        if days.random.random() < chance * share:
            sets_of(days, days.at(day, hour, days.random.randint(30, 55)), half)


def sets_of(
    days: Days, at: datetime, half: Half, *, pain: int | None = None, sets: int | None = None
) -> None:
    """One session on each affected leg."""
    early = (at.date() - days.first_day).days <= FULL_SETS_AFTER_DAYS
    for leg in days.life.legs:
        dose = TEMPLATES[protocol_for(leg.type)].dose
        count = sets or (dose.start_sets if early else dose.sets)
        done = tuple(ExerciseSet(knee=knee, reps=dose.reps) for knee in dose.knees for _ in range(count))
        felt = round(_level(days, at.date())) + days.random.choice([0, 1]) if pain is None else pain
        days.add(
            Exercised(
                at=at,
                heard_at=at,
                id=days.new_id(),
                side=leg.side,
                half=half,
                sets=done,
                pain=min(6, felt) if pain is None else pain,
            )
        )


def _maybe_run(days: Days, day: date, *, checks: bool) -> None:
    """Runs when the plan allows it, as long as the plan allows; now and then a little carelessly."""
    at = days.at(day, 17, days.random.randint(0, 50))
    if at > days.now:
        return
    running = days.ask(at).running
    if not running.decision.may_run or running.allowed is None:
        return
    low = running.allowed.minutes_low or max(5, running.allowed.minutes_high - 8)
    minutes = days.random.randint(min(low, running.allowed.minutes_high), running.allowed.minutes_high)
    hills = running.allowed.hills and days.random.random() < 0.3
    pain = _felt(days, day, RUNNING)
    days.flare += max(0.0, days.random.gauss(-0.2, 0.7))
    ends_at = at + timedelta(minutes=min(minutes, 60))
    run_of(
        days,
        ends_at,
        minutes=min(minutes, 60),
        pain=pain,
        hills=hills,
        block=running.allowed.longest_block_minutes,
    )
    if checks and days.random.random() < days.kind.answers:
        check(
            days,
            ends_at + timedelta(hours=23, minutes=days.random.randint(0, 110)),
            _felt(days, day + timedelta(days=1)),
        )


def run_of(
    days: Days,
    at: datetime,
    *,
    minutes: int,
    pain: dict[Side, int | None],
    hills: bool = False,
    speed: bool = False,
    block: int | None = None,
    warm_up: WarmUp | None = None,
    shoe_drop_mm: int | None = None,
) -> None:
    run = Ran(
        at=at,
        heard_at=at + timedelta(minutes=4),
        id=days.new_id(),
        minutes=minutes,
        pain=pain,
        warm_up={side: warm_up or _warm_up(days, worst) for side, worst in pain.items()},
        longest_block_minutes=min(block, minutes) if block else None,
        distance_m=minutes * days.random.randint(150, 185),
        hills=hills,
        speed=speed,
        shoe_drop_mm=shoe_drop_mm,
    )
    if days.add(run):
        days.last_run = run


def _warm_up(days: Days, worst: int | None) -> WarmUp:
    if not worst:
        return WarmUp.NO_SYMPTOMS
    if worst >= 3:
        return WarmUp.PERSISTED
    return WarmUp.EASED if days.random.random() < 0.12 else WarmUp.RESOLVED


def check(
    days: Days, at: datetime, pain: dict[Side, int | None], kind: ReportKind = ReportKind.CHECK_24H
) -> None:
    if days.last_run is not None:
        days.add(Felt(at=at, heard_at=at, id=days.new_id(), kind=kind, pain=pain, run_id=days.last_run.id))


def _score(days: Days, day: date, *, gained: int) -> None:
    scores = {leg.side: min(100, leg.visa_a + gained) for leg in days.life.legs if leg.visa_a is not None}
    at = days.at(day, 11)
    days.add(Reviewed(at=at, heard_at=at, visa_a=scores))


def _physio_looks(days: Days, day: date) -> None:
    at = days.at(day, 12, 30)
    if at > days.now:
        return
    stage = days.ask(at).stage
    open_gate = stage.result in (GateResult.ELIGIBLE, GateResult.ELIGIBLE_NEEDS_PHYSIO)
    if open_gate and stage.next_stage and stage.stage and stage.next_stage > stage.stage:
        reason = "Seen and talked through." if stage.result is GateResult.ELIGIBLE_NEEDS_PHYSIO else ""
        if days.add(Moved(at=at, heard_at=at, reason=reason)):
            days.telling.move(at, stage.next_stage)
