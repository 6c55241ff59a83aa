"""Plans pass the interlock, follow each other by date, and are never edited. All as the app role."""

from collections.abc import Generator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.findings import Finding
from patients.actions.physio_acts import ActRefused
from patients.models import Case, uuid7
from rehab.actions import plans
from rehab.actions.plans import ThresholdChange
from rehab.clinical.history import Knee
from rehab.clinical.protocols import TEMPLATES, dose_in_words
from rehab.models import ClinicDefaults, Plan
from rehab.queries import history, plan_page
from rehab.queries.peek import peek
from tests.rehab.actions.cases import LOW, MID, assess, at_work, leg_of, new_runner
from tests.rehab.runner import NOW, Runner, make_runner

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
MIDPORTION, INSERTIONAL = TendinopathyType.MIDPORTION, TendinopathyType.INSERTIONAL


@pytest.fixture
def runner() -> Generator[Runner, None, None]:
    with at_work(new_runner()) as made:
        yield made


def assign(runner: Runner, **said: object) -> Plan:
    wish = {"protocol": Protocol.STEP, "type": MIDPORTION, "starts_on": TODAY, "now": NOW}
    return plans.assign(case=runner.case, tendon=leg_of(runner), by=runner.physio, **{**wish, **said})


def test_the_suggested_protocol_is_assigned_with_its_dose(runner: Runner) -> None:
    assess(runner)
    plan = assign(runner)
    assert (plan.sets, plan.reps, plan.sessions_per_day, plan.days_per_week) == (3, 15, 2, 7)
    assert (plan.knees, plan.start_sets, plan.version) == (["STRAIGHT", "BENT"], 2, 1)
    assert (plan.tempo_low_s, plan.tempo_high_s, plan.override_reason) == (3, 5, "")
    assert plan.dose.reps_per_day == 180
    assert Case.objects.get().evaluation_due_at == NOW


def test_flat_ground_is_ninety_a_day() -> None:
    assert TEMPLATES[Protocol.FLAT].dose.reps_per_day == 90


@pytest.mark.parametrize("protocol", [Protocol.STEP, Protocol.HEAVY_SLOW, Protocol.MAINTENANCE])
def test_an_insertional_leg_goes_below_neutral_only_with_a_reason(runner: Runner, protocol: Protocol) -> None:
    assess(runner, leg=LOW)
    with pytest.raises(ActRefused, match="below neutral") as refused:
        assign(runner, protocol=protocol, type=INSERTIONAL, confirmed=True)
    assert refused.value.field == "override_reason"
    with pytest.raises(ActRefused, match="below neutral"):
        assign(runner, protocol=protocol, type=INSERTIONAL, override_reason="  \n")
    assert not Plan.objects.exists()
    plan = assign(runner, protocol=protocol, type=INSERTIONAL, override_reason="Late stage, no pain.")
    assert plan.override_reason == "Late stage, no pain."


def test_flat_ground_needs_no_reason_for_an_insertional_leg(runner: Runner) -> None:
    assess(runner, leg={**LOW, "thickening": True})
    assert assign(runner, protocol=Protocol.FLAT, type=INSERTIONAL).protocol == "FLAT"


def test_a_reason_for_the_type_is_no_reason_for_the_step(runner: Runner) -> None:
    leg = {**LOW, "decided_type": MIDPORTION, "override_reason": "Scan shows mid-portion."}
    assess(runner, leg=leg)
    with pytest.raises(ActRefused, match="below neutral"):
        assign(runner)
    assert assign(runner, protocol=Protocol.FLAT).protocol == "FLAT"


def test_what_is_not_clear_cut_is_confirmed_first(runner: Runner) -> None:
    assess(runner, leg={**MID, "thickening": False})
    with pytest.raises(ActRefused, match="confirm") as refused:
        assign(runner)
    assert refused.value.field == "confirmed"
    assert assign(runner, confirmed=True).version == 1


@pytest.mark.parametrize("reason", ["", "I know better."])
def test_a_red_flag_blocks_every_plan_whatever_is_written(runner: Runner, reason: str) -> None:
    assess(runner, Finding.POP_OR_SNAP)
    for protocol in Protocol:
        with pytest.raises(ActRefused, match="red flag"):
            assign(runner, protocol=protocol, override_reason=reason, confirmed=True)


def test_an_unfinished_screen_blocks_the_plan(runner: Runner) -> None:
    assess(runner, asked=False)
    with pytest.raises(ActRefused, match="Finish the safety screen"):
        assign(runner, override_reason="No time.", confirmed=True)


def test_without_an_assessment_there_is_no_plan(runner: Runner) -> None:
    with pytest.raises(ActRefused, match="assessment"):
        assign(runner)


def test_a_new_version_ends_the_one_before_on_its_first_day(runner: Runner) -> None:
    assess(runner)
    first = assign(runner)
    dose = replace(first.dose, sets=2)
    monday = TODAY + timedelta(days=1)
    second = plans.revise(tendon=leg_of(runner), starts_on=monday, dose=dose, by=runner.physio, now=NOW)
    first.refresh_from_db()
    assert (first.ends_on, second.starts_on, second.ends_on) == (monday, monday, None)
    assert (second.version, second.sets, first.sets) == (2, 2, 3)
    assert [plan.version for plan in Plan.objects.on(TODAY)] == [1]
    assert [plan.version for plan in Plan.objects.on(monday)] == [2]


def test_a_plan_replaced_on_its_own_day_was_never_in_force(runner: Runner) -> None:
    assess(runner)
    assign(runner)
    assign(runner, protocol=Protocol.FLAT)
    assert [plan.version for plan in Plan.objects.on(TODAY)] == [2]


