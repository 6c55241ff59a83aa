"""A physio works the list to zero: with the keyboard, with a mouse, and without JavaScript."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from rehab.models import Flag, FlagState
from tests import factories
from tests.browser import assert_accessible, examine
from tests.caseload import Caseload, make_caseload
from tests.services import LiveApp
from tests.sign_in import staff_client

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def load() -> Caseload:
    return make_caseload(timezone.now())


@pytest.fixture
def open_page(load: Caseload, new_context: Callable, live_app: LiveApp) -> Callable[..., "Page"]:
    cookie = {"name": "sessionid", "value": staff_client(load.physio).cookies["sessionid"].value}

    def open_one(path: str = "/caseload/", *, width: int = 1280, **options: object) -> "Page":
        context = new_context(viewport={"width": width, "height": 900}, **options)
        context.add_cookies([{**cookie, "url": live_app.url}])
        page = context.new_page()
        page.goto(path)
        return page

    return open_one


def row(page: "Page", load: Caseload, name: str):
    return page.locator(f"#case-{load.cases[name].pk}")


def focused(page: "Page") -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def state(load: Caseload, name: str, kind: str) -> str:
    return load.flag(name, kind=kind).state


def test_the_list_is_worked_with_the_keyboard(open_page, load):
    from playwright.sync_api import expect

    page = open_page()
    assert page.evaluate("document.activeElement === document.body")  # nothing takes the focus by itself
    page.keyboard.press("j")
    assert focused(page) == "Marta Kowalczyk"
    page.keyboard.press("j")
    page.keyboard.press("j")
    third = focused(page)
    page.keyboard.press("k")
    assert focused(page) == "Tom Whitlock"
    page.keyboard.press("j")
    assert focused(page) == third

    # s opens the peek and puts the focus on its button; Enter does it
    page.keyboard.press("s")
    expect(page.locator(".peek-body").first).to_be_visible()
    expect(page.locator("button[data-key=s]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text(re.compile("Snoozed until"))

    # x ticks, / finds, ? explains
    joel = row(page, load, "Joel Adeyemi")
    joel.locator("[data-row]").focus()
    page.keyboard.press("x")
    expect(joel.locator("input[type=checkbox]")).to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("jx")
    expect(page.locator("#find")).to_have_value("jx")  # letters are letters in a field
    page.locator("#find").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_accessible(page)

    # switched off, the letters do nothing: the person said so, not the device
    with page.expect_response("**/account/keys/"):
        page.get_by_label("Use single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")


def test_acknowledging_moves_on_and_can_be_taken_back(open_page, load):
    from playwright.sync_api import expect

    page = open_page()
    joel = row(page, load, "Joel Adeyemi")
    before = page.locator("tbody.case").count()
    shown = load.summary("Joel Adeyemi").headline
    joel.locator("[data-row]").focus()
    page.keyboard.press("a")  # a quiet row asks for a nudge first: the peek opens, at its way to acknowledge
    expect(joel.get_by_role("button", name="Acknowledge").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Acknowledged: Joel Adeyemi")
    expect(joel.locator("[data-row]")).to_be_focused()  # it stays: something else is open
    assert state(load, "Joel Adeyemi", shown) == FlagState.ACKNOWLEDGED
    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Undone")
    assert page.locator("tbody.case").count() == before
    assert state(load, "Joel Adeyemi", shown) == FlagState.OPEN

    # the last of a list: what says that it is empty has the focus
    with factories.inside(load.clinic):
        others = Flag.objects.filter(case=load.cases["Joel Adeyemi"], state=FlagState.OPEN).exclude(
            kind=shown
        )
        also = list(others.values_list("pk", flat=True))
    physio = staff_client(load.physio)
    for flag_id in also:
        physio.post(f"/flags/{flag_id}/acknowledge/")
    page.goto(f"/caseload/?kind={shown}")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(joel.get_by_role("button", name="Acknowledge").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nobody matches")).to_be_focused()


def test_the_same_work_without_javascript(open_page, load):
    from playwright.sync_api import expect

    page = open_page(java_script_enabled=False)
    priya = row(page, load, "Priya Nair")
    expect(priya.locator("summary")).to_be_hidden()  # nothing that would do nothing
    priya.get_by_role("link", name="Priya Nair", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Priya Nair")
    panel = page.get_by_role("region", name="Over the line")
    panel.get_by_text("Resolve", exact=True).first.click()
    panel.get_by_label("What you found or agreed").fill("Talked on the phone.")
    panel.get_by_role("button", name="Resolve").click()
    expect(page.locator("#messages")).to_contain_text("Resolved: Priya Nair, over the line.")
    assert state(load, "Priya Nair", "OVER_THE_LINE") == FlagState.RESOLVED
    page.locator("#messages").get_by_role("button", name="Undo").click()
    assert state(load, "Priya Nair", "OVER_THE_LINE") == FlagState.OPEN


def test_news_is_offered_and_moves_nothing(open_page, load):
    from playwright.sync_api import expect

    page = open_page()
    name = row(page, load, "Tom Whitlock").locator("[data-row]")
    name.focus()
    staff_client(load.physio).post(f"/flags/{load.flag('Priya Nair', state='OPEN').pk}/acknowledge/")
    with page.expect_response(re.compile("/caseload/changes/")) as answer:
        page.evaluate("htmx.ajax('GET', document.querySelector('#news').getAttribute('hx-get'), "
                      "{source: '#news', swap: 'none', headers: {'X-Plimsoll-Poll': '1'}})")  # fmt: skip
    assert answer.value.status == 200
    expect(page.get_by_role("link", name="Show the new list")).to_be_visible()
    expect(name).to_be_focused()


def test_every_page_is_accessible_and_fits(open_page, load):
    page = open_page()
    row(page, load, "Priya Nair").locator("summary").click()
    page.locator(".peek-body").first.wait_for()
    examine(page, "caseload_peek")
    paths = ["/caseload/?tab=line", "/caseload/?q=nobody", "/caseload/?clinician=mine"]
    paths += [f"/cases/{load.cases[name].pk}/" for name in ("Marta Kowalczyk", "Priya Nair")]
    for number, path in enumerate(paths):
        page.goto(path)
        for summary in page.locator("details.drop > summary, .flag details.more > summary").all()[:3]:
            summary.click()
        examine(page, f"caseload_{number}")
