"""What new plans start from: the owner sets it within safe bounds, and no plan that is there changes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.actions.physio_acts import ActRefused
from patients.models import AccessEvent, AuditEntry, Membership, Role
from rehab.actions import defaults
from rehab.actions.plans import ThresholdChange
from rehab.models import ClinicDefaults, Plan
from tests import factories
from tests.rehab.actions.cases import MID, assess, at_work, new_runner
from tests.rehab.runner import Runner, make_runner
from tests.rehab.views.test_clinic_acts import a_plan
from tests.sign_in import long_ago, staff_client

pytestmark = pytest.mark.django_db
PAGE = "/settings/thresholds/"
CAUTIOUS = {"RUN_OK_MAX": "1", "RUN_OK_MAX_reason": "We start low."}


@pytest.fixture
def runner() -> Runner:
    return new_runner(opened_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def owner(runner: Runner) -> Membership:
    return factories.make_member(runner.clinic, Role.OWNER, display_name="Olive Owner")


@pytest.fixture
def client(owner: Membership) -> Client:
    return staff_client(owner)


def kept(owner: Membership) -> list[ClinicDefaults]:
    with factories.inside(owner.clinic):
        return list(ClinicDefaults.objects.order_by("at", "id"))


def test_a_default_is_kept_with_reason_author_and_day_and_audited(client: Client, owner: Membership) -> None:
    assert client.post(PAGE, CAUTIOUS).status_code == 302
    (row,) = kept(owner)
    change = row.thresholds["RUN_OK_MAX"]
    assert (change["value"], change["reason"], change["author"]) == (1, "We start low.", str(owner.pk))
    assert row.by_id == owner.pk
    text = client.get(PAGE).text
    assert "Olive Owner" in text
    assert "We start low." in text
    with factories.inside(owner.clinic):
        assert AuditEntry.objects.filter(table_name="rehab_clinicdefaults", operation="INSERT").count() == 1
        assert AccessEvent.objects.filter(route="default_thresholds", method="POST").count() == 1


def test_the_same_again_adds_nothing_and_a_new_one_keeps_the_old(client: Client, owner: Membership) -> None:
    for said in (CAUTIOUS, CAUTIOUS, {}):
        assert client.post(PAGE, said).status_code == 302
    assert [sorted(row.thresholds) for row in kept(owner)] == [["RUN_OK_MAX"], []]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"RUN_OK_MAX": "6", "RUN_OK_MAX_reason": "x"}, "from 0 to 5"),
        ({"RUN_OK_MAX": "1"}, "Write down why this is changed."),
        ({"RUN_OK_MAX": "4", "RUN_OK_MAX_reason": "x"}, "must be above the highest pain to run with"),
        ({"RUN_OK_MAX": "1.5", "RUN_OK_MAX_reason": "x"}, "whole number"),
    ],
)
def test_what_is_not_safe_is_refused(client: Client, owner: Membership, said: dict, sentence: str) -> None:
    answer = client.post(PAGE, said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept(owner) == []


def test_a_fixed_threshold_is_not_offered(client: Client) -> None:
    text = client.get(PAGE).text
    assert 'name="RUN_OK_MAX"' in text
    assert 'name="STOP_HOURS"' not in text


def test_a_first_plan_starts_from_it_with_its_author(
    client: Client, owner: Membership, runner: Runner
) -> None:
    client.post(PAGE, CAUTIOUS)
    with at_work(runner):
        assess(runner, leg=MID, now=timezone.now() - timedelta(minutes=10))
    physio = staff_client(runner.physio)
    page = reverse("plan_new", args=[runner.case.pk])
    text = physio.get(page).text
    assert "as your clinic starts" in text
    assert "Changed by Olive Owner" in text
    assert physio.post(page, a_plan(**CAUTIOUS)).status_code == 302
    with at_work(runner):
        change = Plan.objects.get().thresholds["RUN_OK_MAX"]
    assert (change["value"], change["author"]) == (1, str(owner.pk))


def test_a_physio_may_leave_it_for_one_runner(client: Client, runner: Runner) -> None:
    client.post(PAGE, CAUTIOUS)
    with at_work(runner):
        assess(runner, leg=MID, now=timezone.now() - timedelta(minutes=10))
    page = reverse("plan_new", args=[runner.case.pk])
    assert staff_client(runner.physio).post(page, a_plan()).status_code == 302
    with at_work(runner):
        assert Plan.objects.get().thresholds == {}


def test_plans_that_are_there_stay_as_they_are_and_so_do_their_next_versions() -> None:
    runner = make_runner(stage=3, opened_at=timezone.now() - timedelta(days=40))
    owner = factories.make_member(runner.clinic, Role.OWNER)
    with at_work(runner):
        before = list(Plan.objects.values())
    staff_client(owner).post(PAGE, CAUTIOUS)
    with at_work(runner):
        assert list(Plan.objects.values()) == before
    text = staff_client(runner.physio).get(reverse("plan_new", args=[runner.case.pk])).text
    assert "as your clinic starts" not in text
    assert "We start low." not in text


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.RECEPTION])
def test_only_owners_come_here(owner: Membership, role: Role) -> None:
    member = factories.make_member(owner.clinic, role)
    assert staff_client(member).get(PAGE).status_code == 404
    assert staff_client(member).post(PAGE, CAUTIOUS).status_code == 404
    with factories.inside(owner.clinic), pytest.raises(ActRefused, match="Only an owner"):
        change = {"RUN_OK_MAX": ThresholdChange(value=1, reason="x")}
        defaults.choose(changes=change, by=member, now=timezone.now())
    assert kept(owner) == []


def test_it_asks_for_a_fresh_sign_in(client: Client, owner: Membership) -> None:
    long_ago(client)
    assert "sign-in/again" in client.post(PAGE, CAUTIOUS).url
    assert kept(owner) == []


def test_another_clinics_defaults_are_not_seen(client: Client) -> None:
    client.post(PAGE, CAUTIOUS)
    stranger = staff_client(factories.make_member(factories.make_clinic(), Role.OWNER))
    assert "We start low." not in stranger.get(PAGE).text
