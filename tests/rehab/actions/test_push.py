"""Web push over real HTTP to a push service of the test's own, decrypted as a browser would."""

import base64
import json
import threading
from collections.abc import Generator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command
from django.db import transaction
from py_vapid import Vapid02
from pytest_django.fixtures import Settings

from patients.models import MailState, OutboxMail
from rehab.actions import outbox, push, reminders
from rehab.actions.outbox import Delivery
from rehab.models import PushSubscription
from tests import factories as make
from tests.rehab.actions.test_reminders import MORNING
from tests.rehab.runner import Runner, make_runner
from tests.worker import working

pytestmark = pytest.mark.django_db(transaction=True)


class PushService(HTTPServer):
    """Takes messages and answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.taken = 201, []
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"

    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _text(point), "auth": _text(self.secret)}


class Handler(BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.headers, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def service(settings: Settings) -> Generator[PushService, None, None]:
    vapid = Vapid02()
    vapid.generate_keys()
    number = vapid.private_key.private_numbers().private_value.to_bytes(32, "big")
    settings.PUSH_PRIVATE_KEY, settings.PUSH_SERVICES = _text(number), ["127.0.0.1"]
    made = PushService()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def runner(cluster: object, service: PushService) -> Runner:
    with transaction.atomic():
        runner = make_runner()
        with runner.signed_in():
            address = f"http://127.0.0.1:{service.server_port}/a-browser"
            for _ in range(2):
                push.subscribe(membership=runner.member, endpoint=address, now=MORNING, **service.keys())
            choice = {"by_push": True, "by_mail": False}
            reminders.choose(membership=runner.member, choice=choice, now=MORNING)
    return runner


def send() -> Delivery:
    with working():
        reminders.prepare(now=MORNING)
        with outbox.post_office(reminders.COMPOSERS, {reminders.BY_PUSH: push.carry}) as office:
            while office.deliver_batch(now=MORNING):
                pass
    return office.total


def test_a_message_reaches_the_browser_and_only_the_browser_can_read_it(
    runner: Runner, service: PushService
) -> None:
    assert send() == Delivery(sent=1)
    ((headers, body),) = service.taken
    said = json.loads(http_ece.decrypt(body, private_key=service.key, auth_secret=service.secret))
    assert said == {
        "title": "Plimsoll",
        "body": "Your diary has something open for today.",
        "path": "/me/next/morning/",
    }
    assert b"diary" not in body
    assert headers["Authorization"].startswith("vapid t=")
    assert headers["TTL"] == "10800"
    assert send() == Delivery()


def test_a_browser_that_took_its_yes_back_is_forgotten(runner: Runner, service: PushService) -> None:
    service.status = 410
    assert send() == Delivery(skipped=1)
    with make.inside(runner.clinic):
        assert not PushSubscription.objects.exists()
        assert OutboxMail.objects.get().last_error == "BROWSER_GONE"


def test_a_service_in_trouble_is_tried_again(runner: Runner, service: PushService) -> None:
    service.status = 503
    assert send() == Delivery(failed=1)
    service.status = 201
    with working(), outbox.post_office(reminders.COMPOSERS, {reminders.BY_PUSH: push.carry}) as office:
        office.deliver_batch(now=MORNING + timedelta(minutes=5))
    with make.inside(runner.clinic):
        assert OutboxMail.objects.get().state == MailState.SENT


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
    ],
)
def test_known_services_are_taken(endpoint: str) -> None:
    assert push.is_push_service(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://user@fcm.googleapis.com/abc",
        "https://fcm.googleapis.com.evil.example/abc",
        "https://evilpush.apple.com.example/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "http://127.0.0.1:6379/",
        "https://[::1]/",
        "https://fcm.googleapis.com:99999/",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_address_is_ever_called(endpoint: str) -> None:
    """A browser's address must not become a way into our own net."""
    assert not push.is_push_service(endpoint)


def test_new_keys_are_settings_that_a_push_service_can_check() -> None:
    said = StringIO()
    call_command("push_keys", stdout=said)
    private, public = (line.partition("=")[2] for line in said.getvalue().splitlines())
    vapid = Vapid02.from_raw(private.encode())
    point = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert _text(point) == public
