"""A clinic adds a runner; the runner follows the invitation to the portal."""

import re

from playwright.sync_api import expect

from patients.models import OutboxMail, Role
from tests import factories
from tests.browser import examine, save_picture
from tests.services import Inbox
from tests.sign_in import mailed_code, sign_in_staff


def test_a_runner_is_added_invited_and_welcomed(new_context, live_app, smtp_sink: Inbox):
    clinician = factories.make_member(factories.make_clinic(), Role.CLINICIAN, display_name="Sam Hill")

    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    sign_in_staff(page, live_app.url, clinician.user)
    page.goto("/patients/new/")
    examine(page, "new")
    page.get_by_label("Given name").fill("Robin")
    page.get_by_label("E-mail address").fill("robin@example.org")
    page.get_by_label("Left").check()
    page.get_by_role("button", name="Add and assess").click()
    expect(page.get_by_role("alert")).to_contain_text("Type the family name.")
    expect(page.get_by_label("Given name")).to_have_value("Robin")
    examine(page, "refused")
    page.get_by_label("Family name").fill("Field")
    page.get_by_role("button", name="Add and assess").click()
    page.wait_for_url(re.compile("/cases/.+/assessments/new/"))

    with factories.inside(clinician.clinic):
        invitation = OutboxMail.objects.get(to_address="robin@example.org")
    runner = new_context(viewport={"width": 1280, "height": 900}).new_page()
    runner.set_content(invitation.html)
    save_picture(runner, "invitation_mail")
    runner.goto(re.search(r"https?://\S+/welcome/\S+/", invitation.text)[0])
    expect(runner.get_by_role("heading", name=clinician.clinic.name)).to_be_visible()
    examine(runner, "welcome")
    runner.get_by_role("button", name="Send me a code").click()
    runner.get_by_label("Code").fill(mailed_code(smtp_sink, "robin@example.org"))
    runner.get_by_role("button", name="Sign in").click()
    runner.wait_for_url("**/me/consent/")
    examine(runner, "consent")
    runner.get_by_role("button", name="I agree").click()
    runner.wait_for_url("**/me/")
    runner.goto("/me/consent/")
    runner.get_by_role("button", name="Take my consent back").click()
    expect(runner.get_by_role("heading", name="You took your consent back")).to_be_visible()
    examine(runner, "consent_withdrawn")
