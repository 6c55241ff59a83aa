"""What happened lately to the runners whom the demo is to show: one script for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from assessments.clinical.classification import Protocol
from assessments.clinical.findings import Finding
from assessments.clinical.sides import Side
from rehab.clinical.history import ExerciseSet, Half, Knee, ReportKind, WarmUp
from rehab.management.demo.acts import Alarmed, Exercised, Felt, Reviewed
from rehab.management.demo.kinds import Lately
from rehab.management.demo.life import Days, check, run_of, sets_of


def play(days: Days) -> None:
    script = SCRIPTS.get(days.kind.lately)
    if script is not None:
        script(days)


def _day(days: Days, before: int) -> date:
    return days.today - timedelta(days=before)


def _all(days: Days, pain: int) -> dict[Side, int | None]:
    return dict.fromkeys(days.telling.sides, pain)


def _run(
    days: Days,
    before: int,
    minutes: int,
    pain: int,
    answer: int | None = None,
    *,
    hills: bool = False,
    speed: bool = False,
    shoe_drop_mm: int | None = None,
) -> None:
    """A run on a day before today, with its 24-hour answer if one is given."""
    at = days.at(_day(days, before), 17, 10)
    warm_up = {0: WarmUp.NO_SYMPTOMS, 1: WarmUp.RESOLVED, 2: WarmUp.RESOLVED}.get(pain, WarmUp.PERSISTED)
    run_of(
        days,
        at,
        minutes=minutes,
        pain=_all(days, pain),
        hills=hills,
        speed=speed,
        warm_up=warm_up,
        shoe_drop_mm=shoe_drop_mm,
    )
    if answer is not None:
        check(days, at + timedelta(hours=24), _all(days, answer))


def _morning(days: Days, before: int, pain: int) -> None:
    at = days.at(_day(days, before), 7, 40)
    days.add(Felt(at=at, heard_at=at, id=days.new_id(), kind=ReportKind.MORNING, pain=_all(days, pain)))


def pop(days: Days) -> None:
    at = days.now - timedelta(minutes=38)
    days.add(
        Alarmed(
            at=at,
            heard_at=at,
            id=days.new_id(),
            findings=(Finding.POP_OR_SNAP, Finding.CANNOT_RISE_ON_TOES),
            side=days.telling.sides[0],
        )
    )


def five(days: Days) -> None:
    _run(days, 2, 32, 5, 4)
    _morning(days, 1, 4)
    _morning(days, 0, 4)


def three(days: Days) -> None:
    _run(days, 1, 22, 3)


def worse(days: Days) -> None:
    for before, minutes, pain in ((8, 24, 1), (5, 20, 2), (2, 16, 3)):
        _run(days, before, minutes, pain, min(pain, 2))


def too_much(days: Days) -> None:
    _run(days, 5, 20, 0, 0)
    _run(days, 2, 40, 3, 1, hills=True)


def hurting_sets(days: Days) -> None:
    for before, pain in ((1, 7), (0, 8)):
        sets_of(days, _half_past(days, before), Half.AM, pain=pain)


def _half_past(days: Days, before: int) -> datetime:
    return days.at(_day(days, before + 1), 20, 30)


def wrong_sets(days: Days) -> None:
    for before in (3, 2, 1):
        at = _half_past(days, before)
        for side in days.telling.sides:
            days.add(
                Exercised(
                    at=at,
                    heard_at=at,
                    id=days.new_id(),
                    side=side,
                    half=Half.PM,
                    sets=tuple(ExerciseSet(knee=Knee.STRAIGHT, reps=15) for _ in range(3)),
                    pain=3,
                    protocol=Protocol.STEP,
                )
            )


def longer(days: Days) -> None:
    _run(days, 2, 75, 1, 0)


def relapses(days: Days) -> None:
    for before in (24, 15, 5):
        _run(days, before, 20, 4, 0)
    _morning(days, 1, 0)


def unanswered(days: Days) -> None:
    for before in (10, 7, 4):
        _run(days, before, 20, 1)
    _morning(days, 0, 1)  # too late to say how the last run settled


def no_better(days: Days) -> None:
    for before in range(16, 0, -1):
        sets_of(days, days.at(_day(days, before), 7, 30), Half.AM, pain=4)
        sets_of(days, days.at(_day(days, before), 19, 30), Half.PM, pain=4)
    for before in range(6, -1, -1):
        _morning(days, before, 5)


def hills_and_speed(days: Days) -> None:
    _run(days, 9, 30, 0, 0)
    _run(days, 5, 30, 0, 0, hills=True)
    _run(days, 2, 30, 0, 0, speed=True)


def lower_shoe(days: Days) -> None:
    for before in (26, 22, 18, 14):
        _run(days, before, 30, 0, 0, shoe_drop_mm=10)
    for before in (6, 2):
        _run(days, before, 30, 0, 0, shoe_drop_mm=4)


def bigger_week(days: Days) -> None:
    for before in (12, 9):
        _run(days, before, 25, 0, 0)
    for before in (5, 2):
        _run(days, before, 60, 0, 0)


def ready_to_leave(days: Days) -> None:
    for before in range(14, 0, -1):
        for half, hour in ((Half.AM, 7), (Half.PM, 19)):
            sets_of(days, days.at(_day(days, before), hour, 30), half, pain=1)
    _run(days, 33, 30, 0, 0)
    for before in (26, 19, 12, 5):
        _run(days, before, 30, 0, 0, speed=True)
    _morning(days, 1, 0)


def laid_off(days: Days) -> None:
    for before in (23, 20, 17):
        _run(days, before, 30, 1, 0)
    for before in (2, 1):
        _morning(days, before, 0)


def flares(days: Days) -> None:
    _run(days, 20, 40, 0, 0)
    for before in (9, 2):
        _run(days, before, 40, 3, 0)


def score_falls(days: Days) -> None:
    at = days.at(_day(days, 3), 11)
    scores = {leg.side: max(0, (leg.visa_a or 50) - 4) for leg in days.life.legs}
    days.add(Reviewed(at=at, heard_at=at, visa_a=scores))


def two_sets(days: Days) -> None:
    """A point more than usual each morning, so it stays at the starting sets."""
    usual = days.life.legs[0].usual_pain
    for before in range(20, 0, -1):
        sets_of(days, _half_past(days, before), Half.PM, sets=2, pain=3)
        _morning(days, before - 1, usual + 1)


def after_break(days: Days) -> None:
    for before in (35, 33, 30):
        _run(days, before, 30, 0, 0)
    for before in (6, 4, 2):
        _run(days, before, 40, 0, 0)


SCRIPTS: dict[Lately, Callable[[Days], None]] = {
    Lately.POP: pop,
    Lately.FIVE: five,
    Lately.THREE: three,
    Lately.WORSE: worse,
    Lately.TOO_MUCH: too_much,
    Lately.HURTING_SETS: hurting_sets,
    Lately.WRONG_SETS: wrong_sets,
    Lately.LONGER: longer,
    Lately.RELAPSES: relapses,
    Lately.UNANSWERED: unanswered,
    Lately.NO_BETTER: no_better,
    Lately.HILLS_AND_SPEED: hills_and_speed,
    Lately.LOWER_SHOE: lower_shoe,
    Lately.BIGGER_WEEK: bigger_week,
    Lately.READY_TO_LEAVE: ready_to_leave,
    Lately.LAID_OFF: laid_off,
    Lately.FLARES: flares,
    Lately.SCORE_FALLS: score_falls,
    Lately.TWO_SETS: two_sets,
    Lately.AFTER_BREAK: after_break,
}
