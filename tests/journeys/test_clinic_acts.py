"""A physio at work in the browser: assess, prescribe, refuse, move, clear. Wide, narrow, light, dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.clinical.findings import Finding
from assessments.models import Assessment, TendonFinding
from patients.models import Case, TendonSide, User
from rehab.actions import red_flags
from rehab.models import Flag, Plan, StageChange
from tests.browser import PICTURES, examine
from tests.factories import PASSWORD, inside
from tests.rehab.actions.cases import LOW, MID, assess, at_work, new_runner
from tests.rehab.runner import Runner, make_runner
from tests.services import LiveApp
from tests.sign_in import sign_in_staff

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def runner(live_app: LiveApp) -> Runner:
    return committed(slug="harbour")


def committed(**options: object) -> Runner:
    with transaction.atomic():
        return _can_sign_in(new_runner(**{"opened_at": timezone.now() - timedelta(days=1), **options}))


def in_care(**options: object) -> Runner:
    with transaction.atomic():
        return _can_sign_in(make_runner(**{"opened_at": timezone.now() - timedelta(days=40), **options}))


def _can_sign_in(runner: Runner) -> Runner:
    User.objects.filter(pk=runner.physio.user_id).update(password=make_password(PASSWORD))
    return runner


def assessed(runner: Runner, leg: dict) -> None:
    with inside(runner.clinic), at_work(runner):
        assess(runner, leg=leg, now=timezone.now() - timedelta(minutes=10))


def reported(runner: Runner, *findings: Finding) -> None:
    entry = red_flags.RedFlagEntry(client_id=uuid4(), findings=findings)
    with inside(runner.clinic), runner.signed_in():
        red_flags.report(
            case=runner.case, entry=entry, by=runner.member, now=timezone.now() - timedelta(hours=1)
        )


def address(name: str, runner: Runner) -> str:
    return reverse(name, kwargs={"case_id": runner.case.pk})


def choose(page: Page, legend: str, answer: str) -> None:
    page.get_by_role("group", name=legend).get_by_role("radio", name=answer, exact=True).check()


def test_a_physio_assesses_and_prescribes(page: Page, live_app: LiveApp, runner: Runner) -> None:
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("assessment_new", runner))
    examine(page, "assessment_blank")
    page.reload()  # axe leaves empty style attributes behind, which a swap would carry over

    page.get_by_label("All asked").check()
    number = page.locator("#id_left-tender_cm")
    assert number.input_value() == ""
    picture = page.locator(".leg-range")
    picture.focus()
    picture.press("ArrowUp")
    assert number.input_value() == "4.5"
    choose(page, "A thickening you can feel?", "Yes")
    choose(page, "Does stretching the calf bring the pain on?", "No")
    choose(page, "Can they rise on the toes of that leg?", "Yes")
    choose(page, "Usual pain", "1")
    with page.expect_response(re.compile("/assessments/new/")):
        choose(page, "Worst pain", "5")
    page.get_by_text("Mid-portion type").wait_for()
    page.get_by_text("Heel drops off a step, 3 × 15").wait_for()
    page.get_by_text("Safety screen recorded").wait_for()
    examine(page, "assessment_filled")
    page.get_by_role("button", name="Save and write plan").click()

    page.get_by_role("heading", name="Write the plan").wait_for()
    examine(page, "plan_new")
    page.get_by_role("button", name="Save the plan").click()
    page.wait_for_url(f"**{address('case', runner)}")
    with inside(runner.clinic):
        assert Plan.objects.get().protocol == "STEP"
        assert StageChange.objects.get().to_stage == 1


def test_a_step_for_an_insertional_leg_is_refused_and_flat_ground_assigned(
    page: Page, live_app: LiveApp, runner: Runner
) -> None:
    assessed(runner, {**LOW, "thickening": True})
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("plan_new", runner))
    page.get_by_role("radio", name="Heel drops off a step").check()
    page.get_by_text("the heel goes below neutral").first.wait_for()
    page.get_by_text("Stand on a step").wait_for()
    page.get_by_role("button", name="Save the plan").click()
    page.locator("#errors").wait_for()
    examine(page, "plan_refused")
    with inside(runner.clinic):
        assert not Plan.objects.exists()
    page.goto(address("plan_new", runner))  # axe leaves empty style attributes behind
    page.get_by_role("radio", name="Heel drops off a step").check()
    page.get_by_text("Stand on a step").wait_for()
    page.get_by_role("radio", name="Heel lowering on the flat").check()
    page.get_by_text("Stand on a flat floor").wait_for()
    page.get_by_role("button", name="Save the plan").click()
    page.wait_for_url(f"**{address('case', runner)}")
    with inside(runner.clinic):
        assert (Plan.objects.get().protocol, Plan.objects.get().knees) == ("FLAT", ["STRAIGHT"])


def test_both_legs_on_one_page(page: Page, live_app: LiveApp, runner: Runner) -> None:
    both = committed(slug="both", sides=(TendonSide.LEFT, TendonSide.RIGHT))
    sign_in_staff(page, live_app.url, both.physio.user)
    page.goto(address("assessment_new", both))
    page.locator("#id_right-tender_cm").fill("1")
    page.locator("#id_right-tender_cm").blur()
    page.get_by_text("Insertional type").wait_for()
    examine(page, "assessment_both")
    assessed(both, MID)
    page.goto(address("plan_new", both))
    examine(page, "plan_both")


def test_without_javascript_the_whole_way_still_works(
    new_context: Callable[..., BrowserContext], live_app: LiveApp, runner: Runner
) -> None:
    page = new_context(java_script_enabled=False, viewport=NARROW).new_page()
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("assessment_new", runner))
    assert not page.locator(".leg-range").is_visible()
    page.get_by_label("All asked").check()
    page.locator("#id_left-tender_cm").fill("1")
    choose(page, "Can they rise on the toes of that leg?", "Yes")
    page.get_by_role("button", name="Show suggestion").click()
    page.get_by_text("Insertional type, to be confirmed").wait_for()
    assert page.get_by_label("All asked").is_checked()
    page.get_by_role("button", name="Save and write plan").click()
    page.get_by_role("heading", name="Write the plan").wait_for()
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_text("Please confirm the type and the plan").first.wait_for()
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Save the plan").click()
    page.wait_for_url(f"**{address('case', runner)}")
    with inside(runner.clinic):
        assert TendonFinding.objects.get().suggested_type == "INSERTIONAL"
        assert Assessment.objects.get().facts["not_asked"] == []
        assert Plan.objects.get().protocol == "FLAT"


def test_a_red_flag_is_examined_and_cleared_and_running_resumed(page: Page, live_app: LiveApp) -> None:
    runner = in_care()
    reported(runner, Finding.POP_OR_SNAP)
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("red_flag_clear", runner))
    examine(page, "red_flag")
    for legend, answer in (
        ("Calf squeeze", "Foot stays still"),
        ("Gap in the tendon", "None felt"),
        ("Single-leg toe rise", "Can do it"),
        ("Weight bearing", "Full"),
    ):
        choose(page, legend, answer)
    page.get_by_label("Pop or snap").check()
    page.get_by_label("What you found").fill("Squeeze looked slow.")
    page.get_by_role("button", name="Clear the red flag").click()
    page.get_by_text("A test is abnormal, so the red flag stays").first.wait_for()
    examine(page, "red_flag_refused")
    with inside(runner.clinic):
        assert Case.objects.get().suspended_at is not None
    choose(page, "Calf squeeze", "Foot moves")
    page.get_by_role("button", name="Clear the red flag").click()
    page.wait_for_url(f"**{address('case', runner)}")
    with inside(runner.clinic):
        assert Flag.objects.get().state == "RESOLVED"
        assert Case.objects.get().suspended_at is None
    page.goto(address("stage_move", runner))
    page.get_by_text("Running waits after the suspension").wait_for()
    page.get_by_label("At stage").select_option("2")
    page.get_by_label("Reason").fill("Settled, seen today.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{address('case', runner)}")
    with inside(runner.clinic):
        assert StageChange.objects.order_by("-at").first().kind == "RESUME"


def test_the_stage_page_and_the_printed_plan(page: Page, live_app: LiveApp) -> None:
    runner = in_care()
    sign_in_staff(page, live_app.url, runner.physio.user)
    page.goto(address("stage_move", runner))
    examine(page, "stage")
    page.goto(address("plan_print", runner))
    examine(page, "plan_print")
    page.emulate_media(media="print")
    if PICTURES:
        page.pdf(path=Path(PICTURES) / "plan.pdf", format="A4")
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert pages <= 1
