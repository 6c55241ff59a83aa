"""Every page of the runner answers, and belongs to nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.rehab.runner import Runner
from tests.rehab.views.portal.told import a_run

PAGES = (
    "portal_today",
    "portal_run_new",
    "portal_before",
    "portal_morning",
    "portal_exercises",
    "portal_help",
    "portal_plan",
    "portal_progress",
    "portal_entries",
    "portal_scores",
)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_answers_with_the_clinics_number(portal: Client, runner: Runner, name: str) -> None:
    response = portal.get(reverse(name))
    assert response.status_code == 200
    assert "Nobody watches this live" in response.content.decode()
    assert f'href="tel:{runner.clinic.phone.replace(" ", "")}"' in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_every_form_of_the_page_can_be_sent(runner: Runner, portal: Client, name: str) -> None:
    a_run(runner, hours_ago=24)
    page = portal.get(reverse(name)).content.decode()
    posts = page.count('method="post"')
    assert page.count('name="csrfmiddlewaretoken"') == posts
    assert page.count('name="client_id"') == posts
