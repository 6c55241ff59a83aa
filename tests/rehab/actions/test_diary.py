"""What the runner says is stored once, as the app role, and never changed."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from assessments.clinical.red_flags import Finding
from assessments.clinical.sides import Side
from patients.models import Case, CaseStatus, TendonSide
from physio.web.tenancy import tenant
from rehab.actions import checks, diary, exercises, mornings, red_flags, runs
from rehab.clinical.history import ExerciseSet, Half, Knee, ReportKind, WarmUp
from rehab.models import Flag, PainReport, Plan, RedFlagReport, Run
from tests.rehab.runner import NOW, OPENED, Runner, make_runner

pytestmark = pytest.mark.django_db


@pytest.fixture
def runner() -> Runner:
    return make_runner()


def a_run(**said: object) -> runs.RunEntry:
    told = {
        "client_id": uuid4(),
        "occurred_at": NOW - timedelta(hours=2),
        "minutes": 22,
        "pain": {Side.LEFT: 2},
        "warm_up": {Side.LEFT: WarmUp.RESOLVED},
    }
    return runs.RunEntry(**told | said)


def record(runner: Runner, entry: runs.RunEntry) -> Run:
    with runner.signed_in():
        return runs.record(case=runner.case, entry=entry, by=runner.member, now=NOW)


def test_a_run_is_stored_and_makes_the_case_due(runner: Runner) -> None:
    run = record(runner, a_run())
    assert (run.minutes, run.pain_left, run.pain_right, run.warm_up_left) == (22, 2, None, "RESOLVED")
    assert (run.received_at, run.time_zone) == (NOW, "Europe/London")
    with runner.signed_in():
        assert Case.objects.get().evaluation_due_at == NOW


def test_the_same_entry_again_does_nothing(runner: Runner) -> None:
    entry = a_run(occurred_at=None)
    first = record(runner, entry)
    with runner.signed_in():
        again = runs.record(case=runner.case, entry=entry, by=runner.member, now=NOW + timedelta(minutes=3))
        assert (again.pk, again.occurred_at, Run.objects.count()) == (first.pk, NOW, 1)


def test_the_same_client_id_with_other_answers_is_a_conflict(runner: Runner) -> None:
    entry = a_run()
    record(runner, entry)
    with pytest.raises(diary.Conflict):
        record(runner, replace(entry, minutes=23))


@pytest.mark.parametrize(("ahead", "taken"), [(4, True), (5, True), (6, False)])
def test_a_phone_may_run_five_minutes_ahead(runner: Runner, ahead: int, taken: bool) -> None:
    entry = a_run(occurred_at=NOW + timedelta(minutes=ahead))
    if taken:
        assert record(runner, entry).pk
    else:
        with pytest.raises(diary.Refused, match="has not come yet") as refused:
            record(runner, entry)
        assert refused.value.field == "occurred_at"


@pytest.mark.parametrize(("seconds", "taken"), [(-1, False), (0, True), (1, True)])
def test_nothing_is_recorded_from_before_the_case(runner: Runner, seconds: int, taken: bool) -> None:
    entry = a_run(occurred_at=OPENED + timedelta(seconds=seconds))
    if taken:
        assert record(runner, entry).pk
    else:
        with pytest.raises(diary.Refused, match="began on 23 September 2026"):
            record(runner, entry)


def test_the_day_is_the_runners_own() -> None:
    runner = make_runner(time_zone="Pacific/Auckland")
    run = record(runner, a_run(occurred_at=NOW - timedelta(hours=1)))
    assert run.local_date.isoformat() == "2026-11-23"


def test_a_correction_keeps_what_was_said(runner: Runner) -> None:
    run = record(runner, a_run())
    newer = record(runner, a_run(pain={Side.LEFT: 4}, corrects=run.pk))
    with runner.signed_in():
        assert list(Run.objects.current()) == [newer]
        assert Run.objects.count() == 2
    with pytest.raises(diary.Conflict, match="corrected before"):
        record(runner, a_run(corrects=run.pk))


def test_a_withdrawn_run_no_longer_stands(runner: Runner) -> None:
    run = record(runner, a_run())
    record(runner, a_run(corrects=run.pk, voided=True))
    with runner.signed_in():
        assert not Run.objects.current().exists()


def test_the_database_refuses_to_change_or_delete_an_entry(runner: Runner) -> None:
    run = record(runner, a_run())
    for change in (lambda found: found.update(minutes=1), lambda found: found._raw_delete("default")):
        with runner.signed_in(), pytest.raises(DatabaseError), transaction.atomic():
            change(Run.objects.filter(pk=run.pk))


def test_a_check_is_tied_to_its_run_and_comes_after_it(runner: Runner) -> None:
    run = record(runner, a_run())
    told = {"client_id": uuid4(), "kind": ReportKind.CHECK_24H, "pain": {Side.LEFT: 1}, "run_id": run.pk}
    with runner.signed_in():
        early = checks.CheckEntry(**told, occurred_at=run.occurred_at - timedelta(minutes=1))
        with pytest.raises(diary.Refused, match="before the run ended"):
            checks.record(case=runner.case, entry=early, by=runner.member, now=NOW)
        report = checks.record(case=runner.case, entry=checks.CheckEntry(**told), by=runner.member, now=NOW)
        assert (report.run, report.kind, report.pain_left) == (run, "CHECK_24H", 1)
    with pytest.raises(ValueError, match="names the run"):
        checks.record(
            case=runner.case,
            entry=checks.CheckEntry(**told | {"run_id": None}),
            by=runner.member,
            now=NOW,
        )


def test_a_morning_check_stands_alone(runner: Runner) -> None:
    entry = mornings.MorningEntry(client_id=uuid4(), pain={Side.LEFT: 0}, stiffness_minutes=5)
    with runner.signed_in():
        report = mornings.record(case=runner.case, entry=entry, by=runner.member, now=NOW)
    assert (report.kind, report.run_id, report.pain_left, report.stiffness_minutes) == ("MORNING", None, 0, 5)


def test_exercise_sets_are_counted(runner: Runner) -> None:
    with runner.signed_in():
        entry = exercises.SessionEntry(
            client_id=uuid4(),
            plan_id=Plan.objects.get().pk,
            half=Half.PM,
            sets=[ExerciseSet(knee=Knee.STRAIGHT, reps=15), ExerciseSet(knee=Knee.BENT, reps=12)],
        )
        session = exercises.record(case=runner.case, entry=entry, by=runner.member, now=NOW)
    assert (session.reps_done, session.protocol, session.half) == (27, "STEP", "PM")
    assert session.tendon_id == runner.tendons[TendonSide.LEFT].pk


def report_flag(runner: Runner, *findings: Finding) -> RedFlagReport:
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=findings)
    with runner.signed_in():
        return red_flags.report(case=runner.case, entry=entry, by=runner.member, now=NOW)


def test_a_red_flag_is_flagged_and_suspends_in_the_same_transaction(runner: Runner) -> None:
    row = report_flag(runner, Finding.POP_OR_SNAP, Finding.CHEST_PAIN)
    assert row.pathway == "EMERGENCY"
    with runner.signed_in():
        flag = Flag.objects.get()
        assert (flag.kind, flag.severity, flag.state, flag.side) == ("RED_FLAG", "URGENT", "OPEN", "CASE")
        assert flag.reason == "Reported in the portal: chest pain, pop or snap"
        assert Case.objects.get().suspended_at == NOW


def test_more_of_the_same_wakes_the_one_flag(runner: Runner) -> None:
    report_flag(runner, Finding.POP_OR_SNAP)
    with runner.signed_in():
        Flag.objects.update(state="ACKNOWLEDGED", acknowledged_at=NOW, acknowledged_by=runner.physio)
    report_flag(runner, Finding.SEVERE_SWELLING)
    with runner.signed_in():
        assert [flag.state for flag in Flag.objects.all()] == ["OPEN"]


def test_none_of_these_is_recorded_without_a_flag(runner: Runner) -> None:
    assert report_flag(runner).pathway == "NONE"
    with runner.signed_in():
        assert not Flag.objects.exists()
        assert Case.objects.get().suspended_at is None


def test_a_closed_case_takes_no_more_entries(runner: Runner) -> None:
    with tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Case.objects.update(status=CaseStatus.CLOSED, closed_at=NOW)
    with pytest.raises(diary.Refused, match="closed"):
        record(runner, a_run())


def test_a_stranger_cannot_write_into_the_case(runner: Runner) -> None:
    other = make_runner(slug="quay")
    with other.signed_in(), pytest.raises(Case.DoesNotExist):
        runs.record(case=runner.case, entry=a_run(), by=other.member, now=NOW)
    with other.signed_in():
        assert not PainReport.objects.exists()
