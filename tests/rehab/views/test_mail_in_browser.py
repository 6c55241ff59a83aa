"""The pages of the weekly mail in a real browser: readable, nothing cut off, no policy broken."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from patients.models import Membership, Role
from rehab.emails import stop_address
from tests import factories as make
from tests.browser import examine
from tests.services import LiveApp
from tests.sign_in import staff_client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def physio() -> Membership:
    clinic = make.make_clinic(email_initials_opt_in=True)
    member = make.make_member(clinic, Role.OWNER)
    for group in ("ACT", "REVIEW", "READY"):
        case = make.make_case(make.make_patient(clinic, responsible=member))
        make.make_plan(make.tendon_of(case))
        make.make_report(case, at=timezone.now(), pain_left=2)
        make.make_summary(case, group=group, reason="The run reached 5/10.", stage_label="Stage 4", week=8)
    return member


def test_the_preview(
    new_context: Callable[..., BrowserContext], live_app: LiveApp, physio: Membership
) -> None:
    client = staff_client(physio)
    context = new_context()
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_app.url}]
    )
    page = context.new_page()
    page.goto("/weekly/")
    expect(page.get_by_role("heading", name="Weekly mail")).to_be_visible()
    expect(page.get_by_text("Caseload: 1 to act on, 1 to review")).to_be_visible()
    examine(page, "weekly_mail")
    page.get_by_label("On", exact=True).select_option("Friday")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The next one: Friday")).to_be_visible()
    page.get_by_role("button", name="Send me this now").click()
    expect(page.get_by_text("The mail is on its way.")).to_be_visible()
    page.goto("/clinic/jobs/")
    expect(page.get_by_role("heading", name="Jobs and mail")).to_be_visible()
    examine(page, "jobs")


def test_stopping_the_mails(page: Page, physio: Membership) -> None:
    page.goto("/" + stop_address(physio.id).split("/", 3)[3])
    examine(page, "weekly_stop")
    page.get_by_role("button", name="Stop the weekly mails").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    examine(page, "weekly_stopped")
    physio.refresh_from_db()
    assert physio.summary_opt_out
