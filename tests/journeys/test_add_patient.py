"""A clinic adds a runner; the runner follows the invitation to the portal."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from patients.models import OutboxMail, Role
from tests import factories
from tests.browser import assert_accessible, assert_no_overflow, save_picture
from tests.services import Inbox
from tests.sign_in import mailed_code, sign_in_staff


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)])
def test_a_runner_is_added_invited_and_welcomed(
    new_context, live_app, smtp_sink: Inbox, tmp_path: Path, width, height
):
    clinician = factories.make_member(factories.make_clinic(), Role.CLINICIAN, display_name="Sam Hill")

    def look(page, name):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert_accessible(page)
            assert_no_overflow(page)
            save_picture(page, tmp_path / f"{name}_{width}_{scheme}.png")

    page = new_context(viewport={"width": width, "height": height}).new_page()
    sign_in_staff(page, live_app.url, clinician.user)
    page.goto("/patients/new/")
    look(page, "new")
    page.get_by_label("Given name").fill("Robin")
    page.get_by_label("E-mail address").fill("robin@example.org")
    page.get_by_label("Left").check()
    page.get_by_role("button", name="Add and assess").click()
    expect(page.get_by_role("alert")).to_contain_text("Type the family name.")
    expect(page.get_by_label("Given name")).to_have_value("Robin")
    look(page, "refused")
    page.get_by_label("Family name").fill("Field")
    page.get_by_role("button", name="Add and assess").click()
    page.wait_for_url(re.compile("/cases/.+/assessments/new/"))

    with factories.inside(clinician.clinic):
        invitation = OutboxMail.objects.get(to_address="robin@example.org")
    runner = new_context(viewport={"width": width, "height": height}).new_page()
    runner.set_content(invitation.html)
    look_mail = tmp_path / f"invitation_mail_{width}.png"
    save_picture(runner, look_mail)
    runner.goto(re.search(r"https?://\S+/welcome/\S+/", invitation.text)[0])
    expect(runner.get_by_role("heading", name=clinician.clinic.name)).to_be_visible()
    look(runner, "welcome")
    runner.get_by_role("button", name="Send me a code").click()
    runner.get_by_label("Code").fill(mailed_code(smtp_sink, "robin@example.org"))
    runner.get_by_role("button", name="Sign in").click()
    runner.wait_for_url("**/me/")
