"""Nobody else finds a runner's things: another runner, another clinic, or the clinic's own staff."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from rehab.models import PainReport, Run
from tests.factories import sign_in
from tests.rehab.runner import Runner, make_runner
from tests.rehab.views.portal.test_pages import PAGES
from tests.rehab.views.portal.told import a_check, a_run, some_sets


@pytest.fixture
def addresses(runner: Runner) -> list[str]:
    run = a_run(runner, hours_ago=24)
    report = a_check(runner, run, hours_after=23)
    sets = some_sets(runner, hours_ago=30)
    return [
        reverse("portal_run", args=[run.pk]),
        reverse("portal_run_correct", args=[run.pk]),
        reverse("portal_check", args=[run.pk, "24h"]),
        reverse("portal_check_correct", args=[report.pk]),
        reverse("portal_session_correct", args=[sets.pk]),
    ]


def test_the_runner_finds_their_own(portal: Client, addresses: list[str]) -> None:
    assert [portal.get(address).status_code for address in addresses] == [200] * 5


@pytest.mark.parametrize("same_clinic", [True, False])
def test_another_runner_finds_nothing_and_changes_nothing(
    portal: Client, runner: Runner, addresses: list[str], same_clinic: bool
) -> None:
    other = make_runner(slug="quay", clinic=runner.clinic if same_clinic else None)
    sign_in(portal, other.member)
    assert [portal.get(address).status_code for address in addresses] == [404] * 5
    said = {"client_id": uuid4(), "pain_left": 1, "warm_up_left": "RESOLVED", "minutes_other": 20}
    changed = [portal.post(address, said).status_code for address in addresses]
    assert set(changed) <= {404, 405}
    with runner.signed_in():
        assert (Run.objects.count(), PainReport.objects.count()) == (1, 1)


def test_staff_have_no_portal(portal: Client, runner: Runner, addresses: list[str]) -> None:
    sign_in(portal, runner.physio)
    pages = [reverse(name) for name in PAGES]
    assert {portal.get(address).status_code for address in [*pages, *addresses]} <= {302, 404}


def test_whoever_is_not_signed_in_is_sent_to_sign_in(portal: Client, addresses: list[str]) -> None:
    portal.logout()
    pages = [reverse(name) for name in PAGES]
    assert {portal.get(address).status_code for address in [*pages, *addresses]} == {302}
