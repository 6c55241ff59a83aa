"""A change of the rules makes every case due again, a few at a time, from wherever it stopped."""

from io import StringIO

import pytest
from django.core.management import call_command

from patients.models import Case
from rehab.actions import reevaluation, sweep
from rehab.clinical.evaluate import RULE_VERSION
from rehab.models import CaseSummary
from tests import factories as make
from tests.worker import working

NOW = make.NOW
pytestmark = pytest.mark.django_db(transaction=True)


def evaluated(count: int, *, clinics: int = 1) -> list[Case]:
    """Cases as older rules left them."""
    cases = []
    for _ in range(clinics):
        physio = make.make_member(make.make_clinic())
        for _ in range(count):
            patient = make.make_patient(physio.clinic, responsible=physio)
            case = make.make_case(patient)
            make.make_summary(case, rule_version="2020.1")
            cases.append(case)
    return cases


def versions(cases: list[Case]) -> list[str]:
    found = []
    for clinic in {case.clinic_id: None for case in cases}:
        with make.inside(clinic):
            found += CaseSummary.objects.order_by("case_id").values_list("rule_version", flat=True)
    return sorted(found)


def one_tick(wanted: int = reevaluation.AT_ONCE) -> int:
    with working():
        made = reevaluation.make_due(now=NOW, wanted=wanted)
        sweep.sweep(now=NOW)
    return made


def test_every_case_of_every_clinic_is_evaluated_anew_and_then_none() -> None:
    cases = evaluated(3, clinics=2)
    assert one_tick() == 6
    assert versions(cases) == [RULE_VERSION] * 6
    assert one_tick() == 0


def test_it_stops_anywhere_and_goes_on() -> None:
    cases = evaluated(5)
    assert [one_tick(2), one_tick(2), one_tick(2), one_tick(2)] == [2, 2, 1, 0]
    assert versions(cases) == [RULE_VERSION] * 5


def test_a_report_never_waits_behind_it() -> None:
    cases = evaluated(2)
    with make.inside(cases[0].clinic_id):
        Case.objects.filter(id=cases[0].id).update(evaluation_due_at=NOW)
    with working():
        assert reevaluation.make_due(now=NOW) == 0


@pytest.mark.parametrize(
    "fields", [{"status": "CLOSED", "closed_at": NOW}, {"evaluation_failures": 3}], ids=["closed", "poisoned"]
)
def test_a_closed_case_and_one_that_is_backed_off_are_left_alone(fields: dict[str, object]) -> None:
    (case,) = evaluated(1)
    with make.inside(case.clinic_id):
        Case.objects.filter(id=case.id).update(**fields)
    assert one_tick() == 0


def test_the_command_shows_how_far_it_is() -> None:
    evaluated(4)
    said, progress = StringIO(), StringIO()
    with working():
        call_command("reevaluate", "--batch=2", stdout=said, stderr=progress)
    assert "2 of 4 cases" in progress.getvalue()
    assert "4 of 4 cases" in progress.getvalue()
    assert "4 cases evaluated" in said.getvalue()
