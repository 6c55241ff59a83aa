"""A notice of non-delivery (RFC 3464) is recorded with the mail that it is about."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from django.db import transaction

from patients.models import MailState, OutboxMail
from physio.web.tenancy import tenant
from rehab.actions.mail_leases import ACTOR
from rehab.actions.mail_writing import Undelivered
from rehab.queries import due


@dataclass(frozen=True)
class Bounce:
    message_id: str
    code: str  # "5.1.1"


def read(notice: Message) -> Bounce | None:
    """None when it is no notice, only a delay, or names no mail."""
    if notice.get_content_type() != "multipart/report":
        return None
    code, message_id = "", ""
    for part in notice.walk():
        if part.get("Action", "").strip().lower() == "failed":
            code = part.get("Status", "").strip()
        if part.get_content_type() == "text/rfc822-headers":
            found = re.search(
                r"^Message-ID:\s*(<[^>\s]+>)", str(part.get_payload()), re.MULTILINE | re.IGNORECASE
            )
            message_id = found.group(1) if found else message_id
        elif part is not notice and part.get("Message-ID"):
            message_id = part["Message-ID"].strip()
    if not message_id or not re.fullmatch(r"5\.\d{1,3}\.\d{1,3}", code):
        return None
    return Bounce(message_id, code)


def record(*, bounce: Bounce, now: datetime, undelivered: dict[str, Undelivered]) -> OutboxMail | None:
    """The mail it was about, now known to have come back; None when we sent none such. Twice is once."""
    for clinic_id, mail_ids in due.in_batches(due.by_message_id(bounce.message_id), 1):
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
            mail = OutboxMail.objects.select_for_update(of=("self",)).get(id=mail_ids[0])
            if mail.state == MailState.SENT and mail.bounced_at is None:
                mail.bounced_at, mail.bounce_code = now, bounce.code
                mail.save(update_fields=("bounced_at", "bounce_code"))
                if mail.kind in undelivered:
                    undelivered[mail.kind](mail, now)
            return mail
    return None
