"""Mail is sent at least once, under one Message-ID, and no mail stands in the way of another."""

import asyncio
import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection

from patients.emails import Mail
from patients.models import Clinic, MailState, OutboxMail
from patients.models.outbox import MAX_ATTEMPTS
from rehab.actions import mail_leases, outbox
from rehab.actions.mail_writing import Compose, Skipped
from rehab.actions.outbox import Delivery
from tests import factories as make
from tests.services import Inbox, free_port
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
        patch.setattr(mail_leases, "tick_off", _killed)  # the server had it; we died before ticking it off
        with pytest.raises(KeyboardInterrupt):
            deliver()
    assert stored(mail).state == MailState.SENDING
    assert deliver(NOW + mail_leases.LEASE - timedelta(seconds=1)) == Delivery()
    assert deliver(NOW + mail_leases.LEASE) == Delivery(sent=1)
    assert [message["Message-ID"] for message in smtp_sink.messages] == [mail.message_id] * 2


def test_only_the_tick_itself_does_not_wait_for_the_disk(clinic: Clinic) -> None:
    mail = make.make_mail(clinic)
    with working():
        (taken,) = mail_leases.take(clinic.id, [mail.id], NOW)
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = 'on'")
            mail_leases.tick_off(taken, NOW)
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
    assert stored(mail).state == MailState.SENT


def _killed(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_a_server_that_is_away_costs_no_mail_an_attempt(
    clinic: Clinic, smtp_sink: Inbox, settings: pytest.FixtureRequest
) -> None:
    """An outage of two days must not give up what waits: nobody would send it again."""
    mails = [make.make_mail(clinic) for _ in range(3)]
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody listens there
    waits = []
    for hours in (0, 0.1, 0.5, 2, 24, 48):
        now = NOW + timedelta(hours=hours)
        with make.inside(clinic):
            OutboxMail.objects.update(next_attempt_at=now)
        assert deliver(now) == Delivery(put_off=3)
        (waits_until,) = {stored(mail).next_attempt_at for mail in mails}
        waits.append(waits_until - now)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=30), timedelta(minutes=15))
    assert {(stored(mail).state, stored(mail).attempts) for mail in mails} == {(MailState.PENDING, 0)}
    settings.EMAIL_PORT = port
    assert deliver(waits_until) == Delivery(sent=3)


class Moody:
    """A server that answers as told, one answer for each recipient it is asked about, then kindly."""

    def __init__(self, *answers: str | float) -> None:
        self.answers = list(answers)
        self.kept: list[str] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = "250 OK"
        if answer == "drop":
            server.transport.close()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.kept.append(str(message_from_bytes(content)["Message-ID"]))
        return "250 Kept"


@pytest.fixture
def moody(settings: pytest.FixtureRequest) -> Iterator[Callable[..., Moody]]:
    running: list[Controller] = []

    def start(*answers: str | float) -> Moody:
        server = Moody(*answers)
        controller = Controller(server, hostname="127.0.0.1", port=free_port())
        controller.start()
        running.append(controller)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        return server

    yield start
    for controller in running:
        controller.stop()


def test_a_4xx_in_the_middle_of_a_batch_is_tried_again_later_and_later(
    clinic: Clinic, moody: Callable[..., Moody]
) -> None:
    mails = [make.make_mail(clinic) for _ in range(3)]
    server = moody("250 OK", *["451 Later"] * MAX_ATTEMPTS)
    assert deliver() == Delivery(sent=1, failed=2)
    slow = mails[1]
    waits, now = [], NOW
    with make.inside(clinic):
        OutboxMail.objects.filter(id=mails[2].id).update(state=MailState.SKIPPED, next_attempt_at=None)
    for _ in range(MAX_ATTEMPTS - 2):
        waits.append(stored(slow).next_attempt_at - now)
        now = stored(slow).next_attempt_at
        assert deliver(now) == Delivery(failed=1)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert stored(slow).last_error == "SMTPRecipientsRefused 451"
    now = stored(slow).next_attempt_at
    assert deliver(now) == Delivery(sent=1)
    assert server.kept == [mails[0].message_id, slow.message_id]


def test_a_connection_that_drops_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    clinic: Clinic, moody: Callable[..., Moody]
) -> None:
    mails = [make.make_mail(clinic) for _ in range(4)]
    server = moody("250 OK", "drop")
    assert deliver() == Delivery(sent=3, failed=1)
    assert deliver(NOW + timedelta(minutes=2)) == Delivery(sent=1)
    assert sorted(server.kept) == sorted(mail.message_id for mail in mails)


