"""In a dead spot: urgent help, a logged run, two accounts on one phone, and what signing out leaves."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rehab.models import Flag, PainReport, RedFlagReport, Run
from tests.browser import assert_accessible, assert_accessible_in_both, assert_no_overflow
from tests.faults.line import Line, bad_line
from tests.journeys.portal import PHONE, Phone, in_care, sent, sign_in_again
from tests.rehab.runner import Runner
from tests.services import LiveApp, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

KEPT_ON_THE_PHONE = """async () => {
    const said = []
    for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const request of await cache.keys()) said.push(await (await cache.match(request)).text())
    }
    const { version } = (await indexedDB.databases()).find(one => one.name === "plimsoll") ?? {}
    const rows = version ? await self.plimsollQueue.all() : []
    const own = version ? await self.plimsollQueue.own() : null
    const place = version ? await self.plimsollQueue.noted("guide") : null
    const workers = (await navigator.serviceWorker.getRegistrations()).length
    return { pages: said, rows, own, place, storage: { ...localStorage, ...sessionStorage }, workers }
}"""


@pytest.fixture
def line(live_app: LiveApp) -> Generator[Line, None, None]:
    with bad_line(live_app.url) as line:
        yield line


@pytest.fixture
def phone_on(line: Line, new_context: Callable[..., BrowserContext]) -> Callable[..., Phone]:
    """A phone with the app installed: the worker runs and has kept what it keeps."""

    def take(runner: Runner) -> Phone:
        phone = Phone(new_context(viewport=PHONE, has_touch=True).new_page())
        phone.page.goto(f"{line.url}/health/")
        sign_in_again(phone, runner)
        installed(phone, line)
        return phone

    return take


def installed(phone: Phone, line: Line) -> None:
    phone.page.goto(f"{line.url}/me/")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.page.wait_for_timeout(50)
    phone.page.reload()
    assert phone.page.evaluate("Boolean(navigator.serviceWorker.controller)")


def test_urgent_help_in_a_dead_spot_says_what_to_do_and_tells_the_clinic_later(
    phone_on: Callable[..., Phone], line: Line
) -> None:
    runner = in_care()
    phone = phone_on(runner)
    line.down = True
    phone.tap("Urgent help", role="link")
    expect(phone.page.get_by_role("link", name="Emergency, call 999")).to_be_in_viewport(ratio=1)
    expect(phone.page.get_by_role("link", name="Call Harbour Physio")).to_be_in_viewport(ratio=1)
    assert_accessible_in_both(phone.page)
    assert_no_overflow(phone.page)
    phone.page.get_by_label("Did you feel or hear a sudden pop or snap in this leg?").check()
    phone.tap("Show me what to do")
    expect(phone.page.get_by_role("heading", name="Get medical help today.")).to_be_in_viewport(ratio=1)
    expect(phone.page.get_by_role("link", name="Emergency, call 999")).to_be_in_viewport(ratio=1)
    assert_accessible_in_both(phone.page)
    assert_no_overflow(phone.page)
    with runner.signed_in_now():
        assert not RedFlagReport.objects.exists()
    line.down = False
    phone.page.goto(f"{line.url}/me/")
    sent(phone)
    expect(phone.page.locator("[data-waiting]")).to_be_hidden()
    with runner.signed_in_now():
        assert RedFlagReport.objects.count() == 1
        assert Flag.objects.get().kind == "RED_FLAG"


def test_a_run_logged_in_a_dead_spot_sends_itself_once_and_counts_when_it_was_told(
    phone_on: Callable[..., Phone], line: Line
) -> None:
    runner = in_care()
    phone = phone_on(runner)
    line.down = True
    phone.page.goto(f"{line.url}/me/progress/")
    expect(phone.page.get_by_role("heading", name="No connection")).to_be_visible()
    assert_accessible(phone.page)
    phone.tap("Log a run", role="link")
    for one in phone.page.get_by_text("right leg").all():  # this runner is asked about the left one
        expect(one).to_be_hidden()
    assert_accessible(phone.page)
    assert_no_overflow(phone.page)
    phone.pain(0)
    phone.choose("25 min")
    before = timezone.now()
    phone.tap("Save run")
    expect(phone.page.get_by_role("heading", name="Saved on this phone")).to_be_visible()
    expect(phone.page.locator("[data-waiting]")).to_contain_text("not sent yet: 1.")
    assert_accessible(phone.page)
    assert_no_overflow(phone.page)
    with runner.signed_in_now():
        assert not Run.objects.exists()
    phone.page.wait_for_timeout(400)
    line.down = False
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    sent(phone)
    expect(phone.page.locator("[data-waiting]")).to_be_hidden()
    with runner.signed_in_now():
        run = Run.objects.get()
    assert (run.minutes, run.pain_left) == (25, 0)
    assert abs(run.occurred_at - before) < timedelta(seconds=30)
    assert run.received_at - run.occurred_at > timedelta(milliseconds=300)


def test_an_entry_the_server_wants_looked_at_comes_back_into_its_form(
    phone_on: Callable[..., Phone], line: Line
) -> None:
    runner = in_care()
    phone = phone_on(runner)
    line.down = True
    phone.page.goto(f"{line.url}/me/runs/new/")
    phone.pain(2)
    phone.choose("25 min")  # how it warmed up is missing
    phone.tap("Save run")
    line.down = False
    phone.page.goto(f"{line.url}/me/")
    phone.tap("Look at one again", role="link")
    expect(phone.page.locator("#id_pain_left_2")).to_be_checked()
    phone.tap("Eased, but stayed")
    expect(phone.page.get_by_role("heading", name="Your run is saved")).to_be_visible()
    expect(phone.page.locator("[data-waiting]")).to_be_hidden()
    with runner.signed_in_now():
        assert Run.objects.get().pain_left == 2


def test_two_accounts_on_one_phone_never_mix(phone_on: Callable[..., Phone], line: Line) -> None:
    runner, other = in_care(), in_care(slug="quay")
    phone = phone_on(runner)
    line.down = True
    phone.page.goto(f"{line.url}/me/morning/")
    phone.pain(3)
    phone.tap("Save")
    expect(phone.page.get_by_role("heading", name="Saved on this phone")).to_be_visible()
    line.down = False
    phone.page.context.clear_cookies(name="sessionid")  # the session ended; nobody signed out
    sign_in_again(phone, other)
    phone.page.goto(f"{line.url}/me/")
    expect(phone.page.locator("[data-waiting]")).to_be_hidden()
    phone.page.wait_for_timeout(500)
    with other.signed_in_now():
        assert not PainReport.objects.exists()
    sent(phone, left=1)
    sign_in_again(phone, runner)
    phone.page.goto(f"{line.url}/me/")
    sent(phone)
    with runner.signed_in_now():
        assert PainReport.objects.get().pain_left == 3


@pytest.mark.check("S26")
def test_signing_out_sends_what_waits_and_leaves_nothing_behind(
    phone_on: Callable[..., Phone], line: Line, tried: Callable[..., None]
) -> None:
    """S26."""
    runner = in_care()
    phone = phone_on(runner)
    phone.page.goto(f"{line.url}/me/exercises/")
    phone.tap("Start")  # a guided set, left in the middle
    expect(phone.page.locator("#guide .guide-word")).to_have_text("Get ready")
    line.down = True
    phone.page.goto(f"{line.url}/me/morning/")
    phone.pain(3)
    phone.tap("Save")
    expect(phone.page.locator("[data-waiting]")).to_contain_text("not sent yet: 1.")
    line.down = False
    phone.page.goto(f"{line.url}/sign-out/")
    held = phone.page.evaluate(KEPT_ON_THE_PHONE)
    assert held["rows"]  # the check sees what is there
    assert held["pages"]
    assert held["place"]
    phone.tap("Sign out")
    expect(phone.page.get_by_role("heading", name="You are signed out")).to_be_visible()
    left: dict = {}

    def cleared() -> bool:
        left.update(phone.page.evaluate(KEPT_ON_THE_PHONE))
        phone.page.wait_for_timeout(100)
        return left["workers"] == 0 and not left["pages"]  # the last two to go

    wait_for(cleared, "the end of the worker and its files", seconds=30)
    with runner.signed_in_now():
        assert PainReport.objects.get().pain_left == 3
    assert left == {"pages": [], "rows": [], "own": None, "place": None, "storage": {}, "workers": 0}
    tried("S26", storages=len(left))
