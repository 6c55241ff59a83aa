"""No page of the runner asks more of the database when there is more to show."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.rehab.runner import Runner
from tests.rehab.views.portal.told import a_check, a_morning, a_run

LISTS = ("portal_entries", "portal_progress", "portal_plan", "portal_exercises", "portal_run_new")


def asked(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name)).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", LISTS)
def test_more_entries_ask_no_more(portal: Client, runner: Runner, name: str) -> None:
    a_check(runner, a_run(runner, hours_ago=100))
    few = asked(portal, name)
    for hours in (300, 260, 200, 160, 60):
        a_check(runner, a_run(runner, hours_ago=hours))
        a_morning(runner, hours_ago=hours - 10)
    assert asked(portal, name) <= few <= 40
