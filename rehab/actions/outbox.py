"""Sends what waits in the outbox: at least once, each time under the same Message-ID.

A mail is leased in one short transaction, sent outside any, and ticked off in another. Whoever dies between
leaves a lease that runs out; attempts are counted before sending, so a mail that kills its sender ends too.
A mail server that is away is no mail's fault: then nothing is counted, and all of them wait.
"""

import logging
import smtplib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from patients.models import MailState, OutboxMail
from patients.models.outbox import MAX_ATTEMPTS
from rehab.actions import heartbeats, mail_leases, pacing
from rehab.actions.mail_writing import Carry, Compose, Skipped, Together, Undelivered, Writer, words_of
from rehab.queries import due

log = logging.getLogger(__name__)

HEARTBEAT = "mail"
BATCH = 100
AT_IT = timedelta(minutes=4)  # a batch goes no further after that, well before its lease ends
FIRST_RETRY = timedelta(seconds=30)
TIME_OUTS = 3  # so many in a row: the server is there and does not work
PERMANENT = range(500, 600)


class ServerAway(Exception):
    """No mail can go out now; the text says why, without an address."""


@dataclass
class Delivery:
    """`put_off`: not now, and not counted: the domain has had its share, or the server is away."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    skipped: int = 0
    put_off: int = 0


class PostOffice:
    """One connection to the mail server, kept for many mails."""

    def __init__(
        self,
        connection: BaseEmailBackend,
        composers: Mapping[str, Compose],
        together: Mapping[str, Together],
        carriers: Mapping[str, Carry],
        undelivered: Mapping[str, Undelivered],
    ) -> None:
        self._connection = connection
        self._writer = Writer(composers, together)
        self._carriers = carriers
        self._undelivered = undelivered
        self._time_outs = 0
        self._away = False
        self.total = Delivery()

    def deliver_batch(self, *, now: datetime) -> bool:
        """Up to BATCH mails. False when nothing was due, others have it, or the server is away."""
        took = False
        for clinic_id, mail_ids in due.in_batches(due.mails(now=now, wanted=BATCH), BATCH):
            mails = mail_leases.take(clinic_id, mail_ids, now)
            took = took or bool(mails)
            self._deliver(mails, now)
            if self._away:
                return False
        return took

    def _deliver(self, mails: Sequence[OutboxMail], now: datetime) -> None:
        """Write them, ask which domains have room, send those. What is left over goes back, not counted."""
        began = time.monotonic()
        self._writer.begin(mails, now)
        written = [mail for mail in mails if self._ready(mail, now) and not self._carried(mail, now)]
        room = pacing.take_slots(written, now=now)
        for place, mail in enumerate(written):
            slot = room.get(mail.id)
            if slot is not None:
                self.total.put_off += 1
                mail_leases.put_back(mail, until=slot, slot_at=slot)
                continue
            try:
                self._send(mail, now)
            except ServerAway as away:
                self._away = True
                log.warning("mail server away: %s", away, extra={"count": len(written) - place})
            if self._away or time.monotonic() - began > AT_IT.total_seconds():
                for rest in written[place + self._closed(mail) :]:
                    self.total.put_off += 1
                    mail_leases.put_back(rest, until=now + mail_leases.pause(rest, now))
                return

    def _closed(self, mail: OutboxMail) -> int:
        return int(mail.state != MailState.SENDING)

    def _ready(self, mail: OutboxMail, now: datetime) -> bool:
        """Written, and still wanted."""
        if mail.attempts > MAX_ATTEMPTS:  # the last attempt never came back
            self._give_up(mail, "no answer from the last attempt", now)
            return False
        try:
            self._writer.write(mail, now)
        except Skipped as skipped:
            self._skip(mail, skipped)
            return False
        except Exception as error:  # whatever it is, this mail is tried again and the next one goes out
            self._try_again(mail, words_of(error), now)
            return False
        return True

    def _carried(self, mail: OutboxMail, now: datetime) -> bool:
        """Brought, or tried to, another way than by mail."""
        carry = self._carriers.get(mail.kind)
        if carry is None:
            return False
        try:
            carry(mail)
        except Skipped as skipped:
            self._skip(mail, skipped)
        except Exception as error:
            self._try_again(mail, words_of(error), now)
        else:
            self._tick_off(mail, now)
        return True

    def _skip(self, mail: OutboxMail, skipped: Skipped) -> None:
        self.total.skipped += 1
        mail_leases.close(mail, state=MailState.SKIPPED, last_error=skipped.reason)

    def _tick_off(self, mail: OutboxMail, now: datetime) -> None:
        self.total.sent += 1
        mail_leases.tick_off(mail, now)

    def _send(self, mail: OutboxMail, now: datetime) -> None:
        self._open()
        try:
            _message(mail, self._connection).send()
        except smtplib.SMTPRecipientsRefused as refused:
            self._connection.close()
            code = max((code for code, _ in refused.recipients.values()), default=0)
            if code in PERMANENT:
                self._bounce(mail, str(code), now)
            else:
                self._try_again(mail, f"SMTPRecipientsRefused {code}", now)
        except Exception as error:  # whatever it is, this mail is tried again and the next one goes out
            self._connection.close()  # the next mail starts afresh
            self._time_outs = self._time_outs + 1 if _timed_out(error) else 0
            self._try_again(mail, words_of(error), now)
            if self._time_outs >= TIME_OUTS:
                raise ServerAway(f"{TIME_OUTS} time-outs in a row") from error
        else:
            self._time_outs = 0
            self._tick_off(mail, now)

    def _open(self) -> None:
        try:
            self._connection.open()  # does nothing when it is open
        except (OSError, smtplib.SMTPException) as error:
            self._connection.close()
            raise ServerAway(words_of(error)) from error

    def _try_again(self, mail: OutboxMail, error: str, now: datetime) -> None:
        log.warning("mail not sent: %s", error, extra={"mail_id": str(mail.id)})
        if mail.attempts >= MAX_ATTEMPTS:
            self._give_up(mail, error, now)
            return
        self.total.failed += 1
        later = now + FIRST_RETRY * 2**mail.attempts
        mail_leases.release(
            mail, state=MailState.PENDING, next_attempt_at=later, slot_at=None, last_error=error
        )

    def _bounce(self, mail: OutboxMail, code: str, now: datetime) -> None:
        """The server knows that nobody lives there: asking seven times more would only cost our good name."""
        self._give_up(mail, f"SMTPRecipientsRefused {code}", now, bounced_at=now, bounce_code=code)

    def _give_up(self, mail: OutboxMail, error: str, now: datetime, **fields: object) -> None:
        self.total.dead += 1
        log.error("mail given up", extra={"mail_id": str(mail.id)})
        mail_leases.close(mail, state=MailState.DEAD, last_error=error, **fields)
        undelivered = self._undelivered.get(mail.kind)
        if undelivered is not None:
            with transaction.atomic(), mail_leases.inside(mail.clinic_id):
                undelivered(mail, now)


@contextmanager
def post_office(
    composers: Mapping[str, Compose],
    carriers: Mapping[str, Carry] = MappingProxyType({}),
    undelivered: Mapping[str, Undelivered] = MappingProxyType({}),
    together: Mapping[str, Together] = MappingProxyType({}),
) -> Iterator[PostOffice]:
    """Closes the connection at the end."""
    connection = get_connection()
    try:
        yield PostOffice(connection, composers, together, carriers, undelivered)
    finally:
        connection.close()


def deliver(
    *,
    clock: Callable[[], datetime],
    composers: Mapping[str, Compose],
    together: Mapping[str, Together],
    carriers: Mapping[str, Carry],
    undelivered: Mapping[str, Undelivered],
) -> Delivery:
    """Everything that is due, over one connection; `clock` is asked before each batch."""
    with post_office(composers, carriers, undelivered, together) as office:
        while office.deliver_batch(now=clock()):
            pass
    detail = {name: count for name, count in vars(office.total).items() if count}
    heartbeats.beat(name=HEARTBEAT, now=clock(), detail=detail, done=office.total.sent)
    return office.total


@transaction.atomic
def retry(*, mail_id: UUID, now: datetime) -> OutboxMail:
    """A person has mended what was wrong: eight new attempts. DoesNotExist unless it was given up."""
    mail = OutboxMail.objects.dead().select_for_update(of=("self",)).get(id=mail_id)
    mail.state, mail.attempts, mail.next_attempt_at = MailState.PENDING, 0, now
    mail.bounced_at, mail.bounce_code, mail.slot_at = None, "", None
    mail.save(update_fields=("state", "attempts", "next_attempt_at", "bounced_at", "bounce_code", "slot_at"))
    return mail


class _Message(EmailMultiAlternatives):
    """Its boundary is ours: to make one, Python compiles and runs an expression over every mail."""

    def message(self, **options: Any) -> Any:
        built = super().message(**options)
        if built.is_multipart():
            built.set_boundary(f"=={uuid4().hex}==")
        return built


def _message(mail: OutboxMail, connection: BaseEmailBackend) -> _Message:
    message = _Message(
        mail.subject,
        mail.text,
        to=[mail.to_address],
        headers={**mail.headers, "Message-ID": mail.message_id},
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _timed_out(error: Exception) -> bool:
    """smtplib tells a time-out as a lost connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
