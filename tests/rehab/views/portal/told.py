"""What a runner told before, straight through the actions."""

from datetime import datetime, timedelta
from uuid import uuid4

from assessments.clinical.sides import Side
from rehab.actions import checks, exercises, mornings, runs
from rehab.clinical.history import ExerciseSet, Half, Knee, ReportKind, WarmUp
from rehab.models import ExerciseSession, PainReport, Plan, Run
from tests.rehab.runner import NOW, Runner


def a_run(
    runner: Runner, *, hours_ago: float, pain: int = 1, warm_up: WarmUp | None = None, **said: object
) -> Run:
    sides = [Side(side) for side in runner.tendons]
    at = NOW - timedelta(hours=hours_ago)
    warm_up = warm_up or (WarmUp.RESOLVED if pain else WarmUp.NO_SYMPTOMS)
    entry = runs.RunEntry(
        client_id=uuid4(),
        occurred_at=at,
        **{"minutes": 22} | said,
        pain=dict.fromkeys(sides, pain),
        warm_up=dict.fromkeys(sides, warm_up),
    )
    with runner.signed_in():
        return runs.record(case=runner.case, entry=entry, by=runner.member, now=at)


def a_check(
    runner: Runner,
    run: Run,
    *,
    hours_after: float = 24,
    pain: int = 1,
    kind: ReportKind = ReportKind.CHECK_24H,
) -> PainReport:
    at = run.occurred_at + timedelta(hours=hours_after)
    sides = [Side(side) for side in runner.tendons]
    entry = checks.CheckEntry(
        client_id=uuid4(), occurred_at=at, kind=kind, run_id=run.pk, pain=dict.fromkeys(sides, pain)
    )
    with runner.signed_in():
        return checks.record(case=runner.case, entry=entry, by=runner.member, now=at)


def a_morning(runner: Runner, *, hours_ago: float, pain: int = 1) -> PainReport:
    at = NOW - timedelta(hours=hours_ago)
    sides = [Side(side) for side in runner.tendons]
    entry = mornings.MorningEntry(client_id=uuid4(), occurred_at=at, pain=dict.fromkeys(sides, pain))
    with runner.signed_in():
        return mornings.record(case=runner.case, entry=entry, by=runner.member, now=at)


def some_sets(runner: Runner, *, hours_ago: float, sets: int = 3) -> ExerciseSession:
    at = NOW - timedelta(hours=hours_ago)
    with runner.signed_in():
        plan = Plan.objects.order_by("id").first()
        assert plan is not None
        entry = exercises.SessionEntry(
            client_id=uuid4(),
            occurred_at=at,
            plan_id=plan.pk,
            half=Half.PM,
            sets=[ExerciseSet(knee=Knee.STRAIGHT, reps=15)] * sets,
        )
        return exercises.record(case=runner.case, entry=entry, by=runner.member, now=at)


def ready_to_run(runner: Runner) -> Run:
    """A calm run two days ago that settled, so that the plan says yes."""
    run = a_run(runner, hours_ago=49, pain=1)
    a_check(runner, run, pain=1)
    return run


def later(moment: datetime = NOW, **by: float) -> datetime:
    return moment + timedelta(**by)
