"""A red flag ends only with a physio's recorded, normal examination; running then still waits."""

from collections.abc import Generator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from assessments.clinical.findings import Finding
from assessments.models import RedFlagClearance
from patients.actions.physio_acts import ActRefused
from patients.models import Case, uuid7
from rehab.actions import clearances, evaluations, red_flags, stages
from rehab.actions.clearances import LegResult, LegTest
from rehab.clinical.evaluate import evaluate
from rehab.models import Flag, StageChange
from rehab.queries.history import load
from rehab.queries.red_flags import open_findings, what_stands
from tests.rehab.actions.cases import assess, at_work, new_runner
from tests.rehab.runner import NOW, Runner, make_runner

pytestmark = pytest.mark.django_db
ALL_NORMAL = dict.fromkeys(LegTest, LegResult.NORMAL)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def runner() -> Generator[Runner, None, None]:
    with at_work(make_runner()) as made:
        yield made


def reported(runner: Runner, *findings: Finding) -> None:
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=findings)
    with runner.signed_in():
        red_flags.report(case=runner.case, entry=entry, by=runner.member, now=NOW)


def clear(runner: Runner, **said: object) -> RedFlagClearance:
    told = {"examination": ALL_NORMAL, "ruled_out": [Finding.POP_OR_SNAP], "note": "Examined, all normal."}
    return clearances.clear(case=runner.case, by=runner.physio, **{"now": LATER, **told, **said})


def running(runner: Runner, now=LATER):
    return evaluate(*load(runner.case.pk), now).running.decision


def test_a_red_flag_found_in_an_assessment_suspends_at_once(runner: Runner) -> None:
    assess(runner, Finding.CALF_SQUEEZE_ABNORMAL, now=NOW)
    flag = Flag.objects.get()
    assert (flag.kind, flag.severity, flag.side) == ("RED_FLAG", "URGENT", "CASE")
    assert flag.reason == "Found in the assessment: calf squeeze: foot does not move"
    assert Case.objects.get().suspended_at == NOW
    assert running(runner) == "URGENT_CARE"


def test_a_case_without_a_stage_stays_suspended_when_it_is_evaluated(runner: Runner) -> None:
    new = new_runner(slug="quay")
    with at_work(new):
        assess(new, Finding.POP_OR_SNAP, now=NOW)
        evaluations.evaluate_all(case_ids=[new.case.pk], now=LATER)
        assert Case.objects.get(pk=new.case.pk).suspended_at == NOW
        assert Flag.objects.get().state == "OPEN"


def test_a_normal_examination_clears_it_and_running_waits_for_resume(runner: Runner) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    assert open_findings(runner.case.pk) == (Finding.POP_OR_SNAP,)
    clear(runner)
    flag = Flag.objects.get()
    assert (flag.state, flag.resolved_by, flag.resolution_note) == (
        "RESOLVED",
        runner.physio,
        "Examined, all normal.",
    )
    case = Case.objects.get()
    assert (case.suspended_at, case.evaluation_due_at) == (None, LATER)
    assert open_findings(runner.case.pk) == ()
    assert running(runner) == "NO_RUNNING_STAGE"
    again = stages.resume(
        case=runner.case, stage=2, by=runner.physio, now=LATER + timedelta(minutes=1), reason="Settled."
    )
    assert (again.kind, again.from_stage, again.to_stage) == ("RESUME", 1, 2)


def test_running_may_restart_with_the_clearing_but_not_higher(runner: Runner) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    with pytest.raises(ActRefused, match="from 1 to 3"):
        clear(runner, resume_at=4)
    clear(runner, resume_at=3)
    assert [row.kind for row in StageChange.objects.order_by("at")] == ["START", "RESUME"]


def test_a_pause_is_resumed_at_most_where_it_was(runner: Runner) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    clear(runner)
    with pytest.raises(ActRefused, match="from 1 to 3"):
        stages.resume(case=runner.case, stage=4, by=runner.physio, now=LATER, reason="Fit.")


@pytest.mark.parametrize("test", LegTest)
def test_one_abnormal_test_keeps_the_flag(runner: Runner, test: LegTest) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    with pytest.raises(ActRefused, match="abnormal") as refused:
        clear(runner, examination={**ALL_NORMAL, test: LegResult.ABNORMAL})
    assert refused.value.field == test.value.lower()
    assert Flag.objects.get().state == "OPEN"
    assert Case.objects.get().suspended_at == NOW


@pytest.mark.parametrize("test", LegTest)
def test_a_test_left_out_is_not_a_normal_one(runner: Runner, test: LegTest) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    with pytest.raises(ActRefused, match="all four"):
        clear(runner, examination={one: LegResult.NORMAL for one in LegTest if one is not test})


def test_every_reported_finding_is_ruled_out_by_name(runner: Runner) -> None:
    reported(runner, Finding.POP_OR_SNAP, Finding.SUSPECTED_DVT)
    with pytest.raises(ActRefused, match="suspected deep vein"):
        clear(runner)
    clear(runner, ruled_out=[Finding.POP_OR_SNAP, Finding.SUSPECTED_DVT])
    assert not Flag.objects.open().exists()


def test_a_note_is_required(runner: Runner) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    with pytest.raises(ActRefused, match="what you found"):
        clear(runner, note=" ")


def test_there_must_be_something_to_clear(runner: Runner) -> None:
    with pytest.raises(ActRefused, match="No red flag"):
        clear(runner)


