"""The guided set on a phone: it counts by the wall clock and logs each set; a dark screen is no loss."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from rehab.models import ExerciseSession
from tests.browser import assert_accessible, assert_accessible_in_both, assert_no_overflow
from tests.journeys.portal import Phone, in_care, phone_of
from tests.journeys.test_portal_pages import look
from tests.rehab.runner import Runner

if TYPE_CHECKING:
    from playwright.sync_api import Page

READY, REP, REPS, REST = 5, 7, 15, 60  # seconds as in rehab.clinical.guide, for 3 to 5 s on the way down
SET = REP * REPS


def pass_(page: "Page", seconds: float) -> None:
    page.clock.run_for(round(seconds * 1000))


def sets(runner: Runner) -> list[tuple[str, int, float]]:
    with runner.signed_in_now():
        session = ExerciseSession.objects.current().first()
        return [(one["knee"], one["reps"], one["seconds"]) for one in session.sets] if session else []


@pytest.fixture
def runner(transactional_db: None) -> Runner:
    return in_care()


def begin(runner: Runner, new_context: Callable) -> Phone:
    phone = phone_of(runner, new_context)
    phone.page.clock.install()
    phone.open("/me/exercises/")
    stop_clock(phone, ahead=60)
    phone.tap("Start")
    return phone


def stop_clock(phone: Phone, ahead: float = 0.5) -> None:
    """From then on only the test moves it."""
    now = phone.page.evaluate("Date.now()") / 1000
    phone.page.clock.pause_at(datetime.fromtimestamp(now + ahead, UTC))


@contextmanager
def running(phone: Phone) -> Generator[None, None, None]:
    """axe waits for timers of its own."""
    phone.page.clock.resume()
    yield
    stop_clock(phone)


def test_a_guided_set_counts_the_way_down_rests_and_logs_itself(
    new_context: Callable, runner: Runner
) -> None:
    phone = begin(runner, new_context)
    word = phone.page.locator("#guide .guide-word")
    expect(word).to_have_text("Get ready")
    pass_(phone.page, READY + 2.5)
    expect(word).to_have_text("Weight over")
    pass_(phone.page, 1)
    expect(word).to_have_text("Slowly down")
    expect(phone.page.locator("#guide .guide-count")).to_have_text("1 of 15")
    with running(phone):
        look(phone, "guide")
    with phone.page.expect_response(lambda response: response.url.endswith("/me/exercises/")):
        pass_(phone.page, SET - 3)
    expect(word).to_have_text("Rest")
    expect(phone.page.locator("#guide [role=status]")).to_have_text("Saved.")
    assert sets(runner) == [("STRAIGHT", 15, 4.0)]
    with running(phone):
        assert_accessible_in_both(phone.page)
    phone.tap("Skip")
    pass_(phone.page, REP * 9 + 3)
    with phone.page.expect_response(lambda response: response.url.endswith("/me/exercises/")):
        phone.tap("Stop here")
    expect(phone.page.locator("#guide [role=status]")).to_have_text("Saved.")
    assert sets(runner) == [("STRAIGHT", 15, 4.0), ("STRAIGHT", 9, 4.0)]


def test_a_dark_screen_counts_the_set_in_hand_and_starts_no_other(
    new_context: Callable, runner: Runner
) -> None:
    phone = begin(runner, new_context)
    pass_(phone.page, READY + REP)
    with phone.page.expect_response(lambda response: response.url.endswith("/me/exercises/")):
        phone.page.clock.fast_forward("20:00")
    expect(phone.page.locator("#guide .guide-word")).to_have_text("Paused")
    expect(phone.page.get_by_role("button", name="Go on")).to_be_visible()
    assert sets(runner) == [("STRAIGHT", 15, 4.0)]
    assert_no_overflow(phone.page)


def test_a_set_that_could_not_be_sent_waits_on_the_phone_and_goes_out_when_the_line_is_back(
    new_context: Callable, runner: Runner
) -> None:
    phone = begin(runner, new_context)
    phone.page.context.set_offline(True)
    pass_(phone.page, READY + SET + 1)
    saved = phone.page.locator("#guide [role=status]")
    expect(saved).to_have_text("Saved on this phone. It sends itself when you are on line.")
    assert sets(runner) == []
    phone.page.context.set_offline(False)
    expect(saved).to_have_text("Saved.")
    assert sets(runner) == [("STRAIGHT", 15, 4.0)]


def test_a_page_that_was_closed_goes_on_where_it_was(new_context: Callable, runner: Runner) -> None:
    phone = begin(runner, new_context)
    word, count = phone.page.locator("#guide .guide-word"), phone.page.locator("#guide .guide-count")
    pass_(phone.page, READY + 3 * REP + 3.5)
    expect(count).to_have_text("4 of 15")
    phone.page.reload()
    expect(word).to_have_text("Slowly down")  # by the clock the set is not over: it goes on
    expect(count).to_have_text("4 of 15")
    pass_(phone.page, SET + 1 - 3 * REP - 3.5)  # not beyond its end: a line this slow would count as none
    expect(phone.page.locator("#guide [role=status]")).to_have_text("Saved.")
    phone.tap("Skip")
    pass_(phone.page, 2 * REP + 1)
    expect(count).to_have_text("3 of 15")
    phone.page.goto("/me/plan/")
    phone.page.clock.fast_forward("10:00")
    phone.page.goto("/me/exercises/")
    expect(word).to_have_text("Paused")  # nobody counted meanwhile, so nothing is counted
    expect(phone.page.locator("#guide [role=status]")).to_contain_text("Your place was kept.")
    expect(count).to_have_text("3 of 15")
    with running(phone):
        assert_accessible(phone.page)  # paused: nothing is counted meanwhile
    phone.tap("Go on")
    pass_(phone.page, REP)
    with phone.page.expect_response(lambda response: response.url.endswith("/me/exercises/")):
        phone.tap("Stop here")
    expect(phone.page.locator("#guide [role=status]")).to_have_text("Saved.")
    assert sets(runner) == [("STRAIGHT", 15, 4.0), ("STRAIGHT", 3, 4.0)]
    phone.page.reload()
    expect(phone.page.get_by_role("button", name="Start", exact=True)).to_be_visible()


def test_without_javascript_the_same_sets_are_a_form(new_context: Callable, runner: Runner) -> None:
    phone = phone_of(runner, new_context, java_script_enabled=False)
    phone.open("/me/exercises/")
    expect(phone.page.locator("#guide")).to_be_hidden()
    phone.tap("I did all of them")
    assert sum(reps for _, reps, _ in sets(runner)) == 90
