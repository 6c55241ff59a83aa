"""The local mail and the demo codes: there in development, nowhere else."""

import os
import subprocess
import sys
from email.message import EmailMessage

import pytest

from tests import factories
from tests.sign_in import app_code, give_app

pytestmark = pytest.mark.django_db(transaction=True)
ROUTES = (
    "import django; django.setup(); from physio.web.routes import routes; print([r.path for r in routes()])"
)


@pytest.fixture
def folder(settings, tmp_path):
    settings.DEVELOPMENT_MAIL_DIR = str(tmp_path)
    message = EmailMessage()
    message["Subject"], message["To"] = "Your sign-in code", "robin@example.org"
    message.set_content("Your code: 1234-5678 <script>")
    message.add_alternative("<p>Your code</p><script>alert(1)</script>", subtype="html")
    (tmp_path / "one.eml").write_bytes(message.as_bytes())
    return tmp_path


def test_local_mail_is_listed_and_read(client, folder):
    assert "Your sign-in code" in client.get("/dev/mail/").text
    text = client.get("/dev/mail/one.eml/").text
    assert "1234-5678" in text and "&lt;script&gt;" in text and "sandbox" in text
    page = client.get("/dev/mail/one.eml/html/")
    policy = {part.strip() for part in page["Content-Security-Policy"].split(";")}
    assert policy == {"default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'", "sandbox"}


@pytest.mark.parametrize("name", ["two.eml", "..%2Fone.eml", "%2E%2E"])
def test_nothing_else_can_be_read(client, folder, name):
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_only_invented_staff_have_their_code_shown(client):
    clinic = factories.make_clinic()
    demo = factories.make_member(clinic, user=factories.make_user("jo@harbour.example"))
    real = factories.make_member(clinic, user=factories.make_user("jo@example.org"))
    for member in (demo, real):
        give_app(member.user, secret="JBSWY3DPEHPK3PXP" if member is demo else "KBSWY3DPEHPK3PXP")
    text = client.get("/dev/totp/").text
    assert app_code(demo.user) in text
    assert real.user.email not in text


@pytest.mark.parametrize(("kind", "routed"), [("development", True), ("production", False)])
def test_the_pages_are_routed_in_development_only(kind, routed):
    env = {
        **os.environ,
        "PLIMSOLL_ENV": kind,
        "PLIMSOLL_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijkl",
        "PLIMSOLL_BASE_URL": "https://plimsoll.example",
    }
    said = subprocess.run(
        [sys.executable, "-c", ROUTES], env=env, capture_output=True, text=True, check=True
    ).stdout
    assert "'sign-in/'" in said
    assert ("dev/" in said) is routed