def test_a_server_that_hangs_is_left_after_three_time_outs(
    clinic: Clinic, moody: Callable[..., Moody], settings: pytest.FixtureRequest
) -> None:
    mails = [make.make_mail(clinic) for _ in range(6)]
    settings.EMAIL_TIMEOUT = 0.2
    server = moody(*[2.0] * 3)
    assert deliver() == Delivery(failed=3, put_off=3)
    assert [stored(mail).attempts for mail in mails] == [1, 1, 1, 0, 0, 0]
    settings.EMAIL_TIMEOUT = 5
    assert deliver(NOW + timedelta(hours=1)) == Delivery(sent=6)
    assert set(server.kept) == {mail.message_id for mail in mails}


def test_an_address_that_the_server_knows_nobody_at_bounces_at_once(
    clinic: Clinic, moody: Callable[..., Moody]
) -> None:
    bad, good = make.make_mail(clinic), make.make_mail(clinic)
    moody("550 5.1.1 Nobody here")
    assert deliver() == Delivery(sent=1, dead=1)
    after = stored(bad)
    assert (after.state, after.attempts, after.bounced_at, after.bounce_code) == (
        MailState.DEAD,
        1,
        NOW,
        "550",
    )
    assert stored(good).state == MailState.SENT


def test_after_eight_attempts_it_is_given_up_and_shown_as_dead(
    clinic: Clinic, moody: Callable[..., Moody]
) -> None:
    mail = make.make_mail(clinic, attempts=MAX_ATTEMPTS - 1)
    moody("451 Later")
    assert deliver() == Delivery(dead=1)
    with make.inside(clinic):
        assert list(OutboxMail.objects.dead()) == [mail]


def test_a_person_may_have_it_tried_again(clinic: Clinic, smtp_sink: Inbox) -> None:
    mail = make.make_mail(clinic, state=MailState.DEAD, attempts=8, next_attempt_at=None)
    with make.inside(clinic):
        outbox.retry(mail_id=mail.id, now=NOW)
        with pytest.raises(OutboxMail.DoesNotExist):
            outbox.retry(mail_id=mail.id, now=NOW)
    assert deliver() == Delivery(sent=1)
    assert [message["Message-ID"] for message in smtp_sink.messages] == [mail.message_id]


def test_urgent_mail_overtakes_what_waited_longer(clinic: Clinic, smtp_sink: Inbox) -> None:
    for _ in range(outbox.BATCH + 5):
        make.make_mail(clinic, next_attempt_at=NOW - timedelta(hours=1))
    urgent = make.make_mail(clinic, urgent=True)
    deliver()
    assert smtp_sink.messages[0]["Message-ID"] == urgent.message_id


class TestPacing:
    """A domain gets a minute's share at once, then a steady flow; nothing is lost, nobody else waits."""

    def test_the_rest_waits_for_its_turn(
        self, clinic: Clinic, smtp_sink: Inbox, settings: pytest.FixtureRequest
    ) -> None:
        settings.MAILS_PER_DOMAIN_AND_MINUTE = 10
        big = [make.make_mail(clinic, to_address=f"a{number}@Big.example") for number in range(25)]
        make.make_mail(clinic, to_address="a@small.example")
        make.make_mail(clinic, to_address="b@big.example", urgent=True)
        assert deliver() == Delivery(sent=12, put_off=15)
        waiting = sorted(at for mail in big if (at := stored(mail).next_attempt_at))
        assert waiting == [NOW + timedelta(seconds=6 * place) for place in range(1, 16)]
        assert {stored(mail).attempts for mail in big} == {0, 1}
        assert deliver(NOW + timedelta(seconds=30)) == Delivery(sent=5)
        assert deliver(NOW + timedelta(seconds=90)) == Delivery(sent=10)
        assert len(smtp_sink.messages) == 27

    def test_two_mailers_share_one_domains_room(
        self, clinic: Clinic, smtp_sink: Inbox, settings: pytest.FixtureRequest
    ) -> None:
        settings.MAILS_PER_DOMAIN_AND_MINUTE = 10
        for _ in range(2):  # each with its own connection and memory
            for _ in range(8):
                make.make_mail(clinic)
            deliver()
        assert len(smtp_sink.messages) == 10

    def test_with_the_guard_off_all_of_them_go_at_once(
        self, clinic: Clinic, smtp_sink: Inbox, settings: pytest.FixtureRequest
    ) -> None:
        settings.MAILS_PER_DOMAIN_AND_MINUTE = 0
        for _ in range(25):
            make.make_mail(clinic)
        assert deliver() == Delivery(sent=25)


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

    def meanwhile(message: EmailMultiAlternatives) -> None:
        with make.inside(clinic):  # the lease ran out and somebody else took it
            OutboxMail.objects.filter(id=mail.id).update(lease_until=NOW + timedelta(hours=1))
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailMultiAlternatives, "send", meanwhile)
    deliver()
    after = stored(mail)
    assert (after.state, after.lease_until) == (MailState.SENDING, NOW + timedelta(hours=1))
