"""Sends what waits in the outbox: at least once, each time under the same Message-ID.

A mail is leased in one short transaction, sent outside any, and ticked off in another. Whoever dies between
leaves a lease that runs out; attempts are counted before sending, so a mail that kills its sender ends too.
"""

import logging
import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from patients.emails import Mail
from patients.models import MailState, OutboxMail
from patients.models.outbox import MAX_ATTEMPTS
from physio.web.tenancy import tenant
from rehab.queries import due

log = logging.getLogger(__name__)

ACTOR = "worker"
BATCH = 50
LEASE = timedelta(minutes=10)  # longer than a batch can take with every send timing out
FIRST_RETRY = timedelta(seconds=30)


class Skipped(Exception):
    """The mail is no longer wanted. `reason` is a code that is stored and counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Compose = Callable[
    [OutboxMail, datetime], Mail
]  # writes the mail at the moment of sending, or raises Skipped


Carry = Callable[[OutboxMail], None]  # brings one kind another way than by mail


@dataclass
class Delivery:
    sent: int = 0
    failed: int = 0
    dead: int = 0
    skipped: int = 0


class PostOffice:
    """One connection to the mail server, kept for many mails."""

    def __init__(
        self,
        connection: BaseEmailBackend,
        composers: Mapping[str, Compose],
        carriers: Mapping[str, Carry],
    ) -> None:
        self._connection = connection
        self._composers = composers
        self._carriers = carriers
        self.total = Delivery()

    def deliver_batch(self, *, now: datetime) -> bool:
        """Up to BATCH mails. False when nothing was due, or everything due is in other hands."""
        took = False
        for clinic_id, mail_ids in due.in_batches(due.mails(now=now, wanted=BATCH), BATCH):
            for mail in _lease(clinic_id, mail_ids, now):
                took = True
                self._deliver(mail, now)
        return took

    def _deliver(self, mail: OutboxMail, now: datetime) -> None:
        if mail.attempts > MAX_ATTEMPTS:  # the last attempt never came back
            self._give_up(mail, "no answer from the last attempt", now)
            return
        try:
            self._compose(mail, now)
            self._carriers.get(mail.kind, self._send)(mail)
        except Skipped as skipped:
            self.total.skipped += 1
            _close(mail, state=MailState.SKIPPED, last_error=skipped.reason)
        except Exception as error:  # whatever it is, this mail is tried again and the next one goes out
            log.warning("mail not sent: %s", _words(error), extra={"mail_id": str(mail.id)})
            self._try_again(mail, _words(error), now)
        else:
            self.total.sent += 1
            _close(mail, state=MailState.SENT, sent_at=now, last_error="")

    def _compose(self, mail: OutboxMail, now: datetime) -> None:
        """Some mails are written at the moment of sending, so that they never tell an old story."""
        compose = self._composers.get(mail.kind)
        if compose is not None:
            with transaction.atomic(), _inside(mail.clinic_id):
                written = compose(mail, now)
            mail.subject, mail.text, mail.html = written.subject, written.text, written.html

    def _send(self, mail: OutboxMail) -> None:
        message = EmailMultiAlternatives(
            mail.subject,
            mail.text,
            to=[mail.to_address],
            headers={**mail.headers, "Message-ID": mail.message_id},
            connection=self._connection,
        )
        if mail.html:
            message.attach_alternative(mail.html, "text/html")
        try:
            self._connection.open()  # does nothing when it is open
            message.send()
        except (OSError, smtplib.SMTPException):
            self._connection.close()  # the next mail starts afresh
            raise

    def _try_again(self, mail: OutboxMail, error: str, now: datetime) -> None:
        if mail.attempts >= MAX_ATTEMPTS:
            self._give_up(mail, error, now)
            return
        self.total.failed += 1
        later = now + FIRST_RETRY * 2**mail.attempts
        _release(mail, state=MailState.PENDING, next_attempt_at=later, last_error=error)

    def _give_up(self, mail: OutboxMail, error: str, now: datetime) -> None:
        self.total.dead += 1
        log.error("mail given up", extra={"mail_id": str(mail.id)})
        _close(mail, state=MailState.DEAD, last_error=error)


@contextmanager
def post_office(
    composers: Mapping[str, Compose], carriers: Mapping[str, Carry] = MappingProxyType({})
) -> Iterator[PostOffice]:
    """Closes the connection at the end."""
    connection = get_connection()
    try:
        yield PostOffice(connection, composers, carriers)
    finally:
        connection.close()


def _lease(clinic_id: UUID | None, mail_ids: Sequence[UUID], now: datetime) -> list[OutboxMail]:
    with transaction.atomic(), _inside(clinic_id):
        waiting = OutboxMail.objects.due(now).filter(id__in=mail_ids).select_for_update(skip_locked=True)
        mails = list(waiting.order_by("next_attempt_at", "id"))
        for mail in mails:
            mail.state, mail.attempts = MailState.SENDING, mail.attempts + 1
            mail.lease_until = mail.next_attempt_at = now + LEASE
        OutboxMail.objects.bulk_update(mails, ("state", "attempts", "lease_until", "next_attempt_at"))
    return mails


def _close(mail: OutboxMail, **fields: object) -> None:
    _release(mail, next_attempt_at=None, **fields)


def _release(mail: OutboxMail, **fields: object) -> None:
    """Only while the lease is still ours: a slow sender must not undo what the next one did."""
    with transaction.atomic(), _inside(mail.clinic_id):
        ours = OutboxMail.objects.filter(id=mail.id, lease_until=mail.lease_until)
        ours.update(lease_until=None, to_address=mail.to_address, subject=mail.subject, **fields)


def _inside(clinic_id: UUID | None) -> AbstractContextManager[None]:
    return nullcontext() if clinic_id is None else tenant(clinic_id=clinic_id, actor=ACTOR)


def _words(error: Exception) -> str:
    """The error's type and the server's code; its text may quote an address."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
