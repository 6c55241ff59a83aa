"""Writes a mail at the moment of sending, so that it never tells an old story; many of one kind at once.

Each kind of mail says in its own module who writes it, who else brings it, and what follows when it is given
up.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.emails import Mail
from patients.models import OutboxMail
from patients.models.outbox import MAX_ATTEMPTS
from rehab.actions.mail_leases import inside

log = logging.getLogger(__name__)


class Skipped(Exception):
    """The mail is no longer wanted. `reason` is a code that is stored and counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Compose = Callable[
    [OutboxMail, datetime], Mail
]  # writes the mail at the moment of sending, or raises Skipped
Together = Callable[
    [Sequence[OutboxMail], datetime], Mapping[UUID, Mail | Skipped]
]  # the same for many mails of one clinic and kind, in a fixed number of queries
Carry = Callable[[OutboxMail], None]  # brings one kind another way than by mail
Undelivered = Callable[[OutboxMail, datetime], None]  # what else has to be done when a mail is given up


class Writer:
    """Knows who writes which kind. A kind that nobody writes goes out as it stands."""

    def __init__(self, composers: Mapping[str, Compose], together: Mapping[str, Together]) -> None:
        self._composers = composers
        self._together = together
        self._written: dict[UUID, Mail | Skipped] = {}

    def begin(self, mails: Sequence[OutboxMail], now: datetime) -> None:
        """Those of one kind at once. Where one of them cannot be written, each is tried by itself."""
        self._written = {}
        for kind, write in self._together.items():
            same = [mail for mail in mails if mail.kind == kind and mail.attempts <= MAX_ATTEMPTS]
            if len(same) < 2:
                continue
            try:
                with transaction.atomic(), inside(same[0].clinic_id):
                    self._written |= write(same, now)
            except Exception as error:
                log.warning("mails not written together: %s", words_of(error), extra={"count": len(same)})

    def write(self, mail: OutboxMail, now: datetime) -> None:
        """Gives the mail its words, or raises Skipped."""
        written = self._written.pop(mail.id, None)
        compose = self._composers.get(mail.kind)
        if written is None and compose is not None:
            with transaction.atomic(), inside(mail.clinic_id):
                written = compose(mail, now)
        if isinstance(written, Skipped):
            raise written
        if written is not None:
            mail.subject, mail.text, mail.html = written.subject, written.text, written.html


def words_of(error: Exception) -> str:
    """The error's type and the server's code; its text may quote an address."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
