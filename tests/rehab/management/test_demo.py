"""The demo clinic shows every kind of finding, whatever the day and the hour at which it is made."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from patients.models import Membership, Patient
from physio.web.tenancy import tenant
from rehab.clinical.evaluation import Evaluation, FindingKind, Severity
from rehab.management.demo import clinic, lately
from rehab.management.demo.kinds import FIRST, SHOWN, WHOLE, Kind, Lately
from rehab.management.demo.life import Days, live
from rehab.management.demo.replay import Replay
from rehab.models import CaseSummary, Flag, StageChange
from tests.rehab.actions.cases import at_work, new_runner

AFTERNOON = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
NIGHT = datetime(2026, 12, 7, 2, 5, tzinfo=UTC)
NO_DIARY = {FindingKind.CONSENT}  # the runner's own word, which no diary brings about
ONLY_ADVICE = {FindingKind.WEEK_LOAD, FindingKind.SESSION_SPIKE}  # on the chart, never a flag
SLOW_WEEKS = 20  # a life of so many weeks takes seconds, and shows what others show too
# What each script is there to show.
SHOWS = {
    Lately.POP: FindingKind.RED_FLAG,
    Lately.FIVE: FindingKind.OVER_THE_LINE,
    Lately.THREE: FindingKind.AT_THE_LINE,
    Lately.WORSE: FindingKind.WORSENING,
    Lately.TOO_MUCH: FindingKind.OVERLOAD,
    Lately.UNANSWERED: FindingKind.MISSING_24H,
    Lately.QUIET_WEEK: FindingKind.NOT_LOGGING,
    Lately.GONE: FindingKind.INACTIVE,
    Lately.HURTING_SETS: FindingKind.EXERCISE_PAIN,
    Lately.WRONG_SETS: FindingKind.WRONG_EXERCISE,
    Lately.LONGER: FindingKind.PLAN_EXCEEDED,
    Lately.RELAPSES: FindingKind.RECURRENT_REGRESSION,
    Lately.SCORE_FALLS: FindingKind.PROM_DECLINE,
    Lately.TWO_SETS: FindingKind.START_VOLUME,
    Lately.AFTER_BREAK: FindingKind.RETURN_AFTER_BREAK,
    Lately.HILLS_AND_SPEED: FindingKind.HILLS_AND_SPEED,
    Lately.LOWER_SHOE: FindingKind.SHOE_TRANSITION,
    Lately.BIGGER_WEEK: FindingKind.WEEK_LOAD,
    Lately.READY_TO_LEAVE: FindingKind.OFFER_MAINTENANCE,
    Lately.FLARES: FindingKind.REOPEN,
    Lately.LAID_OFF: FindingKind.STAGE_PROPOSAL,
}


def lived(number: int, kind: Kind, now: datetime) -> Evaluation:
    kept: list[Days] = []

    def play(days: Days) -> None:
        lately.play(days)
        kept.append(days)

    live(kind, Random(clinic.SEED + 1001 + number), now, play, "Europe/London")
    return kept[0].ask(now)


def evaluations(now: datetime) -> Iterator[tuple[Kind, Evaluation]]:
    for number, kind in enumerate(SHOWN):
        if kind.weeks < SLOW_WEEKS:
            yield kind, lived(number, kind, now)


def test_every_kind_of_finding_is_there_and_all_but_advice_as_a_flag() -> None:
    flags: set[FindingKind] = set()
    advice: set[FindingKind] = set()
    for kind, said in evaluations(AFTERNOON):
        found = {one.kind for one in said.findings}
        if kind.lately in SHOWS:
            assert SHOWS[kind.lately] in found, kind.lately
        for one in said.findings:
            (advice if one.severity is Severity.ADVISORY else flags).add(one.kind)
    assert flags >= set(FindingKind) - ONLY_ADVICE - NO_DIARY
    assert advice >= ONLY_ADVICE


def test_what_is_left_to_no_chance_is_there_at_night_too() -> None:
    for number, kind in enumerate(SHOWN):
        if kind.lately in WHOLE and kind.lately in SHOWS:
            found = {one.kind for one in lived(number, kind, NIGHT).findings}
            assert SHOWS[kind.lately] in found, kind.lately


def test_the_first_ones_do_not_wait_for_a_long_life() -> None:
    assert all(SHOWN[place].weeks < SLOW_WEEKS for place in FIRST)
    assert clinic.DOING_WELL in FIRST  # the portal is tried as this runner
    assert len(SHOWN) < clinic.RUNNERS


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [Lately.FLARES, Lately.RELAPSES, Lately.UNANSWERED, Lately.READY_TO_LEAVE, Lately.LOWER_SHOE]
)
def test_the_same_flags_stand_in_the_database_after_the_same_actions(name: Lately) -> None:
    number, kind = next((number, one) for number, one in enumerate(SHOWN) if one.lately is name)
    runner = new_runner(opened_at=AFTERNOON)
    with at_work(runner):
        runner.case.status, runner.case.closed_at = "CLOSED", AFTERNOON
        runner.case.save()
    with tenant(clinic_id=runner.clinic.pk, actor="demo"):
        patient = Patient.objects.select_related("responsible__clinic").get(pk=runner.patient.pk)
        member = Membership.objects.select_related("clinic").get(patient=patient)
        life = live(kind, Random(clinic.SEED + 1001 + number), AFTERNOON, lately.play, "Europe/London")
        case = Replay(patient=patient, runner=member, physio=patient.responsible, life=life).play(AFTERNOON)
        stored = set(Flag.objects.open().for_case(case.pk).values_list("kind", flat=True))
        said = {
            one.kind.value for one in lived(number, kind, AFTERNOON).findings if one.severity != "ADVISORY"
        }
        assert SHOWS[name] in stored
        assert stored == said
        assert CaseSummary.objects.filter(case=case).exists()
        assert StageChange.objects.for_case(case.pk).filter(kind="START", to_stage=kind.stage).count() == 1
