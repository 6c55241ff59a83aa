"""Sends what waits in the outbox: at least once, each time under the same Message-ID.

A mail is leased in one short transaction, sent outside any, and ticked off in another. Whoever dies between
leaves a lease that runs out; attempts are counted before sending, so a mail that kills its sender ends too.
A mail server that is away is no mail's fault: then nothing is counted, and all of them wait.
"""

import logging
import smtplib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from patients.emails import Mail
from patients.models import MailState, OutboxMail
from patients.models.outbox import MAX_ATTEMPTS
from physio.web.tenancy import at_once, tenant
from rehab.actions import heartbeats, pacing
from rehab.queries import due

log = logging.getLogger(__name__)

ACTOR = "worker"
HEARTBEAT = "mail"
BATCH = 100
LEASE = timedelta(minutes=10)
AT_IT = timedelta(minutes=4)  # a batch goes no further after that, well before its lease ends
FIRST_RETRY = timedelta(seconds=30)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)  # while the mail server is away
TIME_OUTS = 3  # so many in a row: the server is there and does not work
PERMANENT = range(500, 600)
RELEASED = (
    "state", "attempts", "next_attempt_at", "slot_at", "sent_at", "last_error", "bounced_at", "bounce_code",
    "to_address", "subject",
)  # fmt: skip
RELEASE = """
    UPDATE patients_outboxmail
    SET state = %s, attempts = %s, next_attempt_at = %s, slot_at = %s, sent_at = %s, last_error = %s,
        bounced_at = %s, bounce_code = %s, to_address = %s, subject = %s, lease_until = NULL
    WHERE id = %s AND lease_until = %s
"""


