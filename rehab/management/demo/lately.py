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
    days: Days, before: int, minutes: int, pain: int, answer: int | None = None, *, hills: bool = False
) -> None:
    """A run on a day before today, with its 24-hour answer if one is given."""
    at = days.at(_day(days, before), 17, 10)
    warm_up = {0: WarmUp.NO_SYMPTOMS, 1: WarmUp.RESOLVED, 2: WarmUp.RESOLVED}.get(pain, WarmUp.PERSISTED)
    run_of(days, at, minutes=minutes, pain=_all(days, pain), hills=hills, warm_up=warm_up)
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
        _run(days, before, 15, 4, 2)


def score_falls(days: Days) -> None:
    at = days.at(_day(days, 3), 11)
    scores = {leg.side: max(0, (leg.visa_a or 50) - 4) for leg in days.life.legs}
    days.add(Reviewed(at=at, heard_at=at, visa_a=scores))


def two_sets(days: Days) -> None:
    for before in range(6, 0, -1):
        sets_of(days, _half_past(days, before), Half.PM, sets=2)


def after_break(days: Days) -> None:
    for before, minutes in ((6, 45), (4, 45), (2, 45)):
        _run(days, before, minutes, 0, 0)


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
    Lately.SCORE_FALLS: score_falls,
    Lately.TWO_SETS: two_sets,
    Lately.AFTER_BREAK: after_break,
}
