"""The clinic's own pages in a browser: what new plans start from, and how reception reaches a runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patients.models import Role
from tests import factories as make
from tests.browser import examine
from tests.services import LiveApp
from tests.sign_in import sign_in_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_owner_says_what_new_plans_start_from(page: Page, live_app: LiveApp) -> None:
    owner = make.make_member(make.make_clinic("Harbour Physio"), Role.OWNER, display_name="Olive Owner")
    sign_in_staff(page, live_app.url, owner.user)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Thresholds").click()
    line = page.get_by_role("group", name="Highest pain on a run that may go on")
    line.get_by_role("spinbutton").fill("1")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Write down why this is changed.").first.wait_for()
    line.get_by_label("Reason").fill("We start low.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("1 of 10. We start low.").wait_for()
    examine(page, "default_thresholds")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Kept records").click()
    page.get_by_role("heading", name="Records past their time").wait_for()
    assert page.get_by_role("link", name="Kept records").get_attribute("aria-current") == "page"
    examine(page, "records")


def test_reception_reaches_a_runner_and_closes_the_portal(page: Page, live_app: LiveApp) -> None:
    desk = make.make_member(make.make_clinic("Harbour Physio"), Role.RECEPTION)
    patient = make.make_patient(desk.clinic)
    make.patient_login(patient)
    make.make_case(patient)
    sign_in_staff(page, live_app.url, desk.user)
    page.get_by_role("link", name="Robin").click()
    page.get_by_label("Phone").fill("020 7946 0002")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert page.get_by_label("Phone").input_value() == "020 7946 0002"
    page.get_by_role("button", name="Close the portal").click()
    page.get_by_text("Closed: they cannot sign in here.").wait_for()
    examine(page, "contact")
    page.get_by_role("link", name="Change the address").click()
    page.get_by_label("New e-mail address").wait_for()
    examine(page, "address")
    page.get_by_label("New e-mail address").fill("new@example.org")
    page.get_by_role("button", name="Change the address").click()
    page.get_by_text("new@example.org").wait_for()
