"""The rules that the database itself keeps about plans, stages, the diary and flags."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from patients.models import Case
from rehab.clinical.evaluation import FindingKind
from rehab.models import Flag, FlagState, Plan, Run
from tests.factories import (
    NOW,
    PLAN_START,
    inside,
    make_case,
    make_clinic,
    make_flag,
    make_patient,
    make_plan,
    make_report,
    make_run,
    make_session,
    make_stage_change,
    tendon_of,
)

pytestmark = pytest.mark.django_db


def refused(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


@pytest.fixture
def case() -> Case:
    return make_case(make_patient(make_clinic()))


@pytest.mark.parametrize(("pain", "fits"), [(None, True), (0, True), (10, True), (11, False), (-1, False)])
def test_pain_is_0_to_10_or_not_said(case: Case, pain: int | None, fits: bool) -> None:
    if fits:
        assert make_run(case, pain_left=pain).pain_left == pain
        make_report(case, pain_right=pain)
    else:
        with refused("pain_left_range|pain_left_check"):
            make_run(case, pain_left=pain)
        with refused("pain_right_range|pain_right_check"):
            make_report(case, pain_right=pain)


@pytest.mark.parametrize(("minutes", "fits"), [(1, True), (600, True), (0, False), (601, False)])
def test_a_run_lasts_1_to_600_minutes(case: Case, minutes: int, fits: bool) -> None:
    if fits:
        make_run(case, minutes=minutes)
    else:
        with refused("rehab_run_minutes_range"):
            make_run(case, minutes=minutes)


def test_the_same_entry_sent_twice_is_stored_once(case: Case) -> None:
    client_id = uuid.uuid4()
    make_run(case, client_id=client_id)
    with refused("rehab_run_client_id_once"):
        make_run(case, client_id=client_id)


def test_a_correction_is_a_new_row_and_only_one_may_replace_a_row(case: Case) -> None:
    said = make_run(case, pain_left=2)
    corrected = make_run(case, pain_left=4, supersedes=said)
    with refused("rehab_run_superseded_once"):
        make_run(case, pain_left=1, supersedes=said)
    with inside(case.clinic):
        assert list(Run.objects.for_case(case.pk).current()) == [corrected]
        assert Run.objects.count() == 2


def test_a_withdrawn_entry_stands_no_more_and_is_still_there(case: Case) -> None:
    said = make_run(case)
    make_run(case, supersedes=said, voided=True)
    with inside(case.clinic):
        assert list(Run.objects.for_case(case.pk).current()) == []
        assert Run.objects.count() == 2
    with refused("rehab_run_withdraws_a_row"):
        make_run(case, voided=True)


def test_a_pre_run_report_is_about_no_run(case: Case) -> None:
    run = make_run(case)
    make_report(case, kind="CHECK_24H", run=run)
    with refused("rehab_painreport_before_any_run"):
        make_report(case, kind="PRE_RUN", run=run)


@pytest.mark.parametrize("kind", ["INSERTIONAL", "MIXED"])
@pytest.mark.parametrize("protocol", ["STEP", "HEAVY_SLOW", "SILBERNAGEL", "MAINTENANCE"])
def test_no_step_for_insertional_or_mixed_without_a_written_reason(
    case: Case, kind: str, protocol: str
) -> None:
    tendon = tendon_of(case)
    for blank in ("", "  \n"):
        with refused("rehab_plan_below_neutral_only_with_a_reason"):
            make_plan(tendon, tendinopathy_type=kind, protocol=protocol, override_reason=blank)
    make_plan(
        tendon, tendinopathy_type=kind, protocol=protocol, override_reason="Late dorsiflexion, week 20."
    )


@pytest.mark.parametrize("kind", ["INSERTIONAL", "MIXED", "MIDPORTION"])
def test_flat_ground_needs_no_reason(case: Case, kind: str) -> None:
    make_plan(tendon_of(case), tendinopathy_type=kind, protocol="FLAT")


def test_an_unclassified_tendon_gets_no_plan(case: Case) -> None:
    with refused("rehab_plan_tendinopathy_type_code"):
        make_plan(tendon_of(case), tendinopathy_type="UNCLASSIFIED", protocol="FLAT")


def test_a_tendon_has_one_plan_on_any_day(case: Case) -> None:
    tendon = tendon_of(case)
    first = make_plan(tendon, ends_on=PLAN_START + timedelta(days=7))
    with refused("rehab_plan_one_per_tendon_and_day"):
        make_plan(tendon, version=2, starts_on=PLAN_START + timedelta(days=6))
    second = make_plan(tendon, version=2, starts_on=PLAN_START + timedelta(days=7))
    with refused("rehab_plan_one_open_per_tendon"):
        make_plan(tendon, version=3, starts_on=PLAN_START + timedelta(days=30))
    with inside(case.clinic):
        assert list(Plan.objects.on(PLAN_START + timedelta(days=6))) == [first]
        assert list(Plan.objects.on(PLAN_START + timedelta(days=7))) == [second]
        assert list(Plan.objects.open()) == [second]


def test_a_plan_revised_twice_on_one_day_leaves_the_last(case: Case) -> None:
    tendon = tendon_of(case)
    make_plan(tendon, ends_on=PLAN_START)
    make_plan(tendon, version=2)
    with inside(case.clinic):
        assert [plan.version for plan in Plan.objects.on(PLAN_START)] == [2]


@pytest.mark.parametrize("kind", ["START", "PROGRESS", "RESUME", "RELEASE_HOLD", "WAIVE_HILLS", "STEP_BACK"])
def test_the_software_may_not_do_what_is_a_physio_s_act(case: Case, kind: str) -> None:
    with refused("rehab_stagechange_software"):
        make_stage_change(case, by=None, kind=kind, from_stage=3, to_stage=3)
    make_stage_change(case, kind=kind, from_stage=3, to_stage=4)


@pytest.mark.parametrize(("to_stage", "fits"), [(2, True), (3, True), (4, False)])
def test_the_software_never_moves_a_stage_forward(case: Case, to_stage: int, fits: bool) -> None:
    if fits:
        make_stage_change(case, by=None, kind="REGRESS", from_stage=3, to_stage=to_stage)
    else:
        with refused("rehab_stagechange_software_never_moves_forward"):
            make_stage_change(case, by=None, kind="REGRESS", from_stage=3, to_stage=to_stage)


def test_one_run_costs_one_stage_however_often_it_is_evaluated(case: Case) -> None:
    run = make_run(case, pain_left=5)
    step = {"by": None, "kind": "REGRESS", "from_stage": 3, "to_stage": 2, "cause_id": run.pk}
    make_stage_change(case, **step)
    with refused("rehab_stagechange_once_per_cause"):
        make_stage_change(case, **step)


def test_one_flag_of_a_kind_and_side_is_open_at_a_time(case: Case) -> None:
    make_flag(case)
    make_flag(case, side="RIGHT")
    with refused("rehab_flag_one_open_per_side_and_kind"):
        make_flag(case, state=FlagState.ACKNOWLEDGED, acknowledged_at=NOW, acknowledged_by=case.clinician)
    make_flag(case, state=FlagState.RESOLVED, resolved_at=NOW)


def test_red_flags_do_not_sleep(case: Case) -> None:
    with refused("rehab_flag_red_flags_never_sleep"):
        make_flag(
            case,
            kind=FindingKind.RED_FLAG.value,
            severity="URGENT",
            state=FlagState.SNOOZED,
            snoozed_until=NOW,
            snoozed_by=case.clinician,
        )


@pytest.mark.parametrize("kind", [FindingKind.RED_FLAG, FindingKind.WORSENING])
def test_red_flags_and_worsening_are_resolved_by_a_physio_only(case: Case, kind: FindingKind) -> None:
    with refused("rehab_flag_only_a_physio_resolves_red_flags_and_worsening"):
        make_flag(case, kind=kind.value, state=FlagState.RESOLVED, resolved_at=NOW)
    make_flag(case, kind=kind.value, state=FlagState.RESOLVED, resolved_at=NOW, resolved_by=case.clinician)


def test_a_snoozed_flag_waits_again_when_its_time_has_come(case: Case) -> None:
    make_flag(case, state=FlagState.SNOOZED, snoozed_until=NOW + timedelta(days=1), snoozed_by=case.clinician)
    with inside(case.clinic):
        assert Flag.objects.open().count() == 1
        assert Flag.objects.waiting(NOW).count() == 0
        assert Flag.objects.waiting(NOW + timedelta(days=1)).count() == 1


def test_a_session_says_what_was_done_and_unknown_codes_are_refused(case: Case) -> None:
    plan = make_plan(tendon_of(case))
    make_session(plan, protocol="FLAT", pain=None)
    with refused("rehab_exercisesession_protocol_code"):
        make_session(plan, protocol="STEPS")
    with refused("rehab_exercisesession_half_code"):
        make_session(plan, half="NO")
