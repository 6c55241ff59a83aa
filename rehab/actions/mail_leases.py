"""Takes waiting mails for a while and gives them back: sent, given up, not wanted, or to be tried again.

Whoever dies with a mail in hand leaves a lease that runs out. Attempts are counted when a mail is taken, so
that one which kills its sender ends too.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from patients.models import MailState, OutboxMail
from physio.web.tenancy import at_once, tenant

ACTOR = "worker"
LEASE = timedelta(minutes=10)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)  # while the mail server is away
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
NOT_WAITING = "SELECT set_config('synchronous_commit', 'off', true)"


def take(clinic_id: UUID | None, mail_ids: Sequence[UUID], now: datetime) -> list[OutboxMail]:
    """Those that are due and in nobody else's hands, the urgent ones first."""
    with transaction.atomic(), inside(clinic_id):
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


def put_back(mail: OutboxMail, *, until: datetime, slot_at: datetime | None = None) -> None:
    """Not this mail's fault: the attempt is not counted."""
    release(mail, state=MailState.PENDING, attempts=mail.attempts - 1, next_attempt_at=until, slot_at=slot_at)


def pause(mail: OutboxMail, now: datetime) -> timedelta:
    """Longer the longer it has waited: a short outage is over soon, a long one is not asked every second."""
    return min(max((now - mail.created_at) / 4, SHORTEST_PAUSE), LONGEST_PAUSE)


def close(mail: OutboxMail, **fields: object) -> None:
    """Nothing more happens to it by itself."""
    release(mail, next_attempt_at=None, **fields)


def release(mail: OutboxMail, **fields: object) -> None:
    """Only while the lease is still ours: a slow sender must not undo what the next one did."""
    _write(RELEASE, mail, fields)


def tick_off(mail: OutboxMail, now: datetime) -> None:
    """It was sent. The only commit that does not wait for the disk, which would be half of a mail's time.

    Whatever happens to us, Postgres has it. If the server itself dies within the next second, the mail may go
    out again when its lease is over, under its Message-ID.
    """
    sent = {"state": MailState.SENT, "sent_at": now, "last_error": "", "next_attempt_at": None}
    _write(f"{NOT_WAITING}; {RELEASE}", mail, sent)


def _write(statement: str, mail: OutboxMail, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        setattr(mail, name, value)
    values = [getattr(mail, name) for name in RELEASED]
    at_once(statement, [*values, mail.id, mail.lease_until], clinic_id=mail.clinic_id, actor=ACTOR)


def inside(clinic_id: UUID | None) -> AbstractContextManager[None]:
    """The clinic of a mail; a mail of no clinic is outside every one."""
    return nullcontext() if clinic_id is None else tenant(clinic_id=clinic_id, actor=ACTOR)
