"""The pages of care and erasure in a real browser: readable, nothing cut off, no policy broken."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from patients.models import Clinic, ErasureRequest, Membership
from tests import factories as make
from tests.browser import examine
from tests.services import LiveApp
from tests.sign_in import staff_client

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_record_is_opened_with_a_reason_and_a_wish_is_refused(
    new_context: Callable[..., BrowserContext], live_app: LiveApp
) -> None:
    kit = make.make_kit("AAAA-Alder")
    with make.inside(kit.clinic):
        Clinic.objects.update(care="TEAM")

    def page_of(member: Membership):  # type: ignore[no-untyped-def]  # a Page
        context = new_context(viewport={"width": 1280, "height": 900})
        value = staff_client(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_app.url}])
        return context.new_page()

    page = page_of(kit.other_clinician)
    page.goto(reverse("patients_of_others"))
    page.get_by_role("searchbox", name="Name or number").fill("Robin")
    page.get_by_role("button", name="Find", exact=True).click()
    examine(page, "others")
    page.get_by_role("link", name="RobinAAAA-Alder").click()
    examine(page, "record-open")
    page.get_by_label("Why do you need it?").fill("Covering for Sam, who is ill this week.")
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_text("Open to you until")).to_be_visible()
    page = page_of(kit.owner)
    page.goto(reverse("record_openings"))
    expect(page.get_by_text("Covering for Sam, who is ill this week.")).to_be_visible()
    examine(page, "openings")
    page.goto(reverse("erasures"))
    examine(page, "erasures")
    page.goto(reverse("erasure_answer", args=[kit.rows[ErasureRequest][0].pk]))
    examine(page, "erasure")
    page.get_by_label("Why the record has to stay").fill("The law asks us to keep it until November 2036.")
    page.get_by_role("button", name="Refuse and tell the runner").click()
    expect(page.get_by_text("Nobody asks.")).to_be_visible()
