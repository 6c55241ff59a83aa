"""The browser for journeys: pages that know the live app, note every CSP violation, and can be examined."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import chromium, reach
from tests.services import LiveApp

if TYPE_CHECKING:  # a third of a second, and most runs need no browser
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

NOT_WANTED = [  # the first two start a process of the address bar's own for every window
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    # What Playwright switches off and our pages could meet: naming the switch replaces its list.
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
]  # fmt: skip
FLAGS = [
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage",
    "--disable-site-isolation-trials",  # one site only: else each first page costs a second process
    f"--disable-features={','.join(NOT_WANTED)}",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICTURES = os.environ.get("PLIMSOLL_PICTURES")
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
    window.__plimsoll_csp(`${event.violatedDirective}: ${event.blockedURI} line ${event.lineNumber}`))
"""
EXAMINE = "options => axe.run(options).then(({ violations }) => violations)"  # what passed stays in the page
OVERFLOWING = """() => {
    const width = document.documentElement.clientWidth
    const controls = [...document.body.querySelectorAll("a, button, input, select, summary, textarea")]
    const cut = controls.filter(element => {
        const box = element.getBoundingClientRect()
        if (box.width < 2 || !element.checkVisibility({visibilityProperty: true})) return false
        for (let frame = element.parentElement; frame; frame = frame.parentElement) {
            const edge = frame.getBoundingClientRect()
            const cuts = ["clip", "hidden"].includes(getComputedStyle(frame).overflowX) && edge.width >= 2
            if (cuts && (box.right > edge.right + 1 || box.left < edge.left - 1)) return true
        }
        return false
    })
    if (cut.length) return cut.slice(0, 5).map(element => `cut off: ${element.outerHTML.slice(0, 90)}`)
    if (document.documentElement.scrollWidth <= width) return []
    return [...document.body.querySelectorAll("*")]
        .filter(element => element.getBoundingClientRect().right > width + 1)
        .slice(0, 5)
        .map(element => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}">`)
        .concat(`${document.documentElement.scrollWidth} px wide in ${width} px`)
}"""


WATCH = """
const seen = (window.__seen = {lcp: 0, cls: 0, inp: 0})
const watch = (type, note, more = {}) =>
    new PerformanceObserver(list => list.getEntries().forEach(note)).observe({type, buffered: true, ...more})
watch("largest-contentful-paint", one => { seen.lcp = one.startTime })
watch("layout-shift", one => { if (!one.hadRecentInput) seen.cls += one.value })
const tapped = one => { if (one.interactionId) seen.inp = Math.max(seen.inp, one.duration) }
watch("event", tapped, {durationThreshold: 16})
"""


@pytest.fixture(scope="session")
def browser() -> Generator[Browser, None, None]:
    from playwright.sync_api import sync_playwright

    try:
        path = chromium.find()
    except chromium.NoBrowser as problem:
        pytest.fail(str(problem), pytrace=False)
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield instance
        instance.close()


@pytest.fixture
def csp_violations() -> list[str]:
    """What the pages of this test did against their own policy. A test that ends with any in it fails."""
    return []


@pytest.fixture
def new_context(
    browser: Browser, live_app: LiveApp, csp_violations: list[str]
) -> Generator[Callable[..., BrowserContext], None, None]:
    """Another person's browser, for example `new_context(java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def open_one(**options: object) -> BrowserContext:
        context = browser.new_context(
            base_url=live_app.url, locale="en-GB", reduced_motion="reduce", **options
        )
        context.set_default_timeout(10_000)
        context.expose_binding("__plimsoll_csp", lambda _source, text: csp_violations.append(text))
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", lambda message: _note(message, csp_violations))
        context.on("response", reach.note_response)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert not csp_violations, "The content security policy was broken: " + "; ".join(csp_violations)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """The narrowest screen we promise: 320 px."""
    return new_context(viewport={"width": 320, "height": 640}, has_touch=True).new_page()


def assert_accessible(page: Page) -> None:
    """No finding of axe at WCAG 2.2 AA or its best practices; each is told with its element.

    In the dark scheme only the rules on colour: nothing else differs from the light one, where every page is
    examined too, and a whole examination costs a second.
    """
    from axe_playwright_python.base import AXE_SCRIPT

    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    chosen = {"type": "rule", "values": COLOUR_RULES} if dark else {"type": "tag", "values": RULES}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(EXAMINE, {"runOnly": chosen, "resultTypes": ["violations"], "preload": False})
    told = [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
    assert not told, f"{page.url} has {len(told)} accessibility finding(s):\n" + "\n".join(told)


def assert_accessible_in_both(page: Page) -> None:
    """In the light scheme, where the page is, and in the dark one: one walk shows both."""
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.emulate_media(color_scheme="light")


def assert_no_overflow(page: Page) -> None:
    """The page never scrolls sideways, and no control is cut off by a frame that hides what sticks out."""
    found = page.evaluate(OVERFLOWING)
    assert not found, f"{page.url} is wider than its window: {found}"


def bytes_sent(answers: list[Response]) -> dict[str, int]:
    """What each address cost, as a server that compresses sends it."""
    bodies = {answer.url.split("?")[0]: answer.body() for answer in answers if answer.ok}
    return {url: min(len(body), len(gzip.compress(body, 6))) for url, body in bodies.items()}


def settled(page: Page) -> dict[str, float]:
    """What WATCH has seen, once the page has answered the last tap."""
    page.wait_for_timeout(400)
    seen: dict[str, float] = page.evaluate("window.__seen")
    return seen


def save_picture(page: Page, name: str) -> None:
    """For people to look at, in the folder that PLIMSOLL_PICTURES names; without one there is none."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def examine(page: Page, name: str) -> None:
    """Wide and narrow, light and dark: accessible, never sideways; left wide and light."""
    page.set_viewport_size({"width": 320, "height": 700})
    assert_no_overflow(page)
    for width, height in ((390, 844), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert_accessible(page)
            assert_no_overflow(page)
            save_picture(page, f"{name}_{width}_{scheme}")
    page.emulate_media(color_scheme="light")


def _note(message: ConsoleMessage, violations: list[str]) -> None:
    if "Content Security Policy" in message.text:
        violations.append(message.text)