class Skipped(Exception):
    """The mail is no longer wanted. `reason` is a code that is stored and counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerAway(Exception):
    """No mail can go out now; the text says why, without an address."""


Compose = Callable[
    [OutboxMail, datetime], Mail
]  # writes the mail at the moment of sending, or raises Skipped
Together = Callable[
    [Sequence[OutboxMail], datetime], Mapping[UUID, Mail | Skipped]
]  # the same for many mails of one clinic and kind, in a fixed number of queries
Carry = Callable[[OutboxMail], None]  # brings one kind another way than by mail
Undelivered = Callable[[OutboxMail, datetime], None]  # what else has to be done when a mail is given up


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
        self._composers = composers
        self._together = together
        self._written: dict[UUID, Mail | Skipped] = {}
        self._carriers = carriers
        self._undelivered = undelivered
        self._time_outs = 0
        self._away = False
        self.total = Delivery()

    def deliver_batch(self, *, now: datetime) -> bool:
        """Up to BATCH mails. False when nothing was due, others have it, or the server is away."""
        took = False
        for clinic_id, mail_ids in due.in_batches(due.mails(now=now, wanted=BATCH), BATCH):
            mails = _lease(clinic_id, mail_ids, now)
            took = took or bool(mails)
            self._deliver(mails, now)
            if self._away:
                return False
        return took

    def _deliver(self, mails: Sequence[OutboxMail], now: datetime) -> None:
        """Write them, ask which domains have room, send those. What is left over goes back, not counted."""
        began = time.monotonic()
        self._written = self._write_together(mails, now)
        written = [mail for mail in mails if self._ready(mail, now) and not self._carried(mail, now)]
        room = pacing.take_slots(written, now=now)
        for place, mail in enumerate(written):
            slot = room.get(mail.id)
            if slot is not None:
                self.total.put_off += 1
                _put_back(mail, until=slot, slot_at=slot)
                continue
            try:
                self._send(mail, now)
            except ServerAway as away:
                self._away = True
                log.warning("mail server away: %s", away, extra={"count": len(written) - place})
            if self._away or time.monotonic() - began > AT_IT.total_seconds():
                for rest in written[place + self._closed(mail) :]:
                    self.total.put_off += 1
                    _put_back(rest, until=now + _pause(rest, now))
                return

    def _closed(self, mail: OutboxMail) -> int:
        return int(mail.state != MailState.SENDING)

    def _ready(self, mail: OutboxMail, now: datetime) -> bool:
        """Written, and still wanted."""
        if mail.attempts > MAX_ATTEMPTS:  # the last attempt never came back
            self._give_up(mail, "no answer from the last attempt", now)
            return False
        try:
            self._compose(mail, now)
        except Skipped as skipped:
            self._skip(mail, skipped)
            return False
        except Exception as error:  # whatever it is, this mail is tried again and the next one goes out
            self._try_again(mail, _words(error), now)
            return False
        return True

    def _write_together(self, mails: Sequence[OutboxMail], now: datetime) -> dict[UUID, Mail | Skipped]:
        """Those of one kind at once. Where one of them cannot be written, each is tried by itself."""
        found: dict[UUID, Mail | Skipped] = {}
        for kind, write in self._together.items():
            same = [mail for mail in mails if mail.kind == kind and mail.attempts <= MAX_ATTEMPTS]
            if len(same) < 2:
                continue
            try:
                with transaction.atomic(), _inside(same[0].clinic_id):
                    found |= write(same, now)
            except Exception as error:
                log.warning("mails not written together: %s", _words(error), extra={"count": len(same)})
        return found

    def _compose(self, mail: OutboxMail, now: datetime) -> None:
        """Some mails are written at the moment of sending, so that they never tell an old story."""
        written = self._written.pop(mail.id, None)
        compose = self._composers.get(mail.kind)
        if written is None and compose is not None:
            with transaction.atomic(), _inside(mail.clinic_id):
                written = compose(mail, now)
        if isinstance(written, Skipped):
            raise written
        if written is not None:
            mail.subject, mail.text, mail.html = written.subject, written.text, written.html

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
            self._try_again(mail, _words(error), now)
        else:
            self._tick_off(mail, now)
        return True

    def _skip(self, mail: OutboxMail, skipped: Skipped) -> None:
        self.total.skipped += 1
        _close(mail, state=MailState.SKIPPED, last_error=skipped.reason)

    def _tick_off(self, mail: OutboxMail, now: datetime) -> None:
        self.total.sent += 1
        _close(mail, state=MailState.SENT, sent_at=now, last_error="")

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
            self._try_again(mail, _words(error), now)
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
            raise ServerAway(_words(error)) from error

    def _try_again(self, mail: OutboxMail, error: str, now: datetime) -> None:
        log.warning("mail not sent: %s", error, extra={"mail_id": str(mail.id)})
        if mail.attempts >= MAX_ATTEMPTS:
            self._give_up(mail, error, now)
            return
        self.total.failed += 1
        later = now + FIRST_RETRY * 2**mail.attempts
        _release(mail, state=MailState.PENDING, next_attempt_at=later, slot_at=None, last_error=error)

    def _bounce(self, mail: OutboxMail, code: str, now: datetime) -> None:
        """The server knows that nobody lives there: asking seven times more would only cost our good name."""
        self._give_up(mail, f"SMTPRecipientsRefused {code}", now, bounced_at=now, bounce_code=code)

    def _give_up(self, mail: OutboxMail, error: str, now: datetime, **fields: object) -> None:
        self.total.dead += 1
        log.error("mail given up", extra={"mail_id": str(mail.id)})
        _close(mail, state=MailState.DEAD, last_error=error, **fields)
        undelivered = self._undelivered.get(mail.kind)
        if undelivered is not None:
            with transaction.atomic(), _inside(mail.clinic_id):
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


def _message(mail: OutboxMail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to_address],
        headers={**mail.headers, "Message-ID": mail.message_id},
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _lease(clinic_id: UUID | None, mail_ids: Sequence[UUID], now: datetime) -> list[OutboxMail]:
    with transaction.atomic(), _inside(clinic_id):
        waiting = OutboxMail.objects.due(now).filter(id__in=mail_ids).select_for_update(skip_locked=True)
        mails = list(waiting.order_by("-urgent", "next_attempt_at", "id"))
        until = now + LEASE
        OutboxMail.objects.filter(id__in=[mail.id for mail in mails]).update(
            state=MailState.SENDING, attempts=F("attempts") + 1, lease_until=until, next_attempt_at=until
        )
    for mail in mails:
        mail.state, mail.attempts = MailState.SENDING, mail.attempts + 1
        mail.lease_until = mail.next_attempt_at = until
    return mails


def _pause(mail: OutboxMail, now: datetime) -> timedelta:
    """Longer the longer it has waited: a short outage is over soon, a long one is not asked every second."""
    return min(max((now - mail.created_at) / 4, SHORTEST_PAUSE), LONGEST_PAUSE)


def _put_back(mail: OutboxMail, *, until: datetime, slot_at: datetime | None = None) -> None:
    """Not this mail's fault: the attempt is not counted."""
    _release(
        mail, state=MailState.PENDING, attempts=mail.attempts - 1, next_attempt_at=until, slot_at=slot_at
    )


def _close(mail: OutboxMail, **fields: object) -> None:
    _release(mail, next_attempt_at=None, **fields)


def _release(mail: OutboxMail, **fields: object) -> None:
    """Only while the lease is still ours: a slow sender must not undo what the next one did."""
    for name, value in fields.items():
        setattr(mail, name, value)
    values = [getattr(mail, name) for name in RELEASED]
    at_once(RELEASE, [*values, mail.id, mail.lease_until], clinic_id=mail.clinic_id, actor=ACTOR)


def _inside(clinic_id: UUID | None) -> AbstractContextManager[None]:
    return nullcontext() if clinic_id is None else tenant(clinic_id=clinic_id, actor=ACTOR)


def _timed_out(error: Exception) -> bool:
    """smtplib tells a time-out as a lost connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _words(error: Exception) -> str:
    """The error's type and the server's code; its text may quote an address."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
