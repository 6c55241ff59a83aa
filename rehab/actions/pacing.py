"""Spreads mail over time, domain by domain, for all mailers together: a burst at first, then a steady flow.

One row for each domain says until when its share is taken ("generic cell rate"). Its name is a hash: a domain
of somebody's own names them. Urgent mail never waits here.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import connection

from patients.models import OutboxMail

BURST = timedelta(minutes=1)  # a minute's share may go at once
TAKE = """
    INSERT INTO patients_heartbeat AS pace (name, beat_at, detail) VALUES (%(name)s, %(now)s + %(span)s, '{}')
    ON CONFLICT (name) DO UPDATE SET beat_at = greatest(pace.beat_at, %(now)s) + %(span)s
    RETURNING beat_at
"""


def take_slots(mails: Iterable[OutboxMail], *, now: datetime) -> dict[UUID, datetime]:
    """When each mail may go that may not go now. One that has waited for its slot goes."""
    waiting: dict[str, list[OutboxMail]] = defaultdict(list)
    for mail in mails:
        if not mail.urgent and mail.slot_at is None and settings.MAILS_PER_DOMAIN_AND_MINUTE:
            waiting[mail.to_address.rpartition("@")[2].lower()].append(mail)
    apart = timedelta(minutes=1) / max(settings.MAILS_PER_DOMAIN_AND_MINUTE, 1)
    later: dict[UUID, datetime] = {}
    for domain, same in sorted(
        waiting.items()
    ):  # in one order, so that two mailers never wait for each other
        taken_until = _take(domain, apart * len(same), now)
        for place, mail in enumerate(same, 1):
            slot = taken_until - apart * (len(same) - place) - BURST
            if slot > now:
                later[mail.id] = slot
    return later


def _take(domain: str, span: timedelta, now: datetime) -> datetime:
    name = f"pace {sha256(domain.encode()).hexdigest()[:32]}"
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"name": name, "now": now, "span": span})  # type: ignore[dict-item]  # psycopg takes a span
        (taken_until,) = cursor.fetchone()
    return taken_until
