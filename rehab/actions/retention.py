"""Forgets what nobody needs any more: mails long sent, sessions and counters that have run out.

Nothing clinical is forgotten here: how long a record is kept is for the clinic and its law to say. Where it
has said so, the records past that time are counted, and its owner finds them listed.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from patients.models import MailState, OutboxMail
from patients.queries import kept
from physio.web.tenancy import tenant
from rehab.actions import heartbeats
from rehab.queries import clinics

ACTOR = "worker"
HEARTBEAT = "retention"
KEPT = timedelta(days=90)  # a mail, after it was sent, skipped or given up
DONE = (MailState.SENT, MailState.SKIPPED, MailState.DEAD)
BATCH = 5000


def forget(*, now: datetime) -> int:
    """Everything that is over. Returns how many rows went; run again it does nothing."""
    gone, past = _expired(now), 0
    for clinic_id in clinics.every_clinic():
        past += _past(clinic_id, now)
        while more := _mails(clinic_id, now):
            gone += more
    heartbeats.beat(name=HEARTBEAT, now=now, detail={"gone": gone, "past": past}, done=gone)
    return gone


def _expired(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_expired(%s)", [now])
        return int(cursor.fetchone()[0])


def _past(clinic_id: UUID, now: datetime) -> int:
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
        return kept.past_count(clinic_id=clinic_id, now=now)


def _mails(clinic_id: object, now: datetime) -> int:
    with transaction.atomic(), tenant(clinic_id=str(clinic_id), actor=ACTOR):
        old = OutboxMail.objects.filter(state__in=DONE, created_at__lt=now - KEPT, bounced_at__isnull=True)
        ids = list(old.order_by("id").values_list("id", flat=True)[:BATCH])
        return OutboxMail.objects.filter(id__in=ids).delete()[0]
