"""Only a physio moves a runner on, only when the gate is open, and never while suspended."""

from collections.abc import Generator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from assessments.clinical.findings import Finding
from assessments.clinical.sides import Side
from patients.actions.physio_acts import ActRefused
from patients.models import Case, uuid7
from rehab.actions import checks, runs, stages
from rehab.clinical.history import ReportKind, StageAct, Track, WarmUp
from rehab.models import Source, StageChange
from tests.rehab.actions.cases import assess, at_work, new_runner
from tests.rehab.runner import NOW, OPENED, Runner, make_runner

pytestmark = pytest.mark.django_db


@pytest.fixture
def runner() -> Generator[Runner, None, None]:
    """In stage 3 for sixty days, without a run."""
    with at_work(make_runner()) as made:
        yield made


def act(runner: Runner, does, **said: object) -> StageChange:
    return does(case=runner.case, by=runner.physio, **{"now": NOW, **said})


def run_cleanly(runner: Runner, times: int) -> None:
    """A run every fourth day at 1/10, each settled to 0 after 24 hours, up to two days ago."""
    for back in range(times):
        at = NOW - timedelta(days=2 + 4 * back)
        run = runs.record(
            case=runner.case,
            entry=runs.RunEntry(
                client_id=uuid4(), occurred_at=at, minutes=22, pain={Side.LEFT: 1},
                warm_up={Side.LEFT: WarmUp.RESOLVED}, source=Source.CLINIC,
            ),
            by=runner.physio,
            now=at,
        )  # fmt: skip
        later = at + timedelta(hours=24)
        checks.record(
            case=runner.case,
            entry=checks.CheckEntry(
                client_id=uuid4(),
                occurred_at=later,
                kind=ReportKind.CHECK_24H,
                pain={Side.LEFT: 0},
                run_id=run.pk,
            ),
            by=runner.physio,
            now=later,
        )


def test_running_starts_at_stage_1(runner: Runner) -> None:
    new = new_runner(slug="quay")
    with at_work(new):
        assess(new)
        change = act(new, stages.start)
        assert (change.kind, change.from_stage, change.to_stage, change.track) == (
            "START",
            None,
            1,
            "FRAMEWORK",
        )
        assert Case.objects.get(pk=new.case.pk).evaluation_due_at == NOW
        with pytest.raises(ActRefused, match="has started"):
            act(new, stages.start)


def test_a_start_above_stage_1_needs_a_reason(runner: Runner) -> None:
    new = new_runner(slug="quay")
    with at_work(new):
        with pytest.raises(ActRefused, match="above stage 1"):
            act(new, stages.start, stage=4)
        change = act(new, stages.start, stage=4, track=Track.MODIFIED_RUNNING, reason="Runs at 1/10 now.")
        assert (change.to_stage, change.track) == (4, "MODIFIED_RUNNING")


def test_a_closed_gate_is_not_opened_by_any_reason(runner: Runner) -> None:
    for reason in ("", "They asked me to."):
        with pytest.raises(ActRefused, match="not open yet") as refused:
            act(runner, stages.progress, reason=reason)
        assert refused.value.field == "act"
    assert StageChange.objects.count() == 1


def test_low_adherence_asks_the_physio_for_a_reason(runner: Runner) -> None:
    run_cleanly(runner, 6)
    with pytest.raises(ActRefused, match="Write down why") as refused:
        act(runner, stages.progress)
    assert refused.value.field == "reason"
    change = act(runner, stages.progress, reason="Does the sets at the gym, without logging.")
    assert (change.kind, change.from_stage, change.to_stage) == ("PROGRESS", 3, 4)
    with pytest.raises(ActRefused, match="not open yet"):
        act(runner, stages.progress, reason="Again.", now=NOW + timedelta(minutes=1))


def test_a_step_back_names_its_reason_and_its_stage(runner: Runner) -> None:
    with pytest.raises(ActRefused, match="reason"):
        act(runner, stages.step_back, reason=" ")
    with pytest.raises(ActRefused, match="below 3"):
        act(runner, stages.step_back, reason="Sore.", to_stage=3)
    change = act(runner, stages.step_back, reason="Sore.", to_stage=1)
    assert (change.kind, change.from_stage, change.to_stage) == ("STEP_BACK", 3, 1)
    with pytest.raises(ActRefused, match="stage 1 already"):
        act(runner, stages.step_back, reason="Sore.", now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("does", "kind"),
    [
        (stages.hold, StageAct.HOLD),
        (stages.release_hold, StageAct.RELEASE_HOLD),
        (stages.waive_hills, StageAct.WAIVE_HILLS),
    ],
)
def test_what_keeps_the_stage_needs_a_reason(runner: Runner, does, kind: StageAct) -> None:
    with pytest.raises(ActRefused, match="reason"):
        act(runner, does, reason="")
    change = act(runner, does, reason="Flat country.")
    assert (change.kind, change.from_stage, change.to_stage) == (kind, 3, 3)


def test_nothing_moves_while_the_case_is_suspended(runner: Runner) -> None:
    assess(runner, Finding.POP_OR_SNAP)
    for does in (stages.progress, stages.step_back, stages.hold, stages.release_hold, stages.waive_hills):
        with pytest.raises(ActRefused, match="suspended"):
            act(runner, does, reason="Please.")
    with pytest.raises(ActRefused, match="suspended"):
        act(runner, stages.resume, reason="Please.", stage=1)
    assert StageChange.objects.count() == 1


def test_there_is_nothing_to_resume_without_a_pause(runner: Runner) -> None:
    act(runner, stages.step_back, reason="Sore.")
    with pytest.raises(ActRefused, match="not paused"):
        act(runner, stages.resume, stage=3, reason="Better.", now=NOW + timedelta(minutes=1))


def test_a_stranger_moves_nothing(runner: Runner) -> None:
    other = make_runner(slug="quay")
    for by in (other.physio, runner.member):
        with pytest.raises(Case.DoesNotExist):
            stages.hold(case=runner.case, by=by, now=NOW, reason="Mine.")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"by_id": None, "kind": "PROGRESS", "to_stage": 4}, "software_"),
        ({"by_id": None, "kind": "REGRESS", "from_stage": 3, "to_stage": 4}, "never_moves_forward"),
        ({"to_stage": 9}, "to_stage_range"),
        ({"kind": "JUMP"}, "kind_code"),
    ],
)
def test_the_database_refuses_it_too(runner: Runner, change: dict, constraint: str) -> None:
    row = {**StageChange.objects.values().get(), "id": uuid7(), "at": OPENED, **change}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StageChange.objects.create(**row)


def test_the_history_of_stages_is_never_edited(runner: Runner) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        StageChange.objects.update(to_stage=7)
