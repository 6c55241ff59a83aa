"""Forty runners who need somebody, worked to zero: at most two actions a flag, and none of them typed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from rehab.models import Flag, FlagState
from tests import factories
from tests.browser import assert_accessible, assert_no_overflow
from tests.caseload import beat
from tests.services import LiveApp
from tests.sign_in import staff_client

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
RUNNERS = 40
KINDS = (
    ("ACT", 40, "OVER_THE_LINE", "Pain of 5/10 on the left side, on the run of 25 November."),
    ("REVIEW", 30, "LOW_ADHERENCE", "57 % of the exercise dose in 14 days."),
    ("QUIET", 20, "NOT_LOGGING", "No entry since Wednesday 18 November."),
)


@pytest.fixture
def physio():
    beat(timezone.now())
    member = factories.make_member(factories.make_clinic(), display_name="Sam Okafor")
    for number in range(RUNNERS):
        severity, rank, kind, reason = KINDS[number % len(KINDS)]
        case = factories.make_case(factories.make_patient(member.clinic, responsible=member))
        told = {"severity": severity, "kind": kind, "reason": reason}
        at = timezone.now()
        factories.make_flag(case, side="CASE", opened_at=at, seen_at=at, **told)
        factories.make_summary(
            case,
            group=severity,
            severity=rank,
            headline=kind,
            reason=reason,
            since=at,
            evaluated_at=at,
            stage=3,
        )
    return member


@pytest.fixture
def desk(physio, new_context: Callable, live_app: LiveApp) -> "Page":
    cookie = {"name": "sessionid", "value": staff_client(physio).cookies["sessionid"].value}
    context = new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{**cookie, "url": live_app.url}])
    page = context.new_page()
    page.goto("/caseload/", timeout=60_000)  # the first page of a cold process
    return page


def test_forty_runners_are_worked_to_zero_in_two_actions_a_flag(desk, physio):
    from playwright.sync_api import expect

    actions = 0
    assert desk.locator("tbody.case").count() == RUNNERS

    def press(key: str) -> None:
        nonlocal actions
        desk.keyboard.press(key)
        actions += 1

    # what has to be acted on today is looked at one by one: a key each, and the next one is in hand by itself
    press("j")
    acts = desk.locator(".todo button", has_text="Acknowledge").count()
    nudges = desk.locator(".todo a", has_text="Send a nudge").count()
    today = -(-RUNNERS // len(KINDS))
    assert acts + nudges == RUNNERS and nudges == RUNNERS // len(KINDS)
    for left in range(RUNNERS - 1, RUNNERS - 1 - today, -1):
        press("a")
        expect(desk.locator("tbody.case")).to_have_count(left, timeout=20_000)

    # what may be taken together: a key to tick, a key to go on, and one click for all of them
    rest = RUNNERS - today
    for number in range(rest):
        press("x")
        if number < rest - 1:
            press("j")
    desk.get_by_role("button", name="Acknowledge ticked").click()
    actions += 1
    expect(desk.get_by_text("Nobody needs you")).to_be_visible(timeout=20_000)
    with factories.inside(physio.clinic):
        assert not Flag.objects.exclude(state=FlagState.ACKNOWLEDGED).exists()
    assert actions <= 2 * RUNNERS
    assert_accessible(desk)
    assert_no_overflow(desk)


def test_one_flag_is_understood_and_judged_where_it_stands(desk, physio):
    from playwright.sync_api import expect

    row = desk.locator("tbody.case").first
    row.locator("summary").click()
    peek = row.locator(".peek-body").first
    expect(peek.get_by_role("link", name="Evaluate as of then")).to_be_visible()
    peek.get_by_role("button", name="Yes").click()
    expect(peek.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    expect(peek.get_by_role("button", name="Yes")).to_be_focused()
    with factories.inside(physio.clinic):
        assert Flag.objects.filter(useful=True).count() == 1
    assert_accessible(desk)