def test_the_same_form_again_makes_no_second_version(runner: Runner) -> None:
    assess(runner)
    key = uuid7()
    assert assign(runner, key=key).pk == assign(runner, key=key).pk == key
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (1, True)])
def test_what_was_prescribed_stays(runner: Runner, days: int, taken: bool) -> None:
    assess(runner)
    day = TODAY + timedelta(days=days)
    if taken:
        assert assign(runner, starts_on=day).starts_on == day
    else:
        with pytest.raises(ActRefused, match="today or later"):
            assign(runner, starts_on=day)


def test_a_plan_cannot_start_before_the_one_in_force(runner: Runner) -> None:
    assess(runner)
    assign(runner, starts_on=TODAY + timedelta(days=3))
    with pytest.raises(ActRefused, match="The plan in force starts on 25 November 2026"):
        assign(runner, protocol=Protocol.FLAT)


def test_a_threshold_is_kept_with_reason_author_and_day(runner: Runner) -> None:
    assess(runner)
    change = {"REGRESS_MIN": ThresholdChange(value=5, reason="Tolerates more."),
              "STAGE_DAYS": ThresholdChange(value=14, reason="As default.")}  # fmt: skip
    plan = assign(runner, thresholds=change)
    assert plan.thresholds == {
        "REGRESS_MIN": {
            "value": 5,
            "reason": "Tolerates more.",
            "author": str(runner.physio.pk),
            "at": NOW.isoformat(),
        }
    }
    dose = TEMPLATES[Protocol.STEP].dose
    later = plans.revise(
        tendon=leg_of(runner), starts_on=TODAY, dose=dose, by=runner.physio, now=NOW + timedelta(hours=1)
    )
    assert later.thresholds == plan.thresholds


def test_ended_exercises_leave_the_thresholds_of_running_and_the_next_form_starts_from_them(
    runner: Runner,
) -> None:
    """Not from the clinic's defaults, also when those changed meanwhile."""
    assess(runner)
    change = {"RUN_OK_MAX": ThresholdChange(value=1, reason="Two ruptures in the family.")}
    assign(runner, thresholds=change)
    ended = plans.end(
        case=runner.case, tendon=leg_of(runner), ends_on=TODAY, reason="Has an infection.",
        by=runner.physio, now=NOW,
    )  # fmt: skip
    ClinicDefaults.objects.create(
        clinic_id=runner.case.clinic_id, thresholds={"RUN_OK_MAX": {"value": 3}}, by=runner.physio, at=NOW
    )
    later = NOW + timedelta(days=3)
    page = plan_page.load(runner.case.pk)
    assert (page.plans, page.thresholds) == ({}, ended.thresholds)
    assert history.load(runner.case.pk)[1].thresholds_at(later) == {"RUN_OK_MAX": 1}
    setting = peek(case_id=runner.case.pk, now=later).setting
    assert setting is not None
    assert "Two ruptures in the family." in setting.changes[0]
    again = assign(
        runner, starts_on=later.date(), now=later,
        thresholds={"RUN_OK_MAX": ThresholdChange(value=1, reason="")},
    )  # fmt: skip
    assert again.thresholds == ended.thresholds  # its author and its day too


@pytest.mark.parametrize(
    ("code", "value", "reason", "says"),
    [
        ("REGRESS_MIN", 7, "x", "must be 1 to 6"),
        ("STOP_HOURS", 24, "x", "fixed"),
        ("REGRESS_MIN", 5, " ", "Write down why"),
        ("REGRESS_MIN", 2, "x", "must be above the highest pain to run with"),
    ],
)
def test_a_threshold_outside_its_bounds_is_refused(
    runner: Runner, code: str, value: int, reason: str, says: str
) -> None:
    assess(runner)
    with pytest.raises(ActRefused, match=says) as refused:
        assign(runner, thresholds={code: ThresholdChange(value=value, reason=reason)})
    assert refused.value.field == code


def test_a_stranger_assigns_nothing(runner: Runner) -> None:
    assess(runner)
    other = make_runner(slug="quay")
    for by in (other.physio, runner.member):
        with pytest.raises(Case.DoesNotExist):
            assign(replace(runner, physio=by))


def test_the_database_refuses_it_too(runner: Runner) -> None:
    """The twins of what the action refuses, written past it."""
    assess(runner, leg=LOW)
    plan = assign(runner, protocol=Protocol.FLAT, type=INSERTIONAL, confirmed=True)
    row = Plan.objects.values().get()
    ended = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 2, 1)}
    twins = [
        ({**ended, "protocol": "STEP"}, "below_neutral_only_with_a_reason"),
        ({}, "one_open_per_tendon"),
        ({"ends_on": TODAY + timedelta(days=9)}, "one_per_tendon_and_day"),
        ({**ended, "sets": 0}, "sets_range"),
        ({**ended, "knees": []}, "at_least_one_knee"),
        ({**ended, "version": 1}, "version_once_per_tendon"),
    ]
    for change, constraint in twins:
        twin = {**row, "id": uuid7(), "version": 2, **change}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Plan.objects.create(**twin)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(sets=1)


def test_a_dose_reads_as_a_physio_would_say_it() -> None:
    step, calm = TEMPLATES[Protocol.STEP].dose, TEMPLATES[Protocol.MAINTENANCE_FLAT].dose
    assert dose_in_words(Protocol.STEP, step) == (
        "3 × 15, straight and bent knee, morning and evening, 3–5 s down"
    )
    assert dose_in_words(Protocol.MAINTENANCE_FLAT, calm) == (
        "3 × 15, straight knee, once a day, 2 days a week, 3–5 s down"
    )
    assert Knee.BENT not in calm.knees
