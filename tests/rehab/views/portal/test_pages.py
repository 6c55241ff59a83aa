"""Every page of the runner answers, and belongs to nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.rehab.runner import Runner

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
)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_answers_with_the_clinics_number(portal: Client, runner: Runner, name: str) -> None:
    response = portal.get(reverse(name))
    assert response.status_code == 200
    assert "Nobody watches this live" in response.content.decode()
    assert f'href="tel:{runner.clinic.phone.replace(" ", "")}"' in response.content.decode()
