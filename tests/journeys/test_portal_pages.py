"""Every page of the runner, on a phone, light and dark: readable, never sideways, within its own policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser import (
    PICTURES,
    assert_accessible,
    assert_accessible_in_both,
    assert_no_overflow,
    save_picture,
)
from tests.journeys.portal import BOTH, PHONE, Phone, in_care, phone_of, told

PAGES = (
    "/me/",
    "/me/runs/new/",
    "/me/morning/",
    "/me/checks/before/",
    "/me/exercises/",
    "/me/help/",
    "/me/plan/",
    "/me/progress/",
    "/me/entries/",
    "/me/scores/",
)
ABOUT_ME = (
    "/me/account/",
    "/me/account/record/",
    "/me/account/who-looked/",
    "/me/account/erasure/",
    "/me/messages/",
    "/me/reminders/",
)
DIFFER_BY_LEG = ("/me/", "/me/runs/new/", "/me/exercises/", "/me/plan/")  # with one leg and with two
WEEK = tuple(
    (hours, pain) for hours, pain in ((150, 1), (126, 2), (102, 1), (78, 1), (54, 2), (30, 1), (6, 1))
)


def look(phone: Phone, name: str, *, both: bool = True) -> None:
    """One walk shows both schemes, where `both`; the colours change no width."""
    assert phone.page.locator("h1").count() == 1, name
    (assert_accessible_in_both if both else assert_accessible)(phone.page)
    for scheme in ("dark", "light") if PICTURES else ():
        phone.page.emulate_media(color_scheme=scheme)
        save_picture(phone.page, f"{name}_{scheme}")
    fits(phone)


def fits(phone: Phone) -> None:
    assert_no_overflow(phone.page)
    phone.page.set_viewport_size({"width": 320, "height": 640})
    assert_no_overflow(phone.page)
    phone.page.set_viewport_size(PHONE)


@pytest.mark.parametrize("sides", [BOTH[:1], BOTH], ids=["one_leg", "both_legs"])
def test_every_page_is_accessible_and_fits_a_phone(new_context: Callable, sides: tuple) -> None:
    runner = in_care(sides=sides)
    told(runner, run_hours_ago=100, pain=2, settled_at=1)
    run = told(runner, run_hours_ago=50, pain=1, settled_at=1, mornings_said=WEEK)
    phone = phone_of(runner, new_context)
    of_a_run = (f"/me/runs/{run}/", f"/me/runs/{run}/correct/", f"/me/checks/{run}/24h/")
    every = (*PAGES, *ABOUT_ME, *of_a_run) if len(sides) > 1 else DIFFER_BY_LEG
    if len(sides) > 1:
        with make.inside(runner.clinic):
            make.make_access_event(runner.physio, patient=runner.patient, case=runner.case)
    for path in every:
        phone.open(path)
        name = path.strip("/").replace("/", "_").replace(str(run), "run")
        look(phone, f"{name}_{len(sides)}", both=len(sides) > 1)


def test_every_answer_is_accessible_and_fits_a_phone(new_context: Callable) -> None:
    runner = in_care(stage=4)
    phone = phone_of(runner, new_context)
    phone.open("/me/")
    look(phone, "answer_first")
    told(runner, run_hours_ago=24, pain=2)
    phone.open("/me/")
    look(phone, "answer_asked")
    told(runner, run_hours_ago=2, pain=6)
    phone.open("/me/")
    look(phone, "answer_not_today")
    phone.open("/me/runs/new/")
    phone.pain(9)
    phone.choose("25 min")
    look(phone, "run_form_nine")
    phone.tap("Eased, but stayed")
    look(phone, "answer_nine")
    phone.page.get_by_label("Are you unable to put weight on this leg?").check()
    phone.tap("Show me what to do")
    look(phone, "answer_advice")
    phone.open("/me/")
    look(phone, "answer_urgent")


def test_the_running_load_is_a_picture_and_one_sentence(new_context: Callable) -> None:
    runner = in_care(stage=6)
    for days, metres in ((40, 6000), (33, 6500), (26, 7000), (19, 7000), (12, 8000), (9, 4000)):
        told(runner, run_hours_ago=days * 24, settled_at=1, distance_m=metres, shoe_drop_mm=10)
    told(runner, run_hours_ago=50, settled_at=1, distance_m=14_000, shoe_drop_mm=4, mornings_said=WEEK)
    phone = phone_of(runner, new_context)
    for address, name in (("/me/progress/", "28_days"), ("/me/progress/?weeks=12", "12_weeks")):
        phone.open(address)
        look(phone, f"progress_{name}")


def test_outcome_questions_are_one_a_screen_and_can_be_left_and_taken_up(new_context: Callable) -> None:
    phone = phone_of(in_care(), new_context)
    phone.open("/me/")
    phone.tap("Questions at week 6, about 2 minutes", role="link")
    phone.tap("Start", role="link")
    phone.page.get_by_label("How many minutes").fill("10")
    look(phone, "score_stiffness")
    phone.tap("Save and go on")
    phone.page.get_by_label("An activity").fill("Running to work")
    look(phone, "score_activity")
    phone.tap("Save and go on")
    phone.open("/me/")  # left in the middle
    phone.tap("Questions at week 6, about 2 minutes", role="link")
    look(phone, "scores")
    phone.tap("Go on", role="link")
    expect(phone.page.get_by_text("Running to work")).to_be_visible()  # at the very question
    phone.pain(4, "rating")
    look(phone, "score_rating")
    phone.tap("Save and go on")
    expect(phone.page.get_by_text("activity 2 of 3")).to_be_visible()
    phone.tap("Skip for now", role="link")
    phone.choose("+3")
    look(phone, "score_change")
    phone.tap("Save and go on")
    phone.page.get_by_label("Your VISA-A total").fill("62")
    phone.tap("Save and go on")
    assert phone.page.get_by_role("link", name="What you want to do again").count() == 1


def test_a_runner_without_a_plan_has_pages_too(new_context: Callable) -> None:
    phone = phone_of(in_care(stage=None), new_context)
    for path in PAGES:
        phone.open(path)
        look(phone, f"no_plan_{path.strip('/').replace('/', '_')}", both=False)
