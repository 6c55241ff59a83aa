"""The runner's day in German, and laid out from right to left in Arabic: on a phone, light and dark."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import expect

from patients.models import Patient
from rehab.models import Run
from tests import factories as make
from tests.browser import assert_accessible, assert_no_overflow, save_picture
from tests.journeys.portal import PHONE, Phone, in_care, phone_of, told
from tests.rehab.runner import Runner

PAGES = (
    "/me/",
    "/me/runs/new/",
    "/me/morning/",
    "/me/exercises/",
    "/me/help/",
    "/me/account/",
    "/me/reminders/",
    "/me/offline/run/",
)


def speaks(runner: Runner, language: str) -> None:
    with make.inside(runner.clinic):
        Patient.objects.filter(pk=runner.patient.pk).update(language=language)


def look(phone: Phone, name: str) -> None:
    assert_accessible(phone.page)
    assert_no_overflow(phone.page)
    save_picture(phone.page, name)


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
    look(phone, "de_run")
    with runner.signed_in_now():
        assert Run.objects.order_by("-received_at").first().pain_left == 3


def test_signing_in_speaks_the_browser_s_language(db: None) -> None:
    said = Client().get("/sign-in/code/", headers={"accept-language": "de"}).content.decode()
    assert '<html lang="de" dir="ltr">' in said
    assert "Code senden" in said


@pytest.mark.parametrize(("language", "direction", "scheme"), [("de", "ltr", "dark"), ("ar", "rtl", "light")])
def test_every_page_of_the_day_holds_its_layout(
    new_context: Callable, language: str, direction: str, scheme: str
) -> None:
    runner = in_care(sides=("LEFT", "RIGHT"))
    speaks(runner, language)
    run = told(runner, run_hours_ago=24.5, pain=2)
    phone = phone_of(runner, new_context, scheme=scheme)
    of_a_run = (f"/me/runs/{run}/", f"/me/checks/{run}/24h/")
    for path in (*PAGES, *of_a_run) if scheme == "light" else (*PAGES[:3], "/me/plan/", "/me/progress/"):
        phone.open(path)
        assert phone.page.locator("html").get_attribute("dir") == direction
        look(phone, f"{language}_{scheme}_{path.strip('/').replace('/', '_').replace(str(run), 'run')}")
        if scheme == "light":  # the colours change no width
            phone.page.set_viewport_size({"width": 320, "height": 844})
            assert_no_overflow(phone.page)
            phone.page.set_viewport_size(PHONE)


def test_in_arabic_the_page_begins_on_the_right(new_context: Callable) -> None:
    runner = in_care()
    speaks(runner, "ar")
    phone = phone_of(runner, new_context)
    phone.open("/me/")
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
