"""The pages beside the list, at every size: a nudge, messages, the rules, a replay, an import, settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from patients.models import Patient, Role
from rehab.models import Flag, FlagState, Message
from tests import factories
from tests.browser import assert_accessible, assert_no_overflow, examine, save_picture
from tests.caseload import STORIES, Caseload, make_caseload
from tests.sign_in import patient_client, staff_client

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import BrowserContext, Page

    from tests.services import LiveApp

pytestmark = pytest.mark.django_db(transaction=True)
QUIET = next(one for one in STORIES if one.name == "Joel Adeyemi")
SHEET = (
    b"Given name,Family name,E-mail address,Date of birth,Phone,Side\n"
    b"Ann,Able,ann@example.org,1984-05-17,,left\n"
    b"Ann,Able,other@example.org,1984-05-17,,right\n"
    b"Bo,Best,no address,,,both\n"
)


@pytest.fixture
def load() -> Caseload:
    return make_caseload(timezone.now(), (QUIET,))


@pytest.fixture
def opened(new_context: Callable[..., BrowserContext], live_app: LiveApp) -> Callable[..., Page]:
    def open_one(client: Client, **options: object) -> Page:
        context = new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_app.url}
        context.add_cookies([cookie])
        return context.new_page()

    return open_one


def test_a_quiet_runner_is_nudged_from_the_list_and_answers_with_words_that_can_be_urgent(
    load: Caseload, opened: Callable[..., Page]
) -> None:
    from playwright.sync_api import expect

    case, (kind,) = load.cases[QUIET.name], {load.summary(QUIET.name).headline}
    page = opened(staff_client(load.physio))
    page.goto("/caseload/")
    page.keyboard.press("j")
    page.keyboard.press("m")
    examine(page, "nudge")
    page.reload()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages")).to_contain_text("Sent to Joel Adeyemi")
    expect(page.get_by_role("link", name="Send a nudge")).to_have_count(0)  # what else stands comes forward
    assert load.flag(QUIET.name, kind=kind).state == FlagState.ACKNOWLEDGED

    login = factories.patient_login(case.patient)
    phone = opened(patient_client(login), viewport={"width": 390, "height": 844})
    phone.goto("/me/messages/")
    phone.get_by_role("textbox", name="Message").fill("I heard a pop on Sunday")
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.get_by_role("heading", name="Please check this now")).to_be_in_viewport()
    assert_accessible(phone)
    assert_no_overflow(phone)
    save_picture(phone, "message_words")

    page.goto("/caseload/")
    page.get_by_role("link", name="Read it").click()
    expect(page.get_by_text("“pop”")).to_be_visible()
    page.get_by_role("textbox", name="Message").fill("I call you now.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("button", name="Take it back")).to_have_count(1)
    examine(page, "messages")
    with factories.inside(load.clinic):
        assert Message.objects.count() == 3


def test_how_the_rules_have_done_and_one_flag_as_of_then(load: Caseload, opened: Callable[..., Page]) -> None:
    client = staff_client(load.physio)
    with factories.inside(load.clinic):
        flag = Flag.objects.order_by("opened_at", "id")[0]
    client.post(f"/flags/{flag.pk}/useful/", {"useful": "yes"})
    page = opened(client)
    page.goto("/rules/")
    page.get_by_role("heading", level=1).wait_for()
    examine(page, "rules")
    page.goto(f"/flags/{flag.pk}/replay/")
    page.get_by_role("heading", level=1).wait_for()
    examine(page, "replay")


def test_a_caseload_is_imported_and_the_clinic_set_up(opened: Callable[..., Page]) -> None:
    from playwright.sync_api import expect

    owner = factories.make_member(factories.make_clinic(), Role.OWNER)
    page = opened(staff_client(owner))
    page.goto("/patients/import/")
    file = {"name": "runners.csv", "mimeType": "text/csv", "buffer": SHEET}
    page.get_by_label("File").set_input_files(files=[file])
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_text("Same name and birth date as in line 2")).to_be_visible()
    examine(page, "import")
    page.get_by_role("button", name="Add 1 runner").click()
    expect(page.locator("#messages")).to_contain_text("1 runner added")
    with factories.inside(owner.clinic):
        assert Patient.objects.count() == 1
    page.goto("/settings/")
    examine(page, "settings")
