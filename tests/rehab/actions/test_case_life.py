"""A case handed over, closed, reopened and asked after: what each does, and what it refuses."""

from datetime import timedelta

import pytest

from patients.actions.physio_acts import ActRefused
from patients.models import Case, CaseChange, CaseOutcome, CheckIn, Patient, Role
from rehab.actions import case_life, stages
from rehab.clinical.evaluate import evaluate
from rehab.models import Plan
from rehab.queries import pauses
from rehab.queries.history import load
from tests.factories import make_flag, make_member
from tests.rehab.actions.cases import at_work
from tests.rehab.runner import NOW, Runner, make_runner

pytestmark = pytest.mark.django_db


@pytest.fixture
def runner() -> Runner:
    return make_runner(stage=5)


def close(runner: Runner, outcome: CaseOutcome = CaseOutcome.RUNNING_AGAIN, reason: str = "") -> CaseChange:
    return case_life.close(case=runner.case, outcome=outcome, reason=reason, by=runner.physio, now=NOW)


def reopen(runner: Runner, days: int = 30) -> CaseChange:
    now = NOW + timedelta(days=days)
    return case_life.reopen(case=runner.case, reason="It is back.", by=runner.physio, now=now)


def test_closing_ends_the_plan_and_asks_nothing_more(runner: Runner) -> None:
    with at_work(runner):
        close(runner)
        case, plan = Case.objects.get(), Plan.objects.get()
        assert (case.status, case.closed_at, case.evaluation_due_at) == ("CLOSED", NOW, None)
        assert plan.ends_on == NOW.date()
        with pytest.raises(ActRefused, match="closed"):
            close(runner)


@pytest.mark.parametrize("kind", ["RED_FLAG", "WORSENING"])
def test_a_suspended_case_closes_only_as_referred_on_and_keeps_its_flag(runner: Runner, kind: str) -> None:
    flag = make_flag(runner.case, kind=kind, severity="URGENT")
    with at_work(runner):
        with pytest.raises(ActRefused, match="suspended"):
            close(runner)
        assert Case.objects.get().status == "ACTIVE"
        close(runner, CaseOutcome.REFERRED_ON)
        flag.refresh_from_db()
        assert (Case.objects.get().status, flag.state) == ("CLOSED", "OPEN")


def test_reopening_lets_nobody_run_until_a_physio_resumes(runner: Runner) -> None:
    with at_work(runner):
        close(runner)
        reopen(runner)
        case = Case.objects.get()
        now = NOW + timedelta(days=30, minutes=1)
        assert (case.status, case.closed_at) == ("ACTIVE", None)
        assert case.evaluation_due_at is not None
        found = evaluate(*load(case.pk), now)
        assert (found.stage.stage, found.running.decision.may_run) == (1, False)
        before = pauses.before_pause(case.pk)
        assert before is not None and before.stage == 5
        stages.resume(case=case, stage=2, by=runner.physio, now=now, reason="Seen today.")
        assert evaluate(*load(case.pk), now).stage.stage == 2


def test_only_a_closed_case_reopens_and_only_with_a_reason(runner: Runner) -> None:
    with at_work(runner):
        with pytest.raises(ActRefused, match="open already"):
            reopen(runner)
        close(runner)
        with pytest.raises(ActRefused, match="why"):
            case_life.reopen(case=runner.case, reason=" ", by=runner.physio, now=NOW)


def test_a_runner_with_another_open_case_keeps_the_old_one_closed(runner: Runner) -> None:
    with at_work(runner):
        close(runner)
        Case.objects.create(
            clinic=runner.clinic, patient=runner.patient, number=2, opened_at=NOW, clinician=runner.physio
        )
        with pytest.raises(ActRefused, match="another open case"):
            reopen(runner)


def test_a_case_is_handed_over_with_its_patient(runner: Runner) -> None:
    colleague = make_member(runner.clinic)
    with at_work(runner):
        case_life.transfer(case=runner.case, to=colleague, reason="On leave.", by=runner.physio, now=NOW)
        assert Case.objects.get().clinician_id == Patient.objects.get().responsible_id == colleague.pk
        assert CaseChange.objects.get().clinician_id == colleague.pk
        with pytest.raises(ActRefused, match="already"):
            case_life.transfer(case=runner.case, to=colleague, reason="", by=runner.physio, now=NOW)


@pytest.mark.parametrize("who", ["reception", "stranger", "left"])
def test_only_a_physio_of_the_clinic_takes_a_case(runner: Runner, who: str) -> None:
    to = {
        "reception": lambda: make_member(runner.clinic, Role.RECEPTION),
        "stranger": lambda: make_runner(slug="quay").physio,
        "left": lambda: make_member(runner.clinic, is_active=False),
    }[who]()
    with at_work(runner), pytest.raises(ActRefused, match="physio of this clinic"):
        case_life.transfer(case=runner.case, to=to, reason="", by=runner.physio, now=NOW)


def test_reception_closes_nothing(runner: Runner) -> None:
    desk = make_member(runner.clinic, Role.RECEPTION)
    with at_work(runner), pytest.raises(Case.DoesNotExist):
        case_life.close(case=runner.case, outcome=CaseOutcome.BETTER, reason="", by=desk, now=NOW)


def test_a_check_in_belongs_to_maintenance_and_moves_nothing(runner: Runner) -> None:
    def check_in() -> CaseChange:
        return case_life.check_in(
            case=runner.case, found=CheckIn.SOME_PAIN, reason="", by=runner.physio, now=NOW
        )

    with at_work(runner):
        with pytest.raises(ActRefused, match="maintenance"):
            check_in()
        Case.objects.update(status="MAINTENANCE")
        assert check_in().outcome == "SOME_PAIN"
        assert Case.objects.get().status == "MAINTENANCE"
