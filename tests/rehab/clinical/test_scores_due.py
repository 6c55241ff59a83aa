"""Which outcome questions are open: from their week on until they are answered, each side by itself."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from rehab.clinical.history import Score
from rehab.clinical.scores_due import scores_due
from tests.rehab.clinical.cases import Diary

WEEK_6 = 42


def due(case: Diary, day: int, *scores: Score):
    return scores_due(replace(case.history(), scores=scores), case.plan(), opened(case) + timedelta(days=day))


def opened(case: Diary) -> date:
    history = case.history()
    return history.opened_at.astimezone(ZoneInfo(history.time_zone)).date()


def visa(case: Diary, side: Side, day: int) -> Score:
    on = opened(case) + timedelta(days=day)
    return Score(instrument=Instrument.VISA_A, side=side, value=60.0, taken_on=on)


def test_a_point_in_time_is_open_from_its_week_on() -> None:
    case = Diary()
    for day, week in ((0, 0), (WEEK_6 - 1, 0), (WEEK_6, 6), (WEEK_6 + 1, 6), (84, 12), (168, 24)):
        found = due(case, day)
        assert found and found.week == week and found.since == opened(case) + timedelta(weeks=week)


def test_what_was_answered_since_then_is_not_asked_again_and_what_was_before_is() -> None:
    case = Diary()
    (side,) = case.plan().sides

    def asks(*scores: Score) -> bool:
        found = due(case, WEEK_6, *scores)
        return found is not None and Instrument.VISA_A in [one.instrument for one in found.questions]

    assert asks() and asks(visa(case, side, WEEK_6 - 1))
    assert not asks(visa(case, side, WEEK_6))


def test_with_everything_answered_nothing_is_due() -> None:
    case = Diary()
    found = due(case, WEEK_6)
    assert found
    day = opened(case) + timedelta(days=WEEK_6)
    answers = [
        Score(instrument=one.instrument, side=one.side, value=1.0, taken_on=day) for one in found.questions
    ]
    assert due(case, WEEK_6, *answers) is None
    assert due(case, WEEK_6, *answers[1:])
