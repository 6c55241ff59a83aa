"""S27: 200 entries over a bad line, on a phone that dies again and again: each is stored once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.utils import timezone

from rehab.models import PainReport
from tests.faults.line import BROKEN, FAULTS, Line, bad_line
from tests.journeys.portal import PHONE, Phone, in_care, sign_in_again
from tests.rehab.runner import Runner
from tests.services import LiveApp

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

KEEP = "entries => Promise.all(entries.map(one => self.plimsollQueue.keep(one)))"
WAITING = "self.plimsollQueue.all().then(all => all.map(one => one.id))"
FLUSH = "async times => { while (times--) await self.plimsollQueue.flush() }"
PROOF = b"answer.ok && word.stored === entry.id"


def entries_of(runner: Runner, count: int) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "id": str(uuid4()),
            "owner": str(runner.case.pk),
            "path": "/me/morning/",
            "answers": [["pain_left", str(number % 11)]],
            "toldAt": (now - timedelta(minutes=number)).isoformat(),
        }
        for number in range(count)
    ]


def stored(runner: Runner) -> list[str]:
    with runner.signed_in_now():
        return [str(one) for one in PainReport.objects.values_list("client_id", flat=True)]


def open_page(phone: Phone, line: Line) -> Page:
    """A page that loads the real queue; it comes through, whatever the line does to the rest."""
    rate, line.rate = line.rate, 0.0
    page = phone.page.context.new_page()
    page.goto(f"{line.url}/me/offline/start/")
    line.rate = rate
    return page


def carry(runner: Runner, line: Line, context: BrowserContext, count: int, seed: int) -> tuple[set[str], int]:
    """All entries through the line. The ids that left the phone without being stored; how often it died."""
    dice = random.Random(seed)
    phone = Phone(context.new_page())
    phone.page.goto(f"{line.url}/health/")
    sign_in_again(phone, runner)
    phone.page.goto(f"{line.url}/me/")
    page = open_page(phone, line)
    phone.page.close()
    entries = entries_of(runner, count)
    page.evaluate(KEEP, entries)
    line.rate = 0.25
    lost: set[str] = set()
    kills = 0
    for _ in range(200):
        if dice.random() < 0.4:  # it dies in the middle of sending
            page.evaluate("void self.plimsollQueue.flush()")
            page.wait_for_timeout(dice.randrange(1, 120))
            phone.page = page
            dead, page = page, open_page(phone, line)
            dead.close()
            kills += 1
        else:
            page.evaluate(FLUSH, 8)
        waiting = set(page.evaluate(WAITING))
        lost |= {one["id"] for one in entries} - waiting - set(stored(runner))
        if not waiting:
            break
    line.rate = 0.0
    for request in line.late:  # what was still under way arrives after everything else
        line.forward(*request)
    assert not waiting, f"{len(waiting)} still wait"
    return lost, kills


@pytest.mark.check("S27")
def test_200_entries_over_a_bad_line_are_each_stored_once_and_none_is_called_saved_too_early(
    live_app: LiveApp, new_context: Callable[..., BrowserContext], tried: Callable[..., None]
) -> None:
    runner = in_care()
    with bad_line(live_app.url, seed=7) as line:
        lost, kills = carry(runner, line, new_context(viewport=PHONE), count=200, seed=7)
    there = stored(runner)
    assert len(there) == len(set(there)) == 200
    assert lost == set()
    assert kills >= 3
    assert set(line.met) == set(FAULTS)
    tried(
        "S27",
        entries=200,
        stored=len(set(there)),
        doubled=len(there) - len(set(there)),
        called_saved_too_early=len(lost),
        kills=kills,
        met=dict(line.met),
    )


@pytest.mark.twin("S27")
def test_a_queue_that_takes_any_answer_for_saved_loses_entries(
    live_app: LiveApp, new_context: Callable[..., BrowserContext]
) -> None:
    """The twin: without the one word that this entry is stored."""
    runner = in_care()
    with bad_line(live_app.url, seed=7) as line:
        line.rewrite = ("/static/js/queue.js", PROOF, b"answer")
        line.faults = (BROKEN,)  # an answer that is none, often enough to be met for certain
        lost, _ = carry(runner, line, new_context(viewport=PHONE), count=60, seed=7)
    assert lost
