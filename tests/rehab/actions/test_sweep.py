"""The sweep finds what is due, clinic by clinic, as the worker role; asked again it does nothing."""

import gc
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from patients.models import Case, Heartbeat
from rehab.actions import evaluations, sweep
from rehab.actions.evaluations import Outcome
from rehab.models import CaseSummary, Flag
from rehab.queries.watermark import Watermark, watermark
from tests import factories as make
from tests.worker import working

NOW = make.NOW
pytestmark = pytest.mark.django_db(transaction=True)


def due_cases(count: int, *, clinics: int = 1, due: datetime = NOW) -> list[Case]:
    """Each with a run over the line, so that there is something to raise."""
    cases = []
    for _ in range(clinics):
        clinic = make.make_clinic()
        physio = make.make_member(clinic)
        for _ in range(count):
            case = make.make_case(make.make_patient(clinic, responsible=physio), evaluation_due_at=due)
            make.make_stage_change(case, to_stage=3)
            make.make_run(case, at=NOW - timedelta(hours=1), pain_left=5, warm_up_left="PERSISTED")
            cases.append(case)
    return cases


def run_sweep(now: datetime = NOW) -> Outcome:
    with working():
        return sweep.sweep(now=now)


def over_the_line(case: Case) -> int:
    with make.inside(case.clinic_id):
        return Flag.objects.for_case(case.id).filter(kind="OVER_THE_LINE").count()


def test_every_clinics_due_cases_are_found() -> None:
    cases = due_cases(2, clinics=3)
    assert run_sweep().evaluated == 6
    assert [over_the_line(case) for case in cases] == [1] * 6


def test_python_searches_for_cycles_again_after_a_sweep_and_after_one_that_broke(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[bool] = []

    def look(**_: object) -> Outcome:
        searched.append(gc.isenabled())
        raise OperationalError

    due_cases(1)
    monkeypatch.setattr(evaluations, "evaluate_due", look)
    with pytest.raises(OperationalError):
        run_sweep()
    assert searched == [False] and gc.isenabled()


def test_a_lost_tick_is_found_by_the_next_one() -> None:
    (case,) = due_cases(1)
    later = NOW + timedelta(minutes=3)  # the tick of NOW never came
    assert run_sweep(later).evaluated == 1
    assert over_the_line(case) == 1


def test_what_is_not_due_is_left_alone() -> None:
    due_cases(1, due=NOW + timedelta(microseconds=1))
    assert run_sweep() == Outcome()


def test_the_second_sweep_does_nothing() -> None:
    due_cases(2)
    run_sweep()
    assert run_sweep() == Outcome()


def test_a_case_in_other_hands_is_left_to_them(as_superuser: object) -> None:
    mine, theirs = due_cases(2)
    with as_superuser.transaction():
        as_superuser.execute("SELECT 1 FROM patients_case WHERE id = %s FOR UPDATE", [theirs.id])
        assert run_sweep().evaluated == 1
        assert over_the_line(mine) == 1
    assert run_sweep().evaluated == 1
    assert over_the_line(theirs) == 1


def test_a_case_that_cannot_be_stored_harms_its_own_row_only(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = due_cases(4)
    poisoned = cases[2].id
    really_store = evaluations._store

    def store(done: list[evaluations.Evaluated], now: datetime) -> Outcome:
        if any(one.case.id == poisoned for one in done):
            raise IntegrityError("some promise was broken")
        return really_store(done, now)

    monkeypatch.setattr(evaluations, "_store", store)
    outcome = run_sweep()
    assert (outcome.evaluated, outcome.failed) == (3, 1)
    with make.inside(cases[0].clinic_id):
        bad = Case.objects.get(id=poisoned)
        assert bad.evaluation_failures == 1
        assert bad.evaluation_due_at == NOW + timedelta(minutes=1)
        assert CaseSummary.objects.get(case_id=poisoned).headline == "COULD_NOT_ASSESS"
    assert [over_the_line(case) for case in cases] == [1, 1, 0, 1]


def test_a_database_that_goes_away_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    (case,) = due_cases(1)
    with monkeypatch.context() as patch:
        patch.setattr(evaluations, "_store", _gone)
        with pytest.raises(OperationalError):
            run_sweep()
    assert run_sweep().evaluated == 1
    assert over_the_line(case) == 1


def _gone(*args: object) -> None:
    raise OperationalError("server closed the connection unexpectedly")


def test_as_many_queries_for_a_batch_of_twenty_as_for_three() -> None:
    run_sweep()  # the very first beat is one more row
    counts = []
    for size in (3, 20):
        due_cases(size)
        with working(), CaptureQueriesContext(connection) as queries:
            assert sweep.sweep(now=NOW).evaluated == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


class TestWatermark:
    def mark(self, clinic_id: object, now: datetime) -> Watermark:
        with make.inside(clinic_id):
            return watermark(now=now)

    def test_before_the_first_sweep_nothing_is_known(self) -> None:
        clinic = make.make_clinic()
        assert self.mark(clinic, NOW) == Watermark(computed_up_to=None, is_stale=True)

    def test_a_sweep_moves_it(self) -> None:
        (case,) = due_cases(1)
        run_sweep()
        assert self.mark(case.clinic_id, NOW) == Watermark(computed_up_to=NOW, is_stale=False)

    @pytest.mark.parametrize(
        ("late", "is_stale"), [(timedelta(minutes=15), False), (timedelta(minutes=15, seconds=1), True)]
    )
    def test_all_workers_dead_turn_it_red_after_fifteen_minutes(
        self, late: timedelta, is_stale: bool
    ) -> None:
        clinic = make.make_clinic()
        run_sweep()
        assert self.mark(clinic, NOW + late) == Watermark(computed_up_to=NOW, is_stale=is_stale)

    def test_a_case_that_waits_too_long_turns_it_red_although_the_sweep_beats(self) -> None:
        (case,) = due_cases(1, due=NOW - timedelta(minutes=16))
        with working():
            Heartbeat.objects.create(name="sweep", beat_at=NOW)
        mark = self.mark(case.clinic_id, NOW)
        assert mark == Watermark(computed_up_to=NOW - timedelta(minutes=16), is_stale=True)

    def test_another_clinics_waiting_case_does_not(self) -> None:
        due_cases(1, due=NOW - timedelta(hours=1))
        calm = make.make_clinic()
        with working():
            Heartbeat.objects.create(name="sweep", beat_at=NOW)
        assert not self.mark(calm, NOW).is_stale
