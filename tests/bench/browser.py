"""P11: what a phone gets and waits for: bytes, largest paint, shift, and the answer to a tap, in Chromium.

Each page is opened in a browser that has nothing kept, at 390 px, against a web process of its own.
"""

from __future__ import annotations

import os
import socket
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from django.urls import reverse

from patients.models import Membership
from physio.embedded import services
from rehab.models import Run
from tests import chromium
from tests.bench.caseload import Caseload
from tests.bench.timing import Line
from tests.browser import FLAGS, WATCH, bytes_sent, settled
from tests.services import wait_for
from tests.sign_in import patient_client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

TIMES = 5
PHONE = {"width": 390, "height": 844}
Tap = Callable[["Page"], None]


def first_loads(caseload: Caseload, database_url: str) -> Iterator[Line]:
    from playwright.sync_api import sync_playwright

    clinic_id = caseload.clinics[0]
    runner = Membership.objects.select_related("user").get(id=caseload.runners[clinic_id])
    session = patient_client(runner).cookies["sessionid"].value
    run_id = _newest_run(runner)
    pages: list[tuple[str, str, Tap]] = [
        ("Today", reverse("portal_today"), lambda page: page.locator("#sets label").first.click()),
        ("run form", reverse("portal_run_new"), lambda page: page.locator(".pad.pain label").nth(2).click()),
        ("answer page", reverse("portal_run", args=[run_id]), lambda page: page.keyboard.press("Tab")),
    ]
    with _web(database_url) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        for name, path, tap in pages:
            seen = [_visit(browser, url, session, path, tap) for _ in range(TIMES)]
            yield _line(name, seen)
        browser.close()


def _visit(browser: Browser, url: str, session: str, path: str, tap: Tap) -> dict[str, float]:
    context = browser.new_context(base_url=url, viewport=PHONE, has_touch=True)
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    context.add_init_script(WATCH)
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    assert page.url == f"{url}{path}", f"sent away to {page.url}"
    sent = bytes_sent(answers)
    tap(page)
    seen = settled(page)
    context.close()
    return {**seen, "bytes": sum(sent.values())}


def _line(name: str, seen: list[dict[str, float]]) -> Line:
    middle = {what: statistics.median(one[what] for one in seen) for what in seen[0]}
    note = (
        f"{middle['bytes'] / 1024:.1f} KB gzipped; LCP {middle['lcp']:.0f} ms, CLS {middle['cls']:.3f}, "
        f"INP {middle['inp']:.0f} ms; medians of {len(seen)}"
    )
    return Line(f"P11 {name}", 0, "", goal="60 KB, CLS 0.01, INP 100 ms", note=note)


def _newest_run(runner: Membership) -> object:
    from django.db import transaction

    from physio.web.tenancy import tenant

    with transaction.atomic(), tenant(clinic_id=runner.clinic_id, actor="bench"):
        runs = Run.objects.filter(patient_id=str(runner.patient_id)).order_by("-occurred_at", "-id")
        return runs.values_list("pk", flat=True)[0]


@contextmanager
def _web(database_url: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        env = services.environment(
            DATABASE_URL=database_url,
            PLIMSOLL_SECRET_KEY=os.environ["PLIMSOLL_SECRET_KEY"],
            PLIMSOLL_BASE_URL=url,
            PLIMSOLL_WEB_WORKERS="1",
            BROKER_URL="redis://127.0.0.1:1/0",
        )
        child = services.web(env, Path(folder) / "web.log", listener.fileno())
        child.start()
        wait_for(lambda: _answers(url), "the web process")
        yield url
        child.stop()


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/health/", timeout=5) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
