"""A runner's phone for the portal journeys: signed in, with taps counted, and a story to begin with."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from assessments.clinical.sides import Side
from patients.models import Case, TendonSide
from physio.web.tenancy import tenant
from rehab.actions import checks, mornings, runs
from rehab.clinical.history import ReportKind, WarmUp
from tests.factories import sign_in
from tests.rehab.runner import Runner, make_runner

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PHONE = {"width": 390, "height": 844}


class Phone:
    """A page at 390 px whose taps are counted."""

    def __init__(self, page: "Page") -> None:
        self.page, self.taps = page, 0

    def open(self, path: str) -> None:
        self.page.goto(path)
        assert self.page.url.endswith(path), f"sent away to {self.page.url}"
        self.taps = 0

    def tap(self, words: str, *, role: str = "button") -> None:
        self.page.get_by_role(role, name=words, exact=True).click()
        self.taps += 1

    def pain(self, number: int, name: str = "pain_left") -> None:
        self.page.locator(f"label:has(#id_{name}_{number})").click()
        self.taps += 1

    def choose(self, words: str) -> None:
        self.page.locator("label", has_text=words).first.click()
        self.taps += 1


def phone_of(runner: Runner, new_context: Callable[..., "BrowserContext"], **options: object) -> Phone:
    """Signed in already: the sign-in has its own journey."""
    context = new_context(viewport=PHONE, has_touch=True, **options)
    page = context.new_page()
    page.goto("/health/")
    phone = Phone(page)
    sign_in_again(phone, runner)
    return phone


def sign_in_again(phone: Phone, runner: Runner) -> None:
    """The cookie of a fresh session, without the pages of the sign-in."""
    client = sign_in(Client(), runner.member)
    scheme, _, host = phone.page.url.split("/")[:3]
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": f"{scheme}//{host}/"}
    phone.page.context.add_cookies([cookie])


def in_care(**options: object) -> Runner:
    """A runner whose case was opened two months ago, as the live app's clock sees it."""
    with transaction.atomic():
        return make_runner(opened_at=timezone.now() - timedelta(days=60), **options)


def told(
    runner: Runner,
    *,
    run_hours_ago: float,
    pain: int = 1,
    settled_at: float | None = None,
    minutes: int = 25,
    mornings_said: tuple[tuple[float, int], ...] = (),
    now: datetime | None = None,
    **said: object,
) -> UUID:
    """One run, its answer a day later, some mornings (hours ago, pain); then the jobs look."""
    now = now or timezone.now()
    warm_up = WarmUp.NO_SYMPTOMS if pain == 0 else WarmUp.RESOLVED
    both = [Side(side) for side in runner.tendons]
    with transaction.atomic(), runner.signed_in():
        at = now - timedelta(hours=run_hours_ago)
        entry = runs.RunEntry(
            client_id=uuid4(),
            occurred_at=at,
            minutes=minutes,
            pain=dict.fromkeys(both, pain),
            warm_up=dict.fromkeys(both, warm_up),
            **said,
        )
        run = runs.record(case=runner.case, entry=entry, by=runner.member, now=at)
        if settled_at is not None:
            day_on = at + timedelta(hours=24)
            check = checks.CheckEntry(
                client_id=uuid4(),
                occurred_at=day_on,
                kind=ReportKind.CHECK_24H,
                pain=dict.fromkeys(both, settled_at),
                run_id=run.pk,
            )
            checks.record(case=runner.case, entry=check, by=runner.member, now=day_on)
        for hours, value in mornings_said:
            moment = now - timedelta(hours=hours)
            said = mornings.MorningEntry(
                client_id=uuid4(), occurred_at=moment, pain=dict.fromkeys(both, value)
            )
            mornings.record(case=runner.case, entry=said, by=runner.member, now=moment)
    swept(runner)
    return run.pk


def swept(runner: Runner) -> None:
    """The jobs worked through everything: nothing is due any more."""
    with transaction.atomic(), tenant(clinic_id=runner.clinic.pk, actor="tests"):
        Case.objects.filter(pk=runner.case.pk).update(evaluation_due_at=None)


BOTH = (TendonSide.LEFT, TendonSide.RIGHT)


def sent(phone: Phone, left: int = 0) -> None:
    """Wait until no more than that waits on the phone."""
    for _ in range(100):
        waiting = phone.page.evaluate("self.plimsollQueue?.all().then(all => all.length)")
        if waiting == left:
            return
        phone.page.wait_for_timeout(100)
    pytest.fail(f"{waiting} entries still wait")
