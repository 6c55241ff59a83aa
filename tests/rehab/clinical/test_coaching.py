"""The known mistakes, each seen in the diary and said in one sentence; a good week says nothing."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.sides import Side
from rehab.clinical import guide
from rehab.clinical.coaching import SAYS, Note, notes, sentence
from rehab.clinical.history import ExerciseSession, ExerciseSet, Half, Knee, TendonPlan

TODAY = date(2026, 11, 22)
BOTH = (Knee.STRAIGHT, Knee.BENT)


def plan(*, days_ago: int = 30, knees: tuple[Knee, ...] = BOTH, days_per_week: int = 7) -> TendonPlan:
    return TendonPlan(
        id="plan",
        side=Side.LEFT,
        type=TendinopathyType.MIDPORTION,
        protocol=Protocol.STEP,
        starts_on=TODAY - timedelta(days=days_ago),
        ends_on=None,
        sets=3,
        reps=15,
        sessions_per_day=2,
        days_per_week=days_per_week,
        knees=knees,
        start_sets=2,
    )


def session(days_ago: int, *sets: tuple[Knee, float | None]) -> ExerciseSession:
    day = TODAY - timedelta(days=days_ago)
    at = datetime.combine(day, time(8), tzinfo=UTC)
    return ExerciseSession(
        id=f"{days_ago}",
        at=at,
        received_at=at,
        local_date=day,
        side=Side.LEFT,
        half=Half.AM,
        protocol=Protocol.STEP,
        sets=tuple(ExerciseSet(knee=knee, reps=15, lowering_s=seconds) for knee, seconds in sets),
    )


def told(*sessions: ExerciseSession, sets_now: int = 3, of: TendonPlan | None = None) -> tuple[Note, ...]:
    one = of or plan()
    return notes(one, sessions, TODAY, first_started_on=one.starts_on, sets_now=sets_now, tempo_low_s=3)


GOOD = session(0, *((knee, 4.0) for knee in BOTH for _ in range(3)))


def test_a_good_week_says_nothing() -> None:
    assert told(GOOD) == ()
    assert told() == ()


@pytest.mark.parametrize(("seconds", "said"), [(2.9, (Note.TOO_FAST,)), (3.0, ()), (None, ())])
def test_below_the_tempo_is_too_fast(seconds: float | None, said: tuple[Note, ...]) -> None:
    assert told(session(0, (Knee.STRAIGHT, seconds), (Knee.BENT, 4.0))) == said


@pytest.mark.parametrize(("sets", "said"), [(3, ()), (4, (Note.STRAIGHT_ONLY,))])
def test_four_straight_sets_without_a_bent_one(sets: int, said: tuple[Note, ...]) -> None:
    days = [session(day, (Knee.STRAIGHT, None)) for day in range(sets - 1, -1, -1)]
    assert told(*days) == said
    assert told(*days, of=plan(knees=(Knee.STRAIGHT,))) == ()


def test_all_sets_while_the_plan_starts_with_fewer() -> None:
    assert told(GOOD, sets_now=2) == (Note.ALL_AT_ONCE,)
    two = session(0, *((knee, None) for knee in BOTH for _ in range(2)))
    assert told(two, sets_now=2) == ()


@pytest.mark.parametrize(
    ("quiet", "started", "said"),
    [
        (2, 42, ()),
        (3, 42, (Note.STOPPED_EARLY,)),
        (3, 83, (Note.STOPPED_EARLY,)),
        (3, 84, (Note.PROGRAMME_DONE,)),
    ],
)
def test_stopping_early_and_the_end_of_the_programme(
    quiet: int, started: int, said: tuple[Note, ...]
) -> None:
    one = plan(days_ago=started)
    assert told(session(quiet, (Knee.STRAIGHT, None), (Knee.BENT, None)), of=one) == said
    assert told(session(quiet, (Knee.BENT, None)), of=plan(days_ago=started, days_per_week=2)) == ()


def test_what_happened_after_the_day_or_a_week_before_it_says_nothing() -> None:
    fast = ((Knee.STRAIGHT, 1.0), (Knee.BENT, 1.0))
    assert told(session(-1, *fast)) == ()
    assert Note.TOO_FAST not in told(session(7, *fast))
    assert Note.TOO_FAST in told(session(6, *fast))


def test_no_sentence_blames_or_praises() -> None:
    for note in SAYS:
        words = sentence(note)
        assert "{" not in words
        assert not {"wrong", "failed", "great", "well done", "streak"} & set(words.lower().split())


@pytest.mark.parametrize(
    ("protocol", "tempo", "expected"),
    [
        (Protocol.STEP, (3, 5), (2, 1, 4, 60)),
        (Protocol.FLAT, (3, 4), (2, 1, 4, 60)),  # rounded up: slower rather than faster
        (Protocol.HEAVY_SLOW, (3, 3), (3, 0, 3, 150)),
        (Protocol.ISOMETRIC, (30, 45), (2, 38, 2, 120)),
    ],
)
def test_a_guided_repetition_lowers_in_the_plans_time(
    protocol: Protocol, tempo: tuple[int, int], expected: tuple[int, ...]
) -> None:
    shown = guide.of(protocol, *tempo)
    assert (shown.up_s, shown.hold_s, shown.down_s, shown.rest_s) == expected
    if protocol is not Protocol.ISOMETRIC:
        assert tempo[0] <= shown.down_s <= tempo[1]
