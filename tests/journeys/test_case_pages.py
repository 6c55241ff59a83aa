"""A physio's acts counted in the browser: the assessment, one dose, a note; and the case pages examined."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from assessments.models import TendonFinding
from patients.models import Case, Person
from rehab.models import CaseNote, Plan
from tests import factories
from tests.factories import inside
from tests.journeys.test_clinic_acts import NARROW, address, assessed, committed, examine, in_care
from tests.rehab.actions.cases import BORN, MID
from tests.rehab.runner import Runner
from tests.services import LiveApp
from tests.sign_in import sign_in_staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)
MOST_INPUTS, MOST_CLICKS = 12, 3
EXAMINED = (
    "case_timeline",
    "case_summary",
    "case_compare",
    "stage_move",
    "case_close",
    "case_transfer",
    "plan_end",
)


class Counted:
    """Every press on the page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, name: str, role: str = "button") -> None:
        self.page.get_by_role(role, name=name).click()
        self.count += 1

    def choose(self, legend: str, answer: str) -> None:
        self.page.get_by_role("group", name=legend).get_by_role("radio", name=answer, exact=True).check()
        self.count += 1


@pytest.mark.parametrize("by", ["mouse", "touch", "keys"])
def test_an_assessment_takes_at_most_twelve_inputs_and_no_typing(
    new_context: Callable[..., BrowserContext], live_app: LiveApp, by: str
) -> None:
    runner = committed(slug="harbour")
    page = new_context(viewport={"width": 1280, "height": 900}, has_touch=True).new_page()
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("assessment_new", runner))
    counted = Counted(page)
    page.get_by_text("All asked.").click()
    ring = page.locator(".leg-range")
    ring.scroll_into_view_if_needed()
    if by == "keys":
        ring.press("ArrowUp")
    else:
        box = ring.bounding_box()
        assert box is not None
        where = (box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.44)
        page.mouse.click(*where) if by == "mouse" else page.touchscreen.tap(*where)
    counted.count += 2
    set_to = page.locator("#id_left-tender_cm").input_value()
    assert set_to == ring.input_value() and 4 <= float(set_to) <= 5
    counted.choose("Calf squeeze", "Foot moves")
    counted.choose("A thickening you can feel?", "Yes")
    counted.choose("Does stretching the calf bring the pain on?", "No")
    counted.choose("Can they rise on the toes of that leg?", "Yes")
    counted.choose("Usual pain", "1")
    counted.choose("Worst pain", "5")
    page.get_by_text("Mid-portion type").wait_for()
    counted.press("Save and write plan")
    page.get_by_role("heading", name="Write the plan").wait_for()
    assert counted.count <= MOST_INPUTS
    with inside(runner.clinic):
        assert float(TendonFinding.objects.get().tender_cm) == float(set_to)


def test_one_dose_is_changed_for_all_days_to_come_in_three_clicks(page: Page, live_app: LiveApp) -> None:
    runner = cared_for()
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("case", runner))
    counted = Counted(page)
    counted.press("Edit plan", "link")
    page.get_by_label("Sets", exact=True).click()
    counted.count += 1
    page.keyboard.press("ArrowUp")
    counted.press("Save the new version")
    page.wait_for_url(f"**{address('case', runner)}")
    assert counted.count <= MOST_CLICKS
    with inside(runner.clinic):
        old, new = Plan.objects.order_by("version")
        assert (old.sets, new.sets, old.ends_on) == (3, 4, new.starts_on)


def test_nothing_typed_into_a_note_is_lost_and_the_pages_of_a_case_are_fit_to_use(
    page: Page, live_app: LiveApp
) -> None:
    runner = cared_for()
    for days in range(30):
        factories.make_note(
            runner.case, text="Calf work went well. " * 4, at=timezone.now() - timedelta(days=days)
        )
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("case", runner))
    page.get_by_label("New note").fill("Seen today, half a th")
    page.get_by_text("Draft kept at").wait_for()
    page.reload()
    assert page.get_by_label("New note").input_value() == "Seen today, half a th"
    examine(page, "case")
    page.reload()  # axe leaves empty style attributes behind, which a swap would carry over
    page.get_by_role("navigation", name="What to show").get_by_role("link", name="Notes").click()
    page.locator("#show-notes[aria-current]").wait_for()
    page.get_by_role("link", name="Earlier").click()
    page.locator("#more").wait_for(state="detached")
    assert page.get_by_text("Calf work went well.").count() == 30
    page.get_by_role("button", name="Save note").click()
    page.get_by_text("Note saved.").wait_for()
    with inside(runner.clinic):
        assert CaseNote.objects.filter(text="Seen today, half a th").count() == 1
    for name in (
        "case_timeline",
        "case_summary",
        "case_compare",
        "stage_move",
        "case_close",
        "case_transfer",
        "plan_end",
    ):
        page.goto(address(name, runner))
        examine(page, name)
    for path in ("protocols", "aftercare"):
        page.goto(f"/{path}/")
        examine(page, path)


def test_without_javascript_a_note_is_kept_and_a_case_closed_and_reopened(
    new_context: Callable[..., BrowserContext], live_app: LiveApp
) -> None:
    runner = cared_for()
    page = new_context(java_script_enabled=False, viewport=NARROW).new_page()
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("case", runner))
    page.get_by_label("New note").fill("Seen today.")
    page.get_by_role("button", name="Keep as a draft").click()
    assert page.get_by_label("New note").input_value() == "Seen today."
    page.goto(address("case_close", runner))
    page.get_by_label("Running as before").check()
    page.get_by_role("button", name="Close the case").click()
    page.get_by_text("running as before.").first.wait_for()
    page.get_by_role("link", name="Reopen").first.click()
    page.get_by_label("Why it is reopened").fill("Sore again.")
    page.get_by_role("button", name="Reopen the case").click()
    page.get_by_text("Case reopened").wait_for()
    with inside(runner.clinic):
        assert Case.objects.get().status == "ACTIVE"


def cared_for() -> Runner:
    runner = in_care()
    with inside(runner.clinic):
        Person.objects.update(birth_date=BORN)
    assessed(runner, MID)
    return runner
