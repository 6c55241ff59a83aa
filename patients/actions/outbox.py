"""Puts a mail where the mailer finds it, in the transaction of what it tells about."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from patients.models import Membership, OutboxMail

if TYPE_CHECKING:
    from patients.emails import Mail


def post(
    *,
    mail: "Mail",
    to: Membership,
    address: str,
    kind: str,
    about: UUID,
    now: datetime,
    headers: dict[str, str] | None = None,
) -> None:
    """Once per kind and thing it is about: a second call does nothing. `now` also becomes the first try."""
    key = f"{kind.lower()}:{about}"
    OutboxMail.objects.bulk_create(
        [
            OutboxMail(
                clinic_id=to.clinic_id,
                kind=kind,
                dedupe_key=key,
                recipient_membership=to,
                to_address=address,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                headers=headers or {},
                message_id=f"<{key.replace(':', '.')}@{urlsplit(settings.BASE_URL).hostname}>",
                next_attempt_at=now,
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )
