"""What one evaluation stores, and that the second one stores nothing. Real rules, as the app role."""

from datetime import timedelta

import pytest
from django.db import connection

from patients.models import Case, CaseStatus, Clinic
from rehab.actions import evaluations, summaries
from rehab.actions.evaluations import Outcome
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import FindingKind
from rehab.models import CaseSummary, Flag, FlagState, StageChange
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries.history import load
from tests import factories as make

NOW = make.NOW
pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """Two weeks into stage 3, with a plan and a calm morning."""
    case = make.make_case(make.make_patient(make.make_clinic()), evaluation_due_at=NOW)
    make.make_finding(make.make_assessment(case), make.tendon_of(case))
    make.make_plan(make.tendon_of(case))
    make.make_stage_change(case, to_stage=3, at=NOW - timedelta(days=14))
    make.make_report(case, at=NOW - timedelta(hours=2), pain_left=1)
    return case


def evaluate_now(case: Case, now: object = NOW) -> Outcome:
    with make.inside(case.clinic_id):
        return evaluations.evaluate_all(case_ids=[case.id], now=now)


def flags_of(case: Case) -> list[Flag]:
    with make.inside(case.clinic_id):
        return list(Flag.objects.for_case(case.id).order_by("kind", "opened_at", "id"))


def summary_of(case: Case) -> CaseSummary:
    with make.inside(case.clinic_id):
        return CaseSummary.objects.get(case_id=case.id)


def again(case: Case) -> Case:
    with make.inside(case.clinic_id):
        return Case.objects.get(id=case.id)


def everything_of(case: Case) -> list[tuple[object, ...]]:
    """Each row that an evaluation may write, without the moment at which it looked."""
    with make.inside(case.clinic_id):
        summary = CaseSummary.objects.for_case(case.id).values_list(
            "group", "severity", "reason", "set_strip"
        )
        flags = Flag.objects.for_case(case.id).order_by("id").values_list()
        steps = StageChange.objects.for_case(case.id).order_by("id").values_list()
        return [*summary, *flags, *steps]


def audit_count(case: Case) -> int:
    with make.inside(case.clinic_id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM patients_auditentry WHERE clinic_id = %s", [case.clinic_id])
        return cursor.fetchone()[0]


def test_a_run_over_the_line_raises_the_flag_and_steps_back(case: Case) -> None:
    run = make.make_run(case, at=NOW - timedelta(hours=1), pain_left=5, warm_up_left="PERSISTED")
    assert evaluate_now(case).raised >= 1
    over = next(flag for flag in flags_of(case) if flag.kind == FindingKind.OVER_THE_LINE)
    assert (over.side, over.state, over.severity) == ("LEFT", FlagState.OPEN, "ACT")
    assert "5/10" in over.reason
    with make.inside(case.clinic_id):
        step = StageChange.objects.for_case(case.id).get(kind="REGRESS")
    assert (step.from_stage, step.to_stage, step.cause_id, step.by_id) == (3, 2, run.client_id, None)
    summary = summary_of(case)
    assert (summary.group, summary.stage, summary.stage_label) == ("ACT", 2, "Stage 2")
    assert summary.reason == over.reason
    assert summary.last_pain == 1
    assert summary.spark_path.startswith("<svg")
    assert len(summary.set_strip) == 28


def test_the_second_time_stores_nothing(case: Case) -> None:
    make.make_run(case, at=NOW - timedelta(hours=1), pain_left=5, warm_up_left="PERSISTED")
    evaluate_now(case)
    before, audited = everything_of(case), audit_count(case)
    assert evaluate_now(case, NOW + timedelta(seconds=5)) == Outcome(evaluated=1)
    assert everything_of(case) == before
    assert audit_count(case) == audited


def test_the_next_look_is_when_time_alone_could_change_anything(case: Case) -> None:
    evaluate_now(case)
    with make.inside(case.clinic_id):
        expected = evaluate(*load(case.id), NOW).next_due_at
    assert again(case).evaluation_due_at == expected
    assert expected is None or expected > NOW
    assert again(case).evaluated_at == NOW


def test_a_sleeping_flag_is_looked_at_when_it_wakes(case: Case) -> None:
    make.make_run(case, at=NOW - timedelta(hours=1), pain_left=5, warm_up_left="PERSISTED")
    evaluate_now(case)
    wakes = NOW + timedelta(minutes=7)
    with make.inside(case.clinic_id):
        Flag.objects.for_case(case.id).filter(kind="OVER_THE_LINE").update(
            state=FlagState.SNOOZED, snoozed_until=wakes, snoozed_by=case.clinician
        )
    evaluate_now(case)
    assert again(case).evaluation_due_at == wakes
    assert summary_of(case).headline != "OVER_THE_LINE"
    evaluate_now(case, wakes)
    assert summary_of(case).headline == "OVER_THE_LINE"


def test_only_a_clearance_ends_the_suspension(case: Case) -> None:
    make.make_red_flag_report(case, at=NOW - timedelta(days=90))
    evaluate_now(case)
    assert again(case).suspended_at == NOW
    make.make_clearance(case, cleared_at=NOW)
    with make.inside(case.clinic_id):
        Flag.objects.for_case(case.id).update(
            state=FlagState.RESOLVED, resolved_at=NOW, resolved_by=case.clinician
        )
    evaluate_now(case, NOW + timedelta(seconds=1))
    assert again(case).suspended_at is None


def test_a_red_flag_suspends_where_the_clinic_only_records(case: Case) -> None:
    with make.inside(case.clinic_id):
        Clinic.objects.filter(pk=case.clinic_id).update(record_only=True)
    make.make_red_flag_report(case, at=NOW - timedelta(days=90))
    evaluate_now(case)
    assert again(case).suspended_at == NOW
    evaluate_now(case, NOW + timedelta(minutes=1))
    assert again(case).suspended_at == NOW  # no later sweep lifts it


def test_an_outdated_evaluation_resolves_nothing_that_only_a_physio_may(case: Case) -> None:
    flag = make.make_flag(case, kind="WORSENING")
    evaluate_now(case)
    assert next(one for one in flags_of(case) if one.id == flag.id).state == FlagState.OPEN


def test_a_closed_case_is_left_alone(case: Case) -> None:
    with make.inside(case.clinic_id):
        Case.objects.filter(id=case.id).update(status=CaseStatus.CLOSED, closed_at=NOW)
    assert evaluate_now(case) == Outcome()
    assert again(case).evaluation_due_at is None
    assert flags_of(case) == []


class TestPoison:
    @pytest.fixture
    def cases(self, monkeypatch: pytest.MonkeyPatch) -> list[Case]:
        clinic = make.make_clinic()
        physio = make.make_member(clinic)
        cases = [
            make.make_case(make.make_patient(clinic, responsible=physio), evaluation_due_at=NOW)
            for _ in range(3)
        ]
        poisoned = str(cases[1].id)

        def evaluate_or_choke(history: object, plan: object, now: object) -> object:
            if history.case_id == poisoned:
                raise ZeroDivisionError("Robin Runner said 5")
            return evaluate(history, plan, now)

        monkeypatch.setattr(evaluations, "evaluate", evaluate_or_choke)
        return cases

    def look(self, cases: list[Case], now: object = NOW) -> Outcome:
        with make.inside(cases[0].clinic_id):
            return evaluations.evaluate_due(case_ids=[case.id for case in cases], now=now)

    def test_it_does_not_keep_the_others_waiting(self, cases: list[Case]) -> None:
        outcome = self.look(cases)
        assert (outcome.evaluated, outcome.failed) == (2, 1)
        assert [again(case).evaluated_at for case in cases] == [NOW, None, NOW]

    def test_it_is_counted_backed_off_and_named_without_the_patients_words(self, cases: list[Case]) -> None:
        now, waits = NOW, []
        for count in range(1, 12):
            self.look(cases, now)
            bad = again(cases[1])
            assert bad.evaluation_failures == count
            waits.append(bad.evaluation_due_at - now)
            now = bad.evaluation_due_at
        assert waits[0] == timedelta(minutes=1)
        assert waits == sorted(waits)
        assert waits[-1] == timedelta(hours=6)
        assert bad.evaluation_error.startswith("ZeroDivisionError at ")
        assert "Robin" not in bad.evaluation_error

    def test_the_worklist_says_that_it_could_not_be_assessed(self, cases: list[Case]) -> None:
        self.look(cases)
        summary = summary_of(cases[1])
        assert (summary.group, summary.headline, summary.decision) == ("ACT", "COULD_NOT_ASSESS", "")

    def test_once_it_can_be_assessed_again_it_counts_from_zero(
        self, cases: list[Case], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.look(cases)
        monkeypatch.setattr(evaluations, "evaluate", evaluate)
        self.look(cases, NOW + timedelta(minutes=1))
        healed = again(cases[1])
        assert (healed.evaluation_failures, healed.evaluation_error) == (0, "")
        assert summary_of(cases[1]).headline != "COULD_NOT_ASSESS"

    def test_a_row_that_cannot_be_told_harms_its_own_case_only(self, cases: list[Case]) -> None:
        plan = make.make_plan(make.tendon_of(cases[0]))
        make.make_session(plan, sets=[{"knee": "STRAIGHT"}])  # no repetitions: no form would write this
        outcome = self.look(cases)
        assert (outcome.evaluated, outcome.failed) == (1, 2)


def test_a_step_back_is_written_once_for_each_cause(case: Case) -> None:
    make.make_run(case, at=NOW - timedelta(hours=1), pain_left=5, warm_up_left="PERSISTED")
    for hours in range(3):
        evaluate_now(case, NOW + timedelta(hours=hours))
    with make.inside(case.clinic_id):
        assert StageChange.objects.for_case(case.id).filter(kind="REGRESS").count() == 1


def test_a_red_flag_reported_meanwhile_shows_even_on_a_case_that_could_not_be_assessed(case: Case) -> None:
    with make.inside(case.clinic_id):
        evaluations.record_failure(case_id=case.id, error=ValueError(), now=NOW)
    make.make_flag(case)
    with make.inside(case.clinic_id):
        summaries.regroup(case_id=case.id, now=NOW)
    assert summary_of(case).headline == "COULD_NOT_ASSESS"
    make.make_flag(case, kind="RED_FLAG", severity="URGENT")
    with make.inside(case.clinic_id):
        summaries.regroup(case_id=case.id, now=NOW)
    assert summary_of(case).headline == "RED_FLAG"


@pytest.mark.parametrize("kind", PHYSIO_ONLY)
def test_no_sweep_lifts_a_suspension_while_such_a_flag_stands(case: Case, kind: str) -> None:
    """The diary no longer says so, yet nobody has ended it."""
    make.make_flag(case, kind=kind, severity="URGENT")
    for hours in range(2):
        evaluate_now(case, NOW + timedelta(hours=hours))
        assert again(case).suspended_at == NOW


def test_without_looking_at_the_flags_it_would_be_lifted(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above, with the guard off."""
    make.make_flag(case, kind="WORSENING", severity="URGENT")
    monkeypatch.setattr(evaluations, "PHYSIO_ONLY", ())
    evaluate_now(case)
    assert again(case).suspended_at is None


def test_a_threshold_set_later_gives_no_lost_stage_back(case: Case) -> None:
    """Nor does deleting what the rules saw: the stored step back stands."""
    make.make_run(case, at=NOW - timedelta(days=3), pain_left=4)
    make.make_report(case, at=NOW - timedelta(days=1), pain_left=0)
    evaluate_now(case)
    assert summary_of(case).stage == 2
    plan = make.tendon_of(case).plans
    with make.inside(case.clinic_id):
        old = plan.get()
        plan.update(ends_on=NOW.date())
    make.make_plan(
        make.tendon_of(case), version=2, starts_on=NOW.date(), created_at=NOW + timedelta(minutes=1),
        protocol=old.protocol, thresholds={"REGRESS_MIN": {"value": 6}, "RUN_OK_MAX": {"value": 5}},
    )  # fmt: skip
    evaluate_now(case, NOW + timedelta(minutes=2))
    assert summary_of(case).stage == 2
    assert [flag.state for flag in flags_of(case) if flag.kind == FindingKind.OVER_THE_LINE] == ["OPEN"]
    make.make_run(case, at=NOW + timedelta(minutes=3), pain_left=5)
    evaluate_now(case, NOW + timedelta(minutes=4))
    assert summary_of(case).stage == 2  # the new line counts from now on


def test_a_step_back_that_was_stored_stands_when_the_rules_would_not_make_it(case: Case) -> None:
    run = make.make_run(case, at=NOW - timedelta(hours=1), pain_left=1)
    evaluate_now(case)
    assert summary_of(case).stage == 3
    make.make_stage_change(
        case,
        kind="REGRESS",
        from_stage=3,
        to_stage=2,
        by=None,
        cause_id=run.client_id,
        at=NOW,
        reason="Old rules.",
    )
    evaluate_now(case, NOW + timedelta(minutes=1))
    assert summary_of(case).stage == 2
