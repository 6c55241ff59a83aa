"""Tells people of an urgent flag: its physiotherapist at once, the clinic when nobody has opened the case.

Waiting work is `flag.notify_due_at`. Each step is taken once, in the transaction that writes its mail; news
of the flag starts them again. The mails name the case by its number and say nothing of what was found.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from patients.actions.outbox import unwritten
from patients.emails import Mail
from patients.models import Membership, OutboxMail
from physio.web.tenancy import tenant
from rehab import emails
from rehab.actions import heartbeats, opening_hours
from rehab.actions.mail_leases import ACTOR
from rehab.actions.mail_writing import Compose, Skipped, Undelivered
from rehab.clinical.evaluation import FindingKind
from rehab.models import Flag, FlagState
from rehab.queries import due, telling

URGENT_FLAG, URGENT_ESCALATED = "URGENT_FLAG", "URGENT_ESCALATED"  # kinds of mail
HEARTBEAT = "urgent"
BATCH = 200
# How long it may stay unopened while the clinic is open. PROD: rules.md says "immediately" and "same day".
PATIENCE = {FindingKind.RED_FLAG.value: timedelta(hours=1)}
OTHERWISE = timedelta(hours=3)


def tell(*, now: datetime) -> int:
    """Every step that is due at `now`. Returns how many mails were written."""
    written = 0
    for clinic_id, flag_ids in due.in_batches(due.notices(now=now, wanted=BATCH), BATCH):
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
            written += _tell_clinic(flag_ids, now)
    heartbeats.beat(name=HEARTBEAT, now=now, detail={"written": written}, done=written)
    return written


def _tell_clinic(flag_ids: Sequence[UUID], now: datetime) -> int:
    waiting = Flag.objects.filter(id__in=flag_ids, notify_due_at__lte=now).select_related("case", "clinic")
    flags = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("id"))
    mails = [mail for flag in flags for mail in _step(flag, now)]
    OutboxMail.objects.bulk_create(mails, ignore_conflicts=True)
    Flag.objects.bulk_update(flags, ("notify_due_at", "told_at", "escalated_at"))
    return len(mails)


def _step(flag: Flag, now: datetime) -> list[OutboxMail]:
    """The mails of this step; the flag gets its next moment."""
    since, flag.notify_due_at = flag.notify_due_at, None
    if not _still_waits(flag):
        return []
    if flag.told_at is None:
        flag.told_at = now
        flag.notify_due_at = opening_hours.after(
            now,
            PATIENCE.get(flag.kind, OTHERWISE),
            opens_at=flag.clinic.opens_at,
            closes_at=flag.clinic.closes_at,
            zone=ZoneInfo(flag.clinic.time_zone),
            closed_weekdays=flag.clinic.closed_weekdays or (),
            closed_dates=flag.clinic.closed_dates or (),
        )
        physio = telling.physio_of(flag.case)
        if physio is not None:
            return [_mail(URGENT_FLAG, flag, physio, since, now)]
        flag.notify_due_at = None  # nobody to be told: the clinic at once
    flag.escalated_at = now
    return [_mail(URGENT_ESCALATED, flag, member, since, now) for member in telling.others_of(flag.case)]


def _mail(kind: str, flag: Flag, to: Membership, since: datetime | None, now: datetime) -> OutboxMail:
    key = f"{kind.lower()}:{flag.id}:{since:%Y%m%dT%H%M%S.%f}:{to.id}"
    return unwritten(to=to, kind=kind, key=key, now=now, urgent=True)


def _still_waits(flag: Flag) -> bool:
    """Open, and the case not opened by a clinician since its physiotherapist was told."""
    return flag.state == FlagState.OPEN and not (flag.told_at and telling.was_opened(flag, flag.told_at))


def _compose_first(mail: OutboxMail, now: datetime) -> Mail:
    flag = _flag_of(mail)
    mail.to_address = _address(mail)
    return emails.urgent_flag(telling.of_flag(flag))


def _compose_escalated(mail: OutboxMail, now: datetime) -> Mail:
    flag = _flag_of(mail)
    mail.to_address = _address(mail)
    return emails.urgent_escalated(telling.of_flag(flag))


def _flag_of(mail: OutboxMail) -> Flag:
    flag = Flag.objects.select_related("case", "clinic").get(id=mail.dedupe_key.split(":")[1])
    if not _still_waits(flag):
        raise Skipped("OPENED")
    return flag


def _address(mail: OutboxMail) -> str:
    address = telling.address_of(mail.recipient_membership_id)
    if not address:
        raise Skipped("NOT_ACTIVE")
    return address


def _tell_the_clinic(mail: OutboxMail, now: datetime) -> None:
    """The first mail will never arrive, so nobody waits for it to be opened."""
    untold = Flag.objects.filter(id=mail.dedupe_key.split(":")[1], escalated_at=None, told_at__isnull=False)
    untold.update(notify_due_at=now)


COMPOSERS: Mapping[str, Compose] = {URGENT_FLAG: _compose_first, URGENT_ESCALATED: _compose_escalated}
UNDELIVERED: Mapping[str, Undelivered] = {URGENT_FLAG: _tell_the_clinic}
