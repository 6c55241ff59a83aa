"""Signing in, for tests: past the sign-in page with a test client, or through it in a browser.

client = staff_client(membership)                    # a Django client, second factor passed
client = patient_client(membership)
sign_in_staff(page, base_url, user)                  # types address, PASSWORD and the app's code
sign_in_patient(page, base_url, user, smtp_sink)     # types address and the code from the mail
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.core.cache import cache
from django.test import Client

from patients.models import Membership, User
from tests.factories import PASSWORD, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.services import Inbox

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE = re.compile(r"\b(\d{4}-\d{4})\b")


def staff_client(membership: Membership) -> Client:
    give_app(membership.user)
    return sign_in(Client(), membership)


def patient_client(membership: Membership) -> Client:
    return sign_in(Client(), membership)


def long_ago(client: Client) -> Client:
    """As if they had signed in, and confirmed who they are, an hour before."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    return client


def give_app(user: User, secret: str = TOTP_SECRET) -> None:
    """An authenticator app whose key the test knows."""
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(secret)}}
    )


def app_code(user: User) -> str:
    """What the user's app shows now. Forgets that it was used, so that a test need not wait half a minute."""
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    code = code_now(decrypt(app.data["secret"]))
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")
    return code


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in_staff(page: Page, base_url: str, user: User, password: str = PASSWORD) -> None:
    if not Authenticator.objects.filter(
        user=user, type=Authenticator.Type.TOTP, data__has_key="secret"
    ).exists():
        give_app(user)
    page.goto(f"{base_url}/sign-in/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code").fill(app_code(user))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def sign_in_patient(page: Page, base_url: str, user: User, smtp_sink: Inbox) -> None:
    before = len(smtp_sink.to(user.email))
    page.goto(f"{base_url}/sign-in/code/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(mailed_code(smtp_sink, user.email, count=before + 1))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def mailed_code(smtp_sink: Inbox, address: str, count: int = 1) -> str:
    """The newest code to this address, from the `count`-th message on: a reminder may come between."""
    from tests.services import wait_for  # it brings the services, which most of who signs in need not

    def codes() -> list[str]:
        parts = (message.get_body(("plain",)) for message in smtp_sink.to(address)[count - 1 :])
        found = (CODE.search(part.get_content()) for part in parts if part is not None)
        return [one[1] for one in found if one]

    wait_for(lambda: bool(codes()), f"a code to {address}")
    return codes()[-1]
