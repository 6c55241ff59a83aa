"""The runner's day in German, and laid out from right to left in Arabic: on a phone, light and dark."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import expect

from patients.models import Patient
from rehab.models import Run
from tests import factories as make
from tests.browser import assert_accessible, save_picture
from tests.journeys.portal import Phone, in_care, phone_of, told
from tests.journeys.test_portal_pages import PAGES as EVERY_PAGE
from tests.journeys.test_portal_pages import fits
from tests.rehab.runner import Runner

PAGES = (*EVERY_PAGE, "/me/scores/activities/", "/me/account/", "/me/reminders/", "/me/offline/run/")
IN_THE_DARK = ("/me/", "/me/runs/new/", "/me/morning/", "/me/plan/", "/me/progress/")


def speaks(runner: Runner, language: str) -> None:
    with make.inside(runner.clinic):
        Patient.objects.filter(pk=runner.patient.pk).update(language=language)


def test_a_run_is_logged_in_german_from_the_answer_to_the_next_step(new_context: Callable) -> None:
    runner = in_care()
    speaks(runner, "de")
    told(runner, run_hours_ago=50, settled_at=1)
    phone = phone_of(runner, new_context)
    phone.open("/me/")
    expect(phone.page.locator("#answer .word")).to_have_text("Ja")
    expect(phone.page.locator("#answer")).to_contain_text("Minuten, locker")
    expect(phone.page.locator("#answer")).to_contain_text("Hören Sie auf, wenn es 3 von 10 erreicht.")
    expect(phone.page.locator("#answer")).to_contain_text("Grund: Der Lauf von")
    phone.tap("Lauf eintragen", role="link")
    phone.pain(3)
    phone.tap("Wurde besser, blieb aber")
    expect(phone.page.get_by_role("heading", name="Ihr Lauf ist gespeichert")).to_be_visible()
    expect(phone.page.get_by_text("Ihr Plan sagt: vorerst nicht laufen.")).to_be_visible()
    assert_accessible(phone.page)
    fits(phone)
    save_picture(phone.page, "de_run")
    with runner.signed_in_now():
        assert Run.objects.order_by("-received_at").first().pain_left == 3


def test_signing_in_speaks_the_browser_s_language(db: None) -> None:
    said = Client().get("/sign-in/code/", headers={"accept-language": "de"}).content.decode()
    assert '<html lang="de" dir="ltr">' in said
    assert "Code senden" in said


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl")])
def test_every_page_of_the_day_holds_its_layout(new_context: Callable, language: str, direction: str) -> None:
    """All of axe in the one language, its colours in the dark in the other."""
    runner = in_care(sides=("LEFT", "RIGHT"))
    speaks(runner, language)
    run = told(runner, run_hours_ago=24.5, pain=2)
    phone = phone_of(runner, new_context)
    for path in (*PAGES, f"/me/runs/{run}/", f"/me/checks/{run}/24h/"):
        phone.open(path)
        assert phone.page.locator("html").get_attribute("dir") == direction
        if direction == "rtl":
            assert_accessible(phone.page)
        elif path in IN_THE_DARK:
            phone.page.emulate_media(color_scheme="dark")
            assert_accessible(phone.page)
            phone.page.emulate_media(color_scheme="light")
        fits(phone)
        save_picture(phone.page, f"{language}_{path.strip('/').replace('/', '_').replace(str(run), 'run')}")
        if path == "/me/" and direction == "rtl":
            begins_on_the_right(phone)


def begins_on_the_right(phone: Phone) -> None:
    expect(phone.page.locator("#answer .ask")).to_contain_text("هل يمكنني الجري اليوم؟")
    expect(phone.page.locator(".dock")).to_contain_text("مساعدة عاجلة")
    brand = phone.page.locator(".brand").bounding_box()
    word = phone.page.locator("#answer .word").bounding_box()
    assert brand is not None
    assert brand["x"] > 195
    assert word is not None
    assert word["x"] + word["width"] > 340
    docks = phone.page.locator(".dock li")
    first, last = docks.first.bounding_box(), docks.last.bounding_box()
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]
