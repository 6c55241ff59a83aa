"""A physio reads how the caseload has done, splits it and takes it along, with the keyboard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from patients.models import Membership
from tests import factories as make
from tests.browser import examine
from tests.services import LiveApp
from tests.sign_in import sign_in_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def physio(live_app: LiveApp) -> Membership:
    """Eighteen runners: a dozen mid-portion, six insertional and slower, two of those gone quiet."""
    physio = make.make_member(make.make_clinic("Harbour Physio"))
    now = timezone.now()
    for number in range(18):
        low = number % 3 == 2
        opened = now - timedelta(days=150 - 3 * number)
        case = make.make_case(make.make_patient(physio.clinic, responsible=physio), opened_at=opened)
        kind = {"tendinopathy_type": "INSERTIONAL", "protocol": "FLAT"} if low else {}
        plan = make.make_plan(make.tendon_of(case), starts_on=opened.date(), **kind)
        for stage, week in ((2, 3), (4, 7 + number % 4 + 3 * low), (7, 13 + number % 5)):
            if not (low and stage == 7) and number % 7 != 6:
                make.make_stage_change(
                    case, at=opened + timedelta(weeks=week), to_stage=stage, kind="PROGRESS"
                )
        for day, value in ((0, 40 + number), (84, 52 + number + 2 * (number % 6))):
            taken = {"taken_on": (opened + timedelta(days=day)).date(), "tendon": plan.tendon}
            make.make_score(case, value=value, **taken)
        make.make_session(plan, at=opened + timedelta(days=3), reps_done=180)
        if low and number > 12:
            make.make_flag(case, kind="INACTIVE", severity="QUIET", side="CASE")
    return physio


def test_the_reports_are_read_split_and_taken_along(
    page: Page, live_app: LiveApp, physio: Membership
) -> None:
    sign_in_staff(page, live_app.url, physio.user)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports").click()
    assert page.get_by_role("heading", name="Reports", level=1).is_visible()
    assert page.get_by_role("img").count() == 8  # four milestones, two scores, two shares
    assert page.get_by_role("cell", name="fewer than 5").first.is_visible()
    examine(page, "reports")
    page.get_by_label("Split by").select_option(label="first programme")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**by=protocol**")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download XLSX").press("Enter")
    assert download.value.suggested_filename.endswith(".xlsx")