def test_a_later_report_suspends_again(runner: Runner) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    clear(runner)
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=[Finding.CHEST_PAIN])
    with runner.signed_in():
        red_flags.report(case=runner.case, entry=entry, by=runner.member, now=LATER + timedelta(minutes=5))
    assert running(runner, LATER + timedelta(minutes=6)) == "URGENT_CARE"


def test_neither_the_runner_nor_a_stranger_clears(runner: Runner) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    other = make_runner(slug="quay")
    for by in (runner.member, other.physio):
        with pytest.raises(Case.DoesNotExist):
            clearances.clear(
                case=runner.case, examination=ALL_NORMAL, ruled_out=[Finding.POP_OR_SNAP], note="Fine.",
                by=by, now=LATER,
            )  # fmt: skip


def open_worsening(runner: Runner, side: str = "LEFT") -> None:
    Flag.objects.create(
        clinic_id=runner.clinic.pk, patient_id=runner.patient.pk, case_id=runner.case.pk, side=side,
        kind="WORSENING", severity="URGENT", opened_at=NOW, seen_at=NOW, reason="Rising.",
        evidence_hash="0" * 64, rule="A5", rule_version="1",
    )  # fmt: skip
    Case.objects.update(suspended_at=NOW)


def test_a_worsening_is_resolved_with_a_note(runner: Runner) -> None:
    open_worsening(runner)
    for note in ("", " "):
        with pytest.raises(ActRefused, match="what you found"):
            clearances.resolve_worsening(case=runner.case, note=note, by=runner.physio, now=LATER)
    assert clearances.resolve_worsening(case=runner.case, note="Seen.", by=runner.physio, now=LATER) == 1
    assert (Flag.objects.get().state, Case.objects.get().suspended_at) == ("RESOLVED", None)
    assert running(runner) == "NO_RUNNING_STAGE"


def test_a_red_flag_still_suspends_after_the_worsening_is_resolved(runner: Runner) -> None:
    open_worsening(runner)
    reported(runner, Finding.POP_OR_SNAP)
    with pytest.raises(ActRefused, match="Another flag"):
        clearances.resolve_worsening(case=runner.case, note="Seen.", by=runner.physio, now=LATER, resume_at=2)
    clearances.resolve_worsening(case=runner.case, note="Seen.", by=runner.physio, now=LATER)
    assert Case.objects.get().suspended_at == NOW


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"note": " "}, "note_written"),
        ({"examination": {}}, "examination_recorded"),
        ({"ruled_out_findings": []}, "names_what_it_clears"),
    ],
)
def test_the_database_refuses_it_too(runner: Runner, change: dict, constraint: str) -> None:
    reported(runner, Finding.POP_OR_SNAP)
    clear(runner)
    row = {**RedFlagClearance.objects.values().get(), "id": uuid7(), **change}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RedFlagClearance.objects.create(**row)
    with pytest.raises(IntegrityError, match="only_a_physio_resolves"), transaction.atomic():
        Flag.objects.update(resolved_by=None)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        RedFlagClearance.objects.all().delete()


def test_a_report_of_the_same_moment_that_waited_for_the_case_is_not_covered(runner: Runner) -> None:
    """It read the clock before the clearance and was stored after it: nobody examined for it."""
    reported(runner, Finding.POP_OR_SNAP)
    cleared = clear(runner)
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=[Finding.SUSPECTED_DVT])
    for received in (LATER, LATER - timedelta(seconds=2)):
        entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=[Finding.SUSPECTED_DVT])
        with runner.signed_in():
            red_flags.report(case=runner.case, entry=entry, by=runner.member, now=received)
        assert running(runner, LATER + timedelta(minutes=1)) == "URGENT_CARE"
    assert open_findings(runner.case.pk) == (Finding.SUSPECTED_DVT,)
    evaluations.evaluate_all(case_ids=[runner.case.pk], now=LATER + timedelta(minutes=1))
    assert Case.objects.get().suspended_at is not None
    assert len(cleared.covers) == 1


def test_a_clearance_that_named_nothing_would_cover_it(runner: Runner) -> None:
    """The twin: by time alone a report that waited for the case counts as examined."""
    reported(runner, Finding.POP_OR_SNAP)
    cleared = clear(runner)
    row = {**RedFlagClearance.objects.values().get(pk=cleared.pk), "id": uuid7(), "covers": None}
    RedFlagClearance.objects.create(**row)
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=[Finding.SUSPECTED_DVT])
    with runner.signed_in():
        red_flags.report(case=runner.case, entry=entry, by=runner.member, now=LATER - timedelta(seconds=2))
    assert open_findings(runner.case.pk) == ()


def test_a_clearance_covers_what_an_assessment_found(runner: Runner) -> None:
    found = assess(runner, Finding.CALF_SQUEEZE_ABNORMAL, now=NOW)
    cleared = clear(runner, ruled_out=[Finding.CALF_SQUEEZE_ABNORMAL])
    assert cleared.covers == [found.pk]
    assert running(runner) == "NO_RUNNING_STAGE"


def test_a_worsening_that_rests_on_something_newer_is_read_first(runner: Runner) -> None:
    open_worsening(runner)
    shown = what_stands(runner.case.pk).names
    Flag.objects.update(evidence_hash="1" * 64)
    told = {"case": runner.case, "note": "Seen.", "by": runner.physio, "now": LATER}
    with pytest.raises(ActRefused, match="newer"):
        clearances.resolve_worsening(**told, seen=shown)
    assert clearances.resolve_worsening(**told, seen=what_stands(runner.case.pk).names) == 1
