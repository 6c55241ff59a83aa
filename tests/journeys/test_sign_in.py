"""Staff sign in with two factors, runners with the code from the mail, on the running product."""

import pytest
from playwright.sync_api import Page, expect

from patients.models import Role
from tests import factories
from tests.browser import examine
from tests.journeys.test_offline import KEPT_ON_THE_PHONE
from tests.services import Inbox, LiveApp
from tests.sign_in import app_code, give_app, mailed_code, sign_in_patient, sign_in_staff

DESK = {"width": 1280, "height": 900}


@pytest.fixture
def clinician(live_app: LiveApp):
    member = factories.make_member(factories.make_clinic(), Role.CLINICIAN, second_factor=False)
    give_app(member.user)
    return member


@pytest.fixture
def runner(clinician):
    patient = factories.make_patient(clinician.clinic, responsible=clinician)
    return factories.patient_login(patient, user=factories.make_user(patient.person.email))


@pytest.fixture
def window(new_context) -> Page:
    return new_context(viewport=DESK).new_page()


@pytest.mark.check("S26")
@pytest.mark.twin("S26")
def test_staff_sign_in_with_password_and_app_and_out_again(window, clinician, live_app, tried):
    window.goto("/sign-in/")
    examine(window, "staff")
    window.get_by_label("E-mail address").fill(clinician.user.email)
    window.get_by_label("Password").fill("wrong wrong wrong")
    window.get_by_role("button", name="Continue").click()
    expect(window.get_by_text("do not belong together")).to_be_visible()
    examine(window, "staff_wrong")
    window.get_by_label("Password").fill(factories.PASSWORD)
    window.get_by_role("button", name="Continue").click()
    examine(window, "second_factor")
    window.get_by_label("Code").fill(app_code(clinician.user))
    window.get_by_role("button", name="Sign in").click()
    window.wait_for_url(lambda url: "/sign-in/" not in url)
    for address, name in (
        ("/account/second-factor/", "factors"),
        ("/account/sessions/", "sessions"),
        ("/clinics/", "clinics"),
        ("/account/passkeys/", "passkeys"),
    ):
        window.goto(address)
        examine(window, name)
    window.evaluate("localStorage.setItem('plimsoll-keys', 'off'); sessionStorage.setItem('a', 'b')")
    assert window.evaluate(KEPT_ON_THE_PHONE)["storage"]  # the probe sees what is there
    window.goto("/sign-out/")
    examine(window, "sign_out")
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_role("heading", name="You are signed out")).to_be_visible()
    examine(window, "signed_out")
    nothing_is_left(window, tried)


def nothing_is_left(page: Page, tried) -> None:
    """In no storage, no cookie, and not behind the back button."""
    page.wait_for_function("localStorage.length + sessionStorage.length === 0")
    left = page.evaluate(KEPT_ON_THE_PHONE)
    assert left == {"pages": [], "rows": [], "own": None, "place": None, "storage": {}, "workers": 0}
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken"}
    address = page.url
    for _ in range(3):
        page.go_back()
        assert "/sign-in/" in page.url or page.url == address or "/sign-out/" in page.url, page.url
        assert page.get_by_role("heading", name="Passkeys").count() == 0
    tried("S26", storages=len(left), steps_back=3)


def test_staff_set_up_their_second_factor_the_first_time(window, live_app):
    member = factories.make_member(factories.make_clinic(), second_factor=False)
    window.goto("/sign-in/")
    window.get_by_label("E-mail address").fill(member.user.email)
    window.get_by_label("Password").fill(factories.PASSWORD)
    window.get_by_role("button", name="Continue").click()
    window.wait_for_url(lambda url: not url.endswith("/sign-in/"))
    window.goto("/clinics/")
    expect(window.get_by_role("heading", name="Your second factor")).to_be_visible()
    examine(window, "set_up")
    window.get_by_role("link", name="Set up an authenticator app").click()
    examine(window, "set_up_app")
    secret = window.locator(".key-text").inner_text()
    assert window.locator("img.key-picture").evaluate("picture => picture.naturalWidth") > 0
    from tests.sign_in import code_now

    window.get_by_label("Code from the app").fill(code_now(secret))
    window.get_by_role("button", name="Set up").click()
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    examine(window, "recovery")
    window.goto("/clinics/")
    expect(window.get_by_role("heading", name="Your clinics")).to_be_visible()


def test_a_runner_signs_in_with_the_code_from_the_mail(window, runner, smtp_sink: Inbox):
    window.goto("/sign-in/code/")
    examine(window, "patient")
    window.get_by_label("E-mail address").fill(runner.user.email)
    window.get_by_role("button", name="Send me a code").click()
    examine(window, "code")
    window.get_by_label("Code").fill("0000-0000")
    window.get_by_role("button", name="Sign in").click()
    expect(window.get_by_role("alert")).to_contain_text("not right")
    examine(window, "code_wrong")
    window.get_by_label("Code").fill(mailed_code(smtp_sink, runner.user.email))
    window.get_by_role("button", name="Sign in").click()
    window.wait_for_url(lambda url: "/sign-in/" not in url)
    window.goto("/account/sessions/")
    expect(window.get_by_text("this one")).to_be_visible()


def test_staff_who_forgot_their_password_choose_another(
    window: Page, clinician, live_app: LiveApp, smtp_sink: Inbox
):
    window.goto("/sign-in/")
    window.get_by_role("link", name="Forgotten your password?").click()
    examine(window, "forgotten")
    window.get_by_label("E-mail address").fill(clinician.user.email)
    window.get_by_role("button", name="Send me a code").click()
    expect(window.get_by_role("heading", name="Type the code")).to_be_visible()
    examine(window, "forgotten_code")
    window.get_by_label("Code").fill(mailed_code(smtp_sink, clinician.user.email))
    window.get_by_role("button", name="Continue").click()
    window.get_by_label("Password").fill("plimsoll12345")
    window.get_by_role("button", name="Save the password").click()
    expect(window.locator("#id_password_error")).to_contain_text("trade")
    examine(window, "forgotten_password")
    window.get_by_label("Password").fill("seven odd words over a bridge")
    window.get_by_role("button", name="Save the password").click()
    expect(window.get_by_text("Password saved.")).to_be_visible()
    sign_in_staff(window, live_app.url, clinician.user, "seven odd words over a bridge")


def test_without_javascript_both_sign_in_the_same_way(
    new_context, clinician, runner, live_app, smtp_sink: Inbox
):
    sign_in_staff(new_context(java_script_enabled=False).new_page(), live_app.url, clinician.user)
    sign_in_patient(new_context(java_script_enabled=False).new_page(), live_app.url, runner.user, smtp_sink)


def test_staff_add_a_passkey_and_sign_in_with_it(new_context, clinician, live_app):
    page = new_context(viewport=DESK).new_page()
    here = live_app.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not a number
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in_staff(page, here, clinician.user)
    page.goto(f"{here}/account/passkeys/new/")
    examine(page, "passkey_new")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(lambda url: "/passkeys/new/" not in url)
    page.goto(f"{here}/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(f"{here}/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{here}/account/sessions/")
    expect(page.get_by_text("this one")).to_be_visible()
    page.goto(f"{here}/sign-in/again/passkey/?next=/account/passkeys/")
    examine(page, "passkey_again")
    page.locator("[data-passkey]").evaluate("form => { form.credential.value = '{}'; form.submit() }")
    expect(page.get_by_text("That passkey was not accepted")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{here}/account/passkeys/")
