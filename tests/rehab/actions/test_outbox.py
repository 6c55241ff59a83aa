"""Mail is sent at least once, under one Message-ID, and no mail stands in the way of another."""

import smtplib
from datetime import datetime, timedelta

import pytest
from django.core.mail.backends.smtp import EmailBackend

from patients.emails import Mail
from patients.models import Clinic, MailState, OutboxMail
from patients.models.outbox import MAX_ATTEMPTS
from rehab.actions import outbox
from rehab.actions.outbox import Compose, Delivery, Skipped
from tests import factories as make
from tests.services import Inbox
from tests.worker import working

NOW = make.NOW
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> Clinic:
    return make.make_clinic()


def deliver(now: datetime = NOW, **composers: Compose) -> Delivery:
    with working(), outbox.post_office(composers) as office:
        while office.deliver_batch(now=now):
            pass
    return office.total


def stored(mail: OutboxMail) -> OutboxMail:
    with make.inside(mail.clinic_id):
        return OutboxMail.objects.get(id=mail.id)


def test_a_due_mail_is_sent_as_it_stands(clinic: Clinic, smtp_sink: Inbox) -> None:
    mail = make.make_mail(clinic, html="<p>Hello</p>", headers={"List-Unsubscribe": "<https://x.example/>"})
    assert deliver() == Delivery(sent=1)
    (message,) = smtp_sink.messages
    assert message["Message-ID"] == mail.message_id
    assert message["List-Unsubscribe"] == "<https://x.example/>"
    assert message["Subject"] == "Your week"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}
    after = stored(mail)
    assert (after.state, after.sent_at, after.attempts, after.next_attempt_at) == (
        MailState.SENT,
        NOW,
        1,
        None,
    )


def test_a_mail_that_is_not_due_waits(clinic: Clinic, smtp_sink: Inbox) -> None:
    make.make_mail(clinic, next_attempt_at=NOW + timedelta(seconds=1))
    assert deliver() == Delivery()
    assert smtp_sink.messages == []


def test_sending_again_does_nothing(clinic: Clinic, smtp_sink: Inbox) -> None:
    make.make_mail(clinic)
    deliver()
    assert deliver(NOW + timedelta(days=1)) == Delivery()
    assert len(smtp_sink.messages) == 1


def test_mails_of_every_clinic_and_of_none_go_over_one_connection(
    clinic: Clinic, smtp_sink: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    really_open = EmailBackend.open
    monkeypatch.setattr(EmailBackend, "open", lambda self: opened.append(really_open(self)) or opened[-1])
    for place in (clinic, clinic, make.make_clinic()):
        make.make_mail(place)
    with working():
        OutboxMail.objects.create(
            kind="NOTICE", dedupe_key="notice", to_address="a@b.example", message_id="<n@x>",
            next_attempt_at=NOW, created_at=NOW,
        )  # fmt: skip
    assert deliver() == Delivery(sent=4)
    assert opened.count(True) == 1


def test_a_retry_bears_the_same_message_id(
    clinic: Clinic, smtp_sink: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = make.make_mail(clinic)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_close", _killed)  # the server had it; we died before ticking it off
        with pytest.raises(KeyboardInterrupt):
            deliver()
    assert stored(mail).state == MailState.SENDING
    assert deliver(NOW + outbox.LEASE - timedelta(seconds=1)) == Delivery()
    assert deliver(NOW + outbox.LEASE) == Delivery(sent=1)
    assert [message["Message-ID"] for message in smtp_sink.messages] == [mail.message_id] * 2


def _killed(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_a_server_that_is_away_is_tried_again_later_and_later(
    clinic: Clinic, smtp_sink: Inbox, settings: pytest.FixtureRequest
) -> None:
    mail = make.make_mail(clinic)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody listens there
    waits, now = [], NOW
    for _ in range(MAX_ATTEMPTS - 1):
        assert deliver(now) == Delivery(failed=1)
        waits.append(stored(mail).next_attempt_at - now)
        now = stored(mail).next_attempt_at
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert stored(mail).last_error == "ConnectionRefusedError"
    settings.EMAIL_PORT = port
    assert deliver(now) == Delivery(sent=1)


def test_after_eight_attempts_it_is_given_up_and_shown_as_dead(
    clinic: Clinic, smtp_sink: Inbox, settings: pytest.FixtureRequest
) -> None:
    mail = make.make_mail(clinic, attempts=MAX_ATTEMPTS - 1)
    settings.EMAIL_PORT = 1
    assert deliver() == Delivery(dead=1)
    with make.inside(clinic):
        assert list(OutboxMail.objects.dead()) == [mail]


def test_a_mail_that_kills_its_sender_each_time_is_given_up(clinic: Clinic, smtp_sink: Inbox) -> None:
    mail = make.make_mail(clinic, attempts=MAX_ATTEMPTS, state=MailState.SENDING, lease_until=NOW)
    assert deliver() == Delivery(dead=1)
    assert stored(mail).state == MailState.DEAD
    assert smtp_sink.messages == []


def test_a_refused_address_does_not_keep_the_others_waiting(clinic: Clinic, smtp_sink: Inbox) -> None:
    bad = make.make_mail(clinic, to_address="not an address\n")
    good = make.make_mail(clinic)
    assert deliver() == Delivery(sent=1, failed=1)
    assert (stored(bad).state, stored(good).state) == (MailState.PENDING, MailState.SENT)
    assert "@" not in stored(bad).last_error


def test_some_mails_are_written_only_when_they_are_sent(clinic: Clinic, smtp_sink: Inbox) -> None:
    mail = make.make_mail(clinic, kind="LATE", subject="", text="")
    assert deliver(LATE=lambda row, now: Mail(f"Written at {now:%H:%M}", "Text", "")) == Delivery(sent=1)
    assert smtp_sink.messages[0]["Subject"] == "Written at 09:00"
    assert stored(mail).subject == "Written at 09:00"


def test_a_mail_no_longer_wanted_is_skipped_with_its_reason(clinic: Clinic, smtp_sink: Inbox) -> None:
    def unwanted(row: OutboxMail, now: datetime) -> Mail:
        raise Skipped("OPTED_OUT")

    mail = make.make_mail(clinic, kind="LATE")
    assert deliver(LATE=unwanted) == Delivery(skipped=1)
    assert (stored(mail).state, stored(mail).last_error) == (MailState.SKIPPED, "OPTED_OUT")
    assert smtp_sink.messages == []


def test_a_slow_sender_does_not_undo_what_the_next_one_did(
    clinic: Clinic, smtp_sink: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = make.make_mail(clinic)

    def meanwhile(office: outbox.PostOffice, row: OutboxMail) -> None:
        with make.inside(clinic):  # the lease ran out and somebody else took it
            OutboxMail.objects.filter(id=mail.id).update(lease_until=NOW + timedelta(hours=1))
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(outbox.PostOffice, "_send", meanwhile)
    deliver()
    after = stored(mail)
    assert (after.state, after.lease_until) == (MailState.SENDING, NOW + timedelta(hours=1))
