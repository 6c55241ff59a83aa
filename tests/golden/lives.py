"""Many lives, plain and odd, each with the moments at which the rules are asked about it. Seeded.

Three kinds: the runners of the demo clinic, long random diaries (corrections, withdrawals, late and doubled
entries, both sides, every track, changed thresholds), and the small odd diaries of the property tests.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.findings import Finding as RedFlag
from assessments.clinical.instruments import Instrument
from rehab.clinical.history import (
    ExerciseSet,
    History,
    Knee,
    Plan,
    ReportKind,
    Score,
    StageAct,
    Track,
    WarmUp,
)
from rehab.management.demo import lately
from rehab.management.demo.kinds import kinds
from rehab.management.demo.life import Days, live
from tests.rehab.clinical.cases import FIRST_DAY, LEFT, RIGHT, Diary
from tests.rehab.clinical.strategies import diaries

ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


class Life(NamedTuple):
    name: str
    history: History
    plan: Plan
    moments: tuple[datetime, ...]


def lives(count: int, moments: int) -> Iterator[Life]:
    """About `count` of each kind."""
    yield from demo(count, moments)
    yield from long(count, moments)
    yield from small(count, moments)


def demo(count: int, moments: int) -> Iterator[Life]:
    for number, kind in enumerate(kinds(7, count)):
        chance = Random(f"demo {number}")
        told: list[Days] = []

        def script(days: Days, told: list[Days] = told) -> None:
            lately.play(days)
            told.append(days)

        live(kind, chance, NOW, script, "Europe/London")
        history, plan = told[0].telling.known_by(NOW)
        yield Life(f"demo {number}", history, plan, _moments(chance, history, moments))


def long(count: int, moments: int) -> Iterator[Life]:
    for number in range(count):
        chance = Random(f"long {number}")
        history, plan = _long(chance)
        yield Life(f"long {number}", history, plan, _moments(chance, history, moments))


def small(count: int, moments: int) -> Iterator[Life]:
    found: list[Diary] = []

    @settings(
        max_examples=count, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(diaries())
    def collect(diary: Diary) -> None:
        found.append(diary)

    collect()
    for number, diary in enumerate(found):
        history = diary.history()
        chance = Random(f"small {number}")
        yield Life(f"small {number}", history, diary.plan(), _moments(chance, history, moments))


def _moments(chance: Random, history: History, count: int) -> tuple[datetime, ...]:
    """The end of the story and moments anywhere in it; some on an entry's own moment or a window's edge."""
    entries = (*history.runs, *history.reports, *history.sessions)
    last = max((one.received_at for one in entries), default=history.opened_at)
    found = [last + timedelta(hours=1), last + timedelta(days=chance.choice([1, 3, 9, 20]), minutes=7)]
    length = (last - history.opened_at) / timedelta(minutes=1)
    while len(found) < count:
        if entries and chance.random() < 0.4:
            edge = timedelta(hours=chance.choice([0, 0, 12, 20, 24, 28, 36, 44, 48, 56, 72, 84]))
            found.append(chance.choice(entries).at + edge)
        else:
            found.append(history.opened_at + timedelta(minutes=chance.randrange(int(length) + 1)))
    return tuple(sorted(found))


def _long(chance: Random) -> tuple[History, Plan]:
    sides = chance.choice([(LEFT,), (LEFT,), (RIGHT,), (LEFT, RIGHT)])
    diary = Diary(zone=chance.choice(ZONES), sides=sides)
    days = chance.randint(20, 110)
    for side in sides:
        diary.usual(chance.randint(0, 3), side=side, worst=chance.randint(0, 8))
        if chance.random() < 0.3:
            diary.usual(chance.randint(0, 3), day=days // 2, side=side)
        _plans(diary, chance, side, days)
    _stages(diary, chance, days)
    if chance.random() < 0.3:
        diary.thresholds = chance.choice(
            [
                {"RUN_OK_MAX": 3, "REGRESS_MIN": 5},
                {"ELEVATED_MARGIN": 2},
                {"SILENCE_DAYS": 3},
                {"STAGE_DAYS": 7},
            ]
        )
    _diary(diary, chance, days)
    if chance.random() < 0.2:
        diary.red_flag(chance.randint(1, days), received=chance.choice([0, 20]))
    if chance.random() < 0.2:
        diary.clear(chance.randint(1, days))
    if chance.random() < 0.4:
        diary.resolve(chance.randint(1, days))
    plan = replace(
        diary.plan(),
        record_only=chance.random() < 0.04,
        reference_week_minutes=chance.choice([None, 90, 200]),
        pre_injury_week_m=chance.choice([None, 30_000]),
    )
    return _odd(diary.history(), chance, days), plan


def _odd(history: History, chance: Random, days: int) -> History:
    """Scores, flags of the physio, doubled entries and an order of its own."""
    scores = tuple(
        Score(
            instrument=chance.choice([Instrument.VISA_A, Instrument.VISA_A, Instrument.PSFS]),
            side=chance.choice([None, LEFT, RIGHT]),
            value=float(chance.randint(20, 95)),
            taken_on=FIRST_DAY + timedelta(days=chance.randint(0, days)),
        )
        for _ in range(chance.choice([0, 0, 2, 4]))
    )
    assessed = tuple(
        replace(one, id=f"a{one.id}", findings=frozenset({chance.choice(list(RedFlag))}))
        for one in history.red_flags
        if chance.random() < 0.5
    )
    runs, reports, sessions = list(history.runs), list(history.reports), list(history.sessions)
    for entries in (runs, reports, sessions):
        if entries and chance.random() < 0.3:
            entries.append(chance.choice(entries))
        if chance.random() < 0.5:
            chance.shuffle(entries)
    return replace(
        history,
        runs=tuple(runs),
        reports=tuple(reports),
        sessions=tuple(sessions),
        scores=scores,
        assessed_red_flags=assessed,
        paused=chance.random() < 0.04,
    )


def _plans(diary: Diary, chance: Random, side: Any, days: int) -> None:
    if chance.random() < 0.1:
        return
    knees = chance.choice([(Knee.STRAIGHT, Knee.BENT), (Knee.STRAIGHT,)])
    of = {
        "side": side,
        "type": chance.choice(list(TendinopathyType)),
        "sets": chance.choice([3, 4]),
        "reps": chance.choice([6, 15]),
        "sessions_per_day": chance.choice([1, 2, 2]),
        "days_per_week": chance.choice([2, 3, 7, 7]),
        "knees": knees,
        "start_sets": chance.choice([2, 3]),
        "thresholds": chance.choice([{}, {}, {"EXERCISE_SEVERE": 5}]),
    }
    change = FIRST_DAY + timedelta(days=chance.randint(5, days))
    protocol = chance.choice(list(Protocol))
    if chance.random() < 0.5:
        diary.exercises(protocol, **of)
    else:
        diary.exercises(protocol, **{**of, "ends_on": change})
        if chance.random() < 0.7:
            diary.exercises(chance.choice(list(Protocol)), **{**of, "starts_on": change})


def _stages(diary: Diary, chance: Random, days: int) -> None:
    if chance.random() < 0.1:
        return
    track = Track.MODIFIED_RUNNING if chance.random() < 0.15 else Track.FRAMEWORK
    diary.stage(chance.choice([0, 0, 3]), chance.randint(1, 6), StageAct.START, track=track)
    for _ in range(chance.choice([0, 1, 2, 4])):
        acts = [act for act in StageAct if act is not StageAct.START]
        diary.stage(
            chance.randint(1, days), chance.randint(1, 8), chance.choice(acts), track=track,
            hour=chance.choice([7, 12, 23.5]),
        )  # fmt: skip


def _diary(diary: Diary, chance: Random, days: int) -> None:
    level = chance.choice([0.3, 0.8, 1.5, 2.5])
    habits = {"runs": chance.choice([0.2, 0.4, 0.7]), "answers": chance.choice([0.5, 0.9, 1.0])}
    silent = range(chance.randrange(days), days) if chance.random() < 0.3 else range(0)
    quiet = range(silent.start, min(days, silent.start + chance.randint(3, 30))) if silent else range(0)
    hills, speed = chance.choice([(0.0, 0.0), (0.2, 0.0), (0.2, 0.2)])
    drops = chance.choice([(None,), (None,), (10, 10, 4), (8, 4, 0, None)])
    for day in range(days):
        level = max(0.0, level + chance.gauss(-0.01, 0.25) + (3 if chance.random() < 0.02 else 0))
        if level > 3:
            level *= 0.6
        if day in quiet:
            continue

        def pain(level: float = level) -> dict[Any, int | None]:
            return {
                side: None if chance.random() < 0.03 else max(0, min(10, round(chance.gauss(level, 0.8))))
                for side in diary.sides
            }

        late = chance.choice([0, 0, 0, 0, 2, 30]) if chance.random() < 0.3 else 0
        if chance.random() < habits["answers"]:
            name = diary.say(day, pain(), hour=7 + chance.random(), received=late, stiffness_minutes=5)
            if chance.random() < 0.03:
                diary.say(
                    day, pain(), hour=7.5, received=late + 3, supersedes=name, voided=chance.random() < 0.3
                )
        if chance.random() < habits["runs"]:
            _run(diary, chance, day, pain, habits["answers"], late, (hills, speed), drops)
        for side in diary.sides:
            for hour in (8, 19):
                if chance.random() < 0.7:
                    _exercise(diary, chance, day, hour, side, level)


def _run(
    diary: Diary, chance: Random, day: int, pain: Any, answers: float, late: float, hard: Any, drops: Any
) -> None:
    hour = chance.choice([9, 17, 18, 22.5]) + chance.random()
    if chance.random() < 0.15:
        diary.say(day, pain(), hour=hour - 1, kind=ReportKind.PRE_RUN)
    minutes = chance.randint(5, 45)
    of = {
        "hour": hour,
        "minutes": minutes,
        "warm": chance.choice([*WarmUp, WarmUp.NO_SYMPTOMS, WarmUp.RESOLVED, WarmUp.RESOLVED]),
        "received": late,
        "hills": chance.random() < hard[0] or None,
        "speed": chance.random() < hard[1] or None,
        "distance_m": chance.choice([None, minutes * 170, minutes * 180]),
        "shoe_drop_mm": chance.choice(drops),
        "longest_block_minutes": chance.choice([None, None, 1, 3]),
    }
    name = diary.run(day, pain(), **of)
    if chance.random() < 0.04:
        diary.run(day, pain(), **{**of, "received": late + 26}, supersedes=name, voided=chance.random() < 0.4)
    if chance.random() < 0.1:
        diary.say(day, pain(), hour=hour + 0.3, kind=ReportKind.AFTER, run_id=name)
    if chance.random() < answers:
        diary.say(
            day + 1, pain(), hour=hour + chance.choice([-6, -3, 0, 0, 1, 3, 8]), kind=ReportKind.CHECK_24H,
            run_id=chance.choice([name, name, None]), received=chance.choice([0, 0, 0, 20]),
        )  # fmt: skip
    if chance.random() < 0.2:
        diary.say(day + 2, pain(), hour=hour, kind=ReportKind.CHECK_48H, run_id=name)


def _exercise(diary: Diary, chance: Random, day: int, hour: float, side: Any, level: float) -> None:
    pain = None if chance.random() < 0.2 else max(0, min(10, round(chance.gauss(level + 2, 1.4))))
    more: dict[str, Any] = {}
    if chance.random() < 0.02:
        more = (
            {"supersedes": diary.sessions[-1].id, "voided": chance.random() < 0.5} if diary.sessions else {}
        )
    diary.exercise(day, hour=hour + chance.random(), pain=pain, sets=chance.choice([1, 2, 3, 3]), **more)
    done = diary.sessions[-1]
    diary.sessions[-1] = replace(
        done,
        side=side,
        protocol=chance.choice([Protocol.STEP, *Protocol]),
        sets=tuple(ExerciseSet(knee=one.knee, reps=chance.choice([6, 12, 15, 15])) for one in done.sets),
    )
