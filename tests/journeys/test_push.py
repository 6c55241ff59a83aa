"""Messages on a phone: turned on, shown, turned off; and the queue that the browser itself wakes up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from rehab.models import PainReport, PushSubscription, ReminderSettings
from tests.browser import assert_accessible, assert_no_overflow
from tests.journeys.portal import Phone, in_care, phone_of
from tests.rehab.runner import Runner
from tests.services import LiveApp, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

ENDPOINT = "https://fcm.googleapis.com/fcm/send/one"
# What leaves the building: the browser's own push service gives the address. All else is the real thing.
STAND_IN = f"""
window.__wishes = []
PushManager.prototype.subscribe = async function (wish) {{
    __wishes.push({{ visible: wish.userVisibleOnly, key: [...wish.applicationServerKey] }})
    if (window.__unreachable) throw new DOMException("push service not available", "AbortError")
    const keys = {{ p256dh: "B".repeat(87), auth: "a".repeat(22) }}
    return {{ toJSON: () => ({{ endpoint: "{ENDPOINT}", keys }}) }}
}}
"""


@pytest.fixture
def runner(transactional_db: None) -> Runner:
    return in_care()


def phone_with(runner: Runner, new_context: Callable, *allowed: str) -> Phone:
    phone = phone_of(runner, new_context, permissions=list(allowed))
    phone.page.add_init_script(STAND_IN)
    phone.open("/me/reminders/")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    return phone


def browsers(runner: Runner) -> list[str]:
    with runner.signed_in_now():
        return list(PushSubscription.objects.values_list("endpoint", flat=True))


def by_push(runner: Runner) -> bool:
    with runner.signed_in_now():
        return ReminderSettings.objects.get().by_push


def test_messages_are_turned_on_for_this_browser_and_off_again(new_context: Callable, runner: Runner) -> None:
    phone = phone_with(runner, new_context, "notifications")
    expect(phone.page.get_by_text("Off. Your browser asks you once")).to_be_visible()
    phone.page.evaluate("window.__unreachable = true")
    phone.tap("Turn on here")
    expect(phone.page.get_by_text("Your browser cannot reach its message service")).to_be_visible()
    assert browsers(runner) == []
    wish = phone.page.evaluate("__wishes[0]")
    assert wish["visible"] is True
    assert (len(wish["key"]), wish["key"][0]) == (65, 4)  # a point of the curve, as the browser wants it
    phone.page.evaluate("window.__unreachable = false")
    phone.tap("Turn on here")
    expect(phone.page.get_by_text("Reminders now also come to this device.")).to_be_visible()
    expect(phone.page.get_by_text("On: reminders come to 1 device.")).to_be_visible()
    assert_accessible(phone.page)
    assert_no_overflow(phone.page)
    assert browsers(runner) == [ENDPOINT]
    assert by_push(runner)
    phone.tap("Turn off on all devices")
    expect(phone.page.get_by_text("Messages to devices are off.")).to_be_visible()
    assert browsers(runner) == []
    assert not by_push(runner)


def test_a_browser_that_says_no_is_told_how_to_change_it(new_context: Callable, runner: Runner) -> None:
    phone = phone_with(runner, new_context)
    phone.tap("Turn on here")
    expect(phone.page.get_by_text("Your browser blocks messages from this page.")).to_be_visible()
    assert browsers(runner) == []


def worker_of(phone: Phone) -> tuple[CDPSession, str]:
    """The browser's own line to the worker, and the worker's number there."""
    line = phone.page.context.new_cdp_session(phone.page)
    known: list[str] = []

    def note(told: dict) -> None:
        known.extend(one["registrationId"] for one in told["registrations"] if not one["isDeleted"])

    line.on("ServiceWorker.workerRegistrationUpdated", note)
    line.send("ServiceWorker.enable")
    for _ in range(100):
        if known:
            return line, known[-1]
        phone.page.wait_for_timeout(50)
    pytest.fail("the browser knows no worker")


def test_a_message_that_arrives_is_shown_and_says_nothing_of_anybody(
    new_context: Callable, runner: Runner, live_app: LiveApp
) -> None:
    """The push service and its encryption have tests of their own (tests/rehab/actions/test_push.py)."""
    phone = phone_with(runner, new_context, "notifications")
    line, number = worker_of(phone)
    told = {
        "title": "Plimsoll",
        "body": "Your diary has something open for today.",
        "path": "/me/next/morning/",
    }
    arrived = {"origin": live_app.url, "registrationId": number, "data": json.dumps(told)}
    line.send("ServiceWorker.deliverPushMessage", arrived)
    look = """async () => {
        const shown = await (await navigator.serviceWorker.ready).getNotifications()
        return shown.map(({ title, body, data }) => ({ title, body, path: data.path }))
    }"""
    for _ in range(100):
        if shown := phone.page.evaluate(look):
            break
        phone.page.wait_for_timeout(50)
    assert shown == [told]


def test_the_browser_sends_what_waits_although_no_page_is_open(
    new_context: Callable, runner: Runner, live_app: LiveApp
) -> None:
    """Background Sync: registered with the entry that was kept; a browser that failed wakes it again."""
    phone = phone_of(runner, new_context)
    phone.open("/me/")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.page.reload()
    phone.page.context.set_offline(True)
    phone.page.goto("/me/morning/")
    phone.pain(3)
    phone.tap("Save")
    expect(phone.page.get_by_role("heading", name="Saved on this phone")).to_be_visible()
    wanted = "navigator.serviceWorker.ready.then(ready => ready.sync.getTags())"
    assert phone.page.evaluate(wanted) == ["plimsoll-flush"]
    elsewhere = phone.page.context.new_page()  # no page of ours stays open
    elsewhere.goto("about:blank")
    line, number = worker_of(Phone(elsewhere))
    phone.page.close()
    (worker,) = elsewhere.context.service_workers
    assert "wait still" in worker.evaluate("sendAll().catch(problem => problem.message)")
    elsewhere.context.set_offline(False)
    sync = {"origin": live_app.url, "registrationId": number, "tag": "plimsoll-flush", "lastChance": False}

    def arrived() -> bool:
        line.send("ServiceWorker.dispatchSyncEvent", sync)
        elsewhere.wait_for_timeout(250)
        with runner.signed_in_now():
            return PainReport.objects.filter(pain_left=3).exists()

    wait_for(arrived, "the entry that waited")
