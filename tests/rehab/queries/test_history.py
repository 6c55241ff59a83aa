"""Stored rows become exactly what the rules are told, and never more queries for more cases."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.clinical.findings import Finding
from assessments.clinical.sides import Side
from patients.models import Case, CaseStatus, Role
from rehab.clinical.history import Half, Knee, ReportKind, StageAct, WarmUp
from rehab.queries import history
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    clinic = make.make_clinic(record_only=True)
    patient = make.make_patient(clinic, time_zone="Europe/Berlin")
    return make.make_case(patient, sides=("LEFT", "RIGHT"))


def load(case: Case) -> history.Told:
    with make.inside(case.clinic_id):
        return history.load(case.id)


def test_a_case_without_any_entry_is_told_as_it_is(case: Case) -> None:
    told, plan = load(case)
    assert told.case_id == str(case.id)
    assert told.time_zone == "Europe/Berlin"
    assert told.opened_at == case.opened_at
    assert told.runs == told.reports == told.sessions == told.red_flags == told.scores == ()
    assert plan.sides == (Side.LEFT, Side.RIGHT)
    assert plan.record_only is True
    assert plan.stage_steps == plan.tendon_plans == plan.baselines == ()


def test_what_was_not_said_is_none_and_never_zero(case: Case) -> None:
    make.make_run(case, pain_left=0, warm_up_left="EASED")
    (run,) = load(case)[0].runs
    assert run.pain == {Side.LEFT: 0, Side.RIGHT: None}
    assert run.warm_up == {Side.LEFT: WarmUp.EASED, Side.RIGHT: None}
    assert run.hills is run.speed is run.distance_m is run.longest_block_minutes is None


def test_a_side_that_is_not_affected_is_told_only_when_something_was_said() -> None:
    case = make.make_case(make.make_patient(make.make_clinic()), sides=("LEFT",))
    make.make_run(case, pain_left=1, at=make.NOW)
    make.make_run(case, pain_left=1, pain_right=5, at=make.NOW + timedelta(days=1))
    first, second = load(case)[0].runs
    assert first.pain == {Side.LEFT: 1}
    assert second.pain == {Side.LEFT: 1, Side.RIGHT: 5}


def test_entries_are_named_by_their_client_and_corrections_keep_both(case: Case) -> None:
    wrong = make.make_run(case, pain_left=5, pain_right=0)
    right = make.make_run(case, pain_left=2, pain_right=0, supersedes=wrong)
    check = make.make_report(case, kind="CHECK_24H", run=right, pain_left=1, stiffness_minutes=5)
    gone = make.make_report(case, pain_left=9)
    make.make_report(case, supersedes=gone, voided=True)
    told = load(case)[0]
    assert [(run.id, run.supersedes) for run in told.runs] == [
        (str(wrong.client_id), None),
        (str(right.client_id), str(wrong.client_id)),
    ]
    by_id = {report.id: report for report in told.reports}
    assert by_id[str(check.client_id)].run_id == str(right.client_id)
    assert by_id[str(check.client_id)].kind is ReportKind.CHECK_24H
    assert by_id[str(check.client_id)].stiffness_minutes == 5
    assert [(report.supersedes, report.voided) for report in told.reports if report.voided] == [
        (str(gone.client_id), True)
    ]


def test_the_moment_and_the_day_are_told_as_stored(case: Case) -> None:
    late = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    make.make_report(case, at=late, local_date=date(2026, 11, 16), received_at=make.NOW)
    (report,) = load(case)[0].reports
    assert (report.at, report.local_date, report.received_at) == (late, date(2026, 11, 16), make.NOW)


def test_sessions_name_their_side_and_sets(case: Case) -> None:
    plan = make.make_plan(make.tendon_of(case, "RIGHT"))
    sets = [{"knee": "BENT", "reps": 15, "load_kg": 5, "seconds": 4}, {"knee": "STRAIGHT", "reps": 12}]
    make.make_session(plan, half="PM", sets=sets, pain=3)
    (session,) = load(case)[0].sessions
    assert (session.side, session.half, session.pain) == (Side.RIGHT, Half.PM, 3)
    assert [(one.knee, one.reps, one.load_kg, one.lowering_s) for one in session.sets] == [
        (Knee.BENT, 15, 5, 4),
        (Knee.STRAIGHT, 12, None, None),
    ]


def test_plans_tell_only_the_thresholds_that_differ(case: Case) -> None:
    changed = {"silence_days": {"value": 5, "reason": "asked for it", "author": "x", "at": "2026-11-02"}}
    old = make.make_plan(make.tendon_of(case), ends_on=date(2026, 11, 9), thresholds={"old": {"value": 1}})
    make.make_plan(make.tendon_of(case), starts_on=date(2026, 11, 9), version=2, thresholds=changed)
    plan = load(case)[1]
    first, second = plan.tendon_plans
    assert first.id == str(old.id)
    assert (first.ends_on, second.ends_on) == (date(2026, 11, 9), None)
    assert second.thresholds == {"silence_days": 5}
    assert plan.thresholds == {}
    assert plan.thresholds_at(make.NOW) == {"silence_days": 5}


def test_only_a_physios_acts_are_stage_steps(case: Case) -> None:
    make.make_stage_change(case)
    make.make_stage_change(
        case, kind="REGRESS", from_stage=2, to_stage=1, by=None, at=make.NOW, rule_version="1"
    )
    (step,) = load(case)[1].stage_steps
    assert (step.act, step.stage, step.by) == (StageAct.START, 1, str(case.clinician_id))


def test_what_the_physio_found_is_told(case: Case) -> None:
    early = make.make_assessment(
        case,
        assessed_at=make.NOW - timedelta(days=30),
        facts={"pre_injury_week_m": 30000, "reference_week_minutes": 120},
        red_flags=["PALPABLE_GAP"],
        pathway="URGENT_SAME_DAY",
    )
    make.make_finding(early, make.tendon_of(case, "RIGHT"), usual_pain=2, worst_pain=6)
    make.make_assessment(case, kind="REVIEW", facts={"reference_week_minutes": 90})
    make.make_clearance(case)
    make.make_score(case, tendon=make.tendon_of(case, "RIGHT"), value="61.5")
    told, plan = load(case)
    (baseline,) = plan.baselines
    assert (baseline.side, baseline.usual_pain, baseline.worst_pain) == (Side.RIGHT, 2, 6)
    assert (plan.pre_injury_week_m, plan.reference_week_minutes) == (30000, 90)
    assert [report.findings for report in told.assessed_red_flags] == [frozenset({Finding.PALPABLE_GAP})]
    assert [one.at for one in told.clearances] == [make.NOW]
    assert [(score.side, score.value) for score in told.scores] == [(Side.RIGHT, 61.5)]


def test_a_resolved_worsening_is_a_resolution_and_another_flag_is_not(case: Case) -> None:
    solved = {"state": "RESOLVED", "resolved_at": make.NOW, "resolved_by": case.clinician}
    make.make_flag(case, kind="WORSENING", side="CASE", **solved)
    make.make_flag(case, kind="WORSENING", side="LEFT", **solved)
    make.make_flag(case, kind="WORSENING", side="RIGHT")
    make.make_flag(case, kind="STALLED_8W", side="LEFT", **solved)
    assert {one.side for one in load(case)[0].resolutions} == {None, Side.LEFT}


def test_a_closed_case_is_told_as_paused(case: Case) -> None:
    with make.inside(case.clinic_id):
        Case.objects.filter(id=case.id).update(status=CaseStatus.CLOSED, closed_at=make.NOW)
    assert load(case)[0].paused


def test_another_clinics_case_is_not_there(case: Case) -> None:
    other = make.make_clinic()
    with make.inside(other), pytest.raises(Case.DoesNotExist):
        history.load(case.id)
    with make.inside(other):
        assert history.load_many([case.id]) == {}


def test_another_patients_entries_are_not_there(case: Case) -> None:
    make.make_run(case, pain_left=3, pain_right=3)
    stranger = make.make_patient(case.clinic)
    with make.inside(case.clinic_id, patient=stranger, role=Role.PATIENT):
        assert history.load_many([case.id]) == {}


def test_twenty_cases_take_as_many_queries_as_one() -> None:
    clinic = make.make_clinic()
    physio = make.make_member(clinic)
    cases = []
    for number in range(20):
        case = make.make_case(make.make_patient(clinic, responsible=physio))
        plan = make.make_plan(make.tendon_of(case))
        make.make_session(plan)
        make.make_run(case, pain_left=number % 3)
        make.make_report(case, pain_left=1)
        cases.append(case.id)
    counts = []
    for wanted in (cases[:1], cases):
        with make.inside(clinic), CaptureQueriesContext(connection) as queries:
            assert len(history.load_many(wanted)) == len(wanted)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


class TestThresholdsThroughTime:
    """Berlin is an hour ahead of UTC in November."""

    @staticmethod
    def rows(**values: int) -> dict[str, dict[str, object]]:
        return {
            code: {"value": value, "reason": "Why.", "author": "", "at": ""} for code, value in values.items()
        }

    def versions(self, case: Case) -> list[tuple[datetime, dict[str, float]]]:
        return [(one.at, dict(one.thresholds)) for one in load(case)[1].threshold_versions]

    def test_a_version_counts_from_its_first_day_and_never_before_it_was_written(self, case: Case) -> None:
        tendon = make.tendon_of(case)
        later = datetime(2026, 11, 16, 10, 30, tzinfo=UTC)
        make.make_plan(tendon, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 16))
        make.make_plan(
            tendon, version=2, starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 20), created_at=later,
            thresholds=self.rows(REGRESS_MIN=6),
        )  # fmt: skip
        make.make_plan(
            tendon, version=3, starts_on=date(2026, 11, 20), created_at=later,
            thresholds=self.rows(REGRESS_MIN=5),
        )  # fmt: skip
        assert self.versions(case) == [
            (later, {"REGRESS_MIN": 6}),
            (datetime(2026, 11, 19, 23, tzinfo=UTC), {"REGRESS_MIN": 5}),
        ]
        plan = load(case)[1]
        assert plan.thresholds_at(later - timedelta(seconds=1)) == {}
        assert plan.thresholds_at(later) == {"REGRESS_MIN": 6}

    def test_what_a_plan_changed_holds_after_its_exercises_ended_until_the_next_one(self, case: Case) -> None:
        tendon, written = make.tendon_of(case), datetime(2026, 11, 1, tzinfo=UTC)
        make.make_plan(
            tendon, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 16), created_at=written,
            thresholds=self.rows(RUN_OK_MAX=1),
        )  # fmt: skip
        stricter = (datetime(2026, 11, 1, 23, tzinfo=UTC), {"RUN_OK_MAX": 1})
        assert self.versions(case) == [stricter]
        with make.inside(case.clinic_id):  # closed and opened again: the same plan still is the newest
            Case.objects.filter(id=case.id).update(status=CaseStatus.CLOSED, closed_at=make.NOW)
        assert self.versions(case) == [stricter]
        make.make_plan(tendon, version=2, starts_on=date(2026, 11, 20), created_at=written)
        assert self.versions(case) == [stricter, (datetime(2026, 11, 19, 23, tzinfo=UTC), {})]

    def test_of_two_tendons_one_that_ended_is_believed_where_the_other_says_nothing(self, case: Case) -> None:
        for side, ends, said in (("LEFT", date(2026, 11, 16), {"RUN_OK_MAX": 1}), ("RIGHT", None, {})):
            make.make_plan(
                make.tendon_of(case, side), starts_on=date(2026, 11, 2), ends_on=ends,
                created_at=datetime(2026, 11, 1, tzinfo=UTC), thresholds=self.rows(**said),
            )  # fmt: skip
        assert [values for _, values in self.versions(case)] == [{"RUN_OK_MAX": 1}]

    def test_of_two_tendons_the_plan_that_started_later_is_believed(self, case: Case) -> None:
        for side, day, value in (("LEFT", 2, 6), ("RIGHT", 3, 5)):
            make.make_plan(
                make.tendon_of(case, side), starts_on=date(2026, 11, day),
                created_at=datetime(2026, 11, 1, tzinfo=UTC), thresholds=self.rows(REGRESS_MIN=value),
            )  # fmt: skip
        assert [values for _, values in self.versions(case)] == [{"REGRESS_MIN": 6}, {"REGRESS_MIN": 5}]


def test_the_rules_own_steps_back_are_told_beside_the_physios_acts(case: Case) -> None:
    make.make_stage_change(case, to_stage=4)
    cause = uuid4()
    make.make_stage_change(
        case, kind="REGRESS", from_stage=4, to_stage=3, by=None, cause_id=cause, at=make.NOW, reason="5/10."
    )
    plan = load(case)[1]
    assert [(step.act, step.stage) for step in plan.stage_steps] == [(StageAct.START, 4)]
    (back,) = plan.steps_back
    assert (back.at, back.cause_id, back.from_stage, back.to_stage) == (make.NOW, str(cause), 4, 3)
