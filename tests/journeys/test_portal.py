"""The runner's day on a phone, on the running product: quick, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from rehab.models import ExerciseSession, Flag, PainReport, Run
from tests.browser import assert_accessible, assert_accessible_in_both, assert_no_overflow
from tests.journeys.portal import BOTH, in_care, phone_of, sent, sign_in_again, told

WORD = "#answer .word"
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["javascript", "no_javascript"])


@pytest.mark.parametrize(
    ("scripts", "pain", "last_tap", "warm_up"),
    [
        (True, {"left": 2}, "There at first, then gone", {"left": "RESOLVED"}),
        (False, {"left": 1}, "Eased, but stayed", {"left": "EASED"}),
        (True, {"left": 0}, "Save run", {"left": "NO_SYMPTOMS"}),
        (True, {"left": 2, "right": 1}, "Eased, but stayed", {"left": "EASED", "right": "EASED"}),
        (False, {"left": 0, "right": 1}, "Eased, but stayed", {"left": "NO_SYMPTOMS", "right": "EASED"}),
    ],
    ids=["javascript", "no_javascript", "javascript-at_0", "javascript-two_legs", "no_javascript-two_legs"],
)
def test_a_planned_run_is_logged_with_three_taps_and_one_more_for_a_second_leg(
    new_context: Callable, scripts: bool, pain: dict[str, int], last_tap: str, warm_up: dict[str, str]
) -> None:
    runner = in_care(sides=BOTH[: len(pain)])
    told(runner, run_hours_ago=50, settled_at=1)
    phone = phone_of(runner, new_context, java_script_enabled=scripts)
    phone.open("/me/")
    expect(phone.page.locator(WORD)).to_have_text("Yes")
    phone.tap("Log a run", role="link")
    for leg, number in pain.items():
        phone.pain(number, f"pain_{leg}")
    phone.tap(last_tap)
    expect(phone.page.get_by_role("heading", name="Your run is saved")).to_be_visible()
    assert phone.taps == 2 + len(pain)
    with runner.signed_in_now():
        run = Run.objects.order_by("-received_at", "-id").first()
        assert run.minutes == 25
        assert {leg: getattr(run, f"pain_{leg}") for leg in pain} == pain
        assert {leg: getattr(run, f"warm_up_{leg}") for leg in pain} == warm_up


def test_a_run_is_corrected_with_three_taps(new_context: Callable) -> None:
    """Also from no pain to some, where the last question was never asked; and back."""
    runner = in_care()
    run = told(runner, run_hours_ago=2, pain=0)
    phone = phone_of(runner, new_context)
    phone.open(f"/me/runs/{run}/")
    for pain, last_tap in ((2, "Eased, but stayed"), (1, "Save the correction"), (0, "Save the correction")):
        phone.taps = 0
        phone.tap("Correct this run", role="link")
        phone.pain(pain)
        phone.tap(last_tap)
        expect(phone.page.get_by_text(f"25 minutes, worst pain {pain}/10.")).to_be_visible()
        assert phone.taps == 3
    with runner.signed_in_now():
        told_so = Run.objects.order_by("received_at", "id").values_list("pain_left", "warm_up_left")
        assert list(told_so) == [(0, "NO_SYMPTOMS"), (2, "EASED"), (1, "EASED"), (0, "NO_SYMPTOMS")]


def test_a_run_with_pain_is_never_saved_without_how_it_warmed_up(new_context: Callable) -> None:
    """The one button goes when the other answers come, and the Enter key finds no way past them."""
    runner = in_care()
    phone = phone_of(runner, new_context)
    phone.open("/me/runs/new/")
    save = phone.page.get_by_role("button", name="Save run")
    expect(save).to_be_visible()
    expect(phone.page.get_by_role("button", name="Eased, but stayed")).to_be_hidden()
    phone.pain(2)
    expect(save).to_be_hidden()
    phone.page.get_by_text("Another time, hills, shoes or a note").click()
    phone.page.get_by_label("Another number of minutes").fill("20")
    phone.page.get_by_label("Another number of minutes").press("Enter")
    expect(phone.page.get_by_role("alert")).to_contain_text("Choose how it felt as you warmed up.")
    assert_accessible(phone.page)
    assert_no_overflow(phone.page)
    phone.tap("Stayed, got worse, came back or came later")
    expect(phone.page.get_by_role("heading", name="Your run is saved")).to_be_visible()
    with runner.signed_in_now():
        run = Run.objects.get()
        assert (run.minutes, run.warm_up_left) == (20, "PERSISTED")


def test_two_legs_are_both_scored_before_a_run_is_saved_and_may_differ(new_context: Callable) -> None:
    runner = in_care(sides=BOTH)
    phone = phone_of(runner, new_context)
    phone.open("/me/runs/new/")
    save = phone.page.get_by_role("button", name="Save run")
    phone.pain(2, "pain_left")
    expect(save).to_be_visible()  # and says which leg is missing
    phone.pain(0, "pain_right")
    expect(phone.page.get_by_role("group", name="As you warmed up left leg Your")).to_be_visible()
    phone.pain(4, "pain_right")
    expect(phone.page.get_by_role("group", name="As you warmed up both legs Your")).to_be_visible()
    expect(save).to_be_hidden()
    phone.page.get_by_text("It was not the same in both legs").click()
    phone.page.locator("label:has(#id_warm_up_left_0)").click()
    expect(phone.page.get_by_role("group", name="As you warmed up right leg")).to_have_count(
        1
    )  # not asked twice
    assert_accessible(phone.page)
    assert_no_overflow(phone.page)
    phone.choose("20 min")
    phone.tap("Stayed, got worse, came back or came later")
    expect(phone.page.get_by_role("heading", name="Your run is saved")).to_be_visible()
    with runner.signed_in_now():
        run = Run.objects.get()
        assert (run.warm_up_left, run.warm_up_right) == ("RESOLVED", "PERSISTED")


@WITH_AND_WITHOUT
def test_the_question_of_a_day_later_takes_at_most_three_taps_and_changes_the_answer(
    new_context: Callable, scripts: bool
) -> None:
    runner = in_care()
    told(runner, run_hours_ago=24.5, pain=1)
    phone = phone_of(runner, new_context, java_script_enabled=scripts)
    phone.open("/me/")
    expect(phone.page.locator(WORD)).to_have_text("Not yet")
    phone.pain(1)
    phone.tap("Save")
    expect(phone.page.locator(WORD)).not_to_have_text("Not yet")
    assert phone.taps == 2
    phone.tap("Correct it", role="link")  # the other key was meant
    phone.pain(2)
    phone.tap("Save")
    expect(phone.page.locator(WORD)).to_be_visible()
    assert phone.taps == 2 + 3
    with runner.signed_in_now():
        reports = PainReport.objects.values_list("kind", "pain_left")
        assert sorted(reports) == [("CHECK_24H", 1), ("CHECK_24H", 2)]


def test_a_run_at_five_says_not_today_at_once_and_what_to_do(new_context: Callable) -> None:
    runner = in_care()
    told(runner, run_hours_ago=50, settled_at=1)
    phone = phone_of(runner, new_context)
    phone.open("/me/runs/new/")
    phone.pain(5)
    phone.tap("Stayed, got worse, came back or came later")
    # A rise of four within a day would ask the urgent questions first; the last answer is older than that.
    expect(phone.page.get_by_role("heading", name="Your run is saved")).to_be_visible()
    expect(phone.page.get_by_text("Your plan takes a step back so that it can settle.")).to_be_visible()
    assert_accessible(phone.page)
    phone.tap("Back to today", role="link")
    expect(phone.page.locator(WORD)).to_have_text("Not today")
    phone.tap("I ran anyway, log it", role="link")
    expect(phone.page.get_by_role("heading", name="Log a run")).to_be_visible()


@WITH_AND_WITHOUT
def test_all_sets_are_one_tap(new_context: Callable, scripts: bool) -> None:
    runner = in_care()
    phone = phone_of(runner, new_context, java_script_enabled=scripts)
    phone.open("/me/")
    phone.page.get_by_role("button", name="Tick all").click()
    expect(phone.page.get_by_text("sets done.")).to_be_visible()
    with runner.signed_in_now():
        assert ExerciseSession.objects.get().reps_done == 90


def test_ticking_saves_by_itself_and_stays_on_the_page(new_context: Callable) -> None:
    runner = in_care()
    phone = phone_of(runner, new_context)
    phone.open("/me/")
    first = phone.page.locator("#sets input[type=checkbox]").first
    name = first.get_attribute("id")
    with phone.page.expect_response(lambda response: response.url.endswith("/me/exercises/")):
        phone.page.locator(f"label:has(#{name})").click()
    expect(phone.page.locator(f"#{name}")).to_be_checked()
    expect(phone.page.locator(f"#{name}")).to_be_focused()
    with runner.signed_in_now():
        assert ExerciseSession.objects.current().get().reps_done == 15
    assert_accessible(phone.page)


@WITH_AND_WITHOUT
def test_urgent_help_is_one_tap_and_its_advice_needs_no_scrolling(
    new_context: Callable, scripts: bool
) -> None:
    runner = in_care()
    phone = phone_of(runner, new_context, java_script_enabled=scripts)
    phone.open("/me/plan/")
    phone.tap("Urgent help", role="link")
    assert phone.taps == 1
    call = phone.page.get_by_role("link", name="Emergency, call 999")
    expect(call).to_be_in_viewport(ratio=1)
    phone.page.get_by_label("Did you feel or hear a sudden pop or snap in this leg?").check()
    phone.tap("Show me what to do")
    expect(phone.page.get_by_role("heading", name="Get medical help today.")).to_be_in_viewport(ratio=1)
    expect(call).to_be_in_viewport(ratio=1)
    expect(phone.page.get_by_role("link", name="Call Harbour Physio")).to_be_in_viewport(ratio=1)
    if scripts:
        assert_accessible_in_both(phone.page)
        assert_no_overflow(phone.page)
    with runner.signed_in_now():
        assert Flag.objects.get().kind == "RED_FLAG"
    phone.open("/me/")
    expect(phone.page.locator(WORD)).to_have_text("Not today")
    if scripts:
        assert_accessible_in_both(phone.page)


def test_a_mistake_is_told_at_the_field_and_nothing_typed_is_lost(new_context: Callable) -> None:
    runner = in_care()
    phone = phone_of(runner, new_context)
    phone.open("/me/runs/new/")
    phone.page.get_by_text("Another time, hills, shoes or a note").click()
    phone.page.get_by_label("Note").fill("Windy along the river")
    phone.tap("Save run")
    expect(phone.page.get_by_role("alert")).to_contain_text("Choose a number from 0 to 10.")
    expect(phone.page.get_by_label("Note")).to_have_value("Windy along the river")
    assert_accessible(phone.page)
    assert_no_overflow(phone.page)


def test_my_plan_prints_on_one_page(new_context: Callable) -> None:
    runner = in_care()
    phone = phone_of(runner, new_context)
    phone.open("/me/plan/")
    pdf = phone.page.pdf(prefer_css_page_size=True, format="A4")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") + pdf.count(b"/Type /Page ") == 1


def test_a_session_that_ended_while_typing_loses_nothing(new_context: Callable) -> None:
    runner = in_care()
    phone = phone_of(runner, new_context)
    phone.open("/me/runs/new/")
    phone.pain(3)
    phone.page.get_by_text("Another time, hills, shoes or a note").click()
    phone.page.get_by_label("Another number of minutes").fill("18")
    phone.page.get_by_label("Note").fill("Windy along the river")
    phone.page.context.clear_cookies(name="sessionid")
    phone.tap("Eased, but stayed")
    expect(phone.page).to_have_url(re.compile("/sign-in/"))
    sign_in_again(phone, runner)
    phone.open("/me/")
    phone.tap("Bring them back", role="link")
    expect(phone.page.get_by_label("Note")).to_have_value("Windy along the river")
    expect(phone.page.locator("#id_pain_left_3")).to_be_checked()
    answer = phone.page.get_by_role("button", name="Eased, but stayed")
    expect(answer).to_have_class("btn big go")  # as it was answered before
    assert_accessible(phone.page)
    phone.page.context.clear_cookies(name="csrftoken")  # and now the form is of before another sign-in
    answer.click()
    expect(phone.page.get_by_role("heading", name="Saved on this phone")).to_be_visible()
    phone.tap("Back to today", role="link")
    sent(phone)
    phone.page.reload()
    expect(phone.page.locator("#unsaved")).to_be_hidden()
    with runner.signed_in_now():
        assert Run.objects.get().note == "Windy along the river"


def test_what_one_account_typed_never_shows_to_another(new_context: Callable) -> None:
    runner, other = in_care(), in_care(slug="quay")
    phone = phone_of(runner, new_context)
    phone.open("/me/runs/new/")
    phone.pain(3)
    phone.page.context.clear_cookies(name="sessionid")
    phone.tap("Eased, but stayed")
    sign_in_again(phone, other)
    phone.open("/me/")
    expect(phone.page.locator("#unsaved")).to_be_hidden()
    assert phone.page.evaluate("sessionStorage.getItem('plimsoll:unsaved')") is None
