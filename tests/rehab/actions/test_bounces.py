"""A mail that comes back is recorded with the mail, and nobody writes to that address again by routine."""

import email
import io
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from patients.models import MailState, OutboxMail
from rehab.actions import bounces
from rehab.actions.bounces import Bounce
from tests import factories as make
from tests.worker import working

NOTICE = """From: MAILER-DAEMON@mx.example
To: bounces@plimsoll.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; someone@example.org
Action: {action}
Status: {status}

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: Your week

--b--
"""


def notice(**other: str) -> str:
    told = {"action": "failed", "status": "5.1.1", "kind": "message/rfc822", "message_id": "<a@x>", **other}
    return NOTICE.format(**told)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_the_mail_and_the_reason_are_read(kind: str) -> None:
    assert bounces.read(email.message_from_string(notice(kind=kind))) == Bounce("<a@x>", "5.1.1")


@pytest.mark.parametrize(
    "text",
    [
        notice(action="delayed", status="4.4.1"),
        notice(action="failed", status="4.2.2"),
        notice(message_id=""),
        "Subject: Out of office\n\nI am away.",
        "",
    ],
    ids=["delayed", "temporary", "no mail named", "away", "empty"],
)
def test_anything_else_is_no_bounce(text: str) -> None:
    assert bounces.read(email.message_from_string(text)) is None


@pytest.mark.django_db(transaction=True)
def test_the_command_records_it_once_and_the_weekly_mail_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = make.make_clinic()
    mail = make.make_mail(clinic, state=MailState.SENT, sent_at=make.NOW, next_attempt_at=None)
    text = notice(message_id=mail.message_id).encode()
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))
        with working():
            call_command("record_bounce", stdout=io.StringIO())
    with make.inside(clinic):
        after = OutboxMail.objects.bounced().get()
    assert (after.id, after.bounce_code, after.state) == (mail.id, "5.1.1", MailState.SENT)
