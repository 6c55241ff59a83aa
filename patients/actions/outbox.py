"""Puts a mail where the mailer finds it, in the transaction of what it tells about."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings

from patients.models import Membership, OutboxMail

if TYPE_CHECKING:
    from patients.emails import Mail

NAMESPACE = UUID("6f3d5f0a-6b0e-4a54-9d6e-6a7b7f0f5c11")  # only to make equal keys give equal Message-IDs


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
                message_id=f"<{key.replace(':', '.')}@{_host()}>",
                next_attempt_at=now,
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )


def unwritten(
    *,
    to: Membership,
    kind: str,
    key: str,
    now: datetime,
    headers: dict[str, str] | None = None,
    urgent: bool = False,
) -> OutboxMail:
    """A mail that is written, and its address found, when it is sent; not yet stored.

    `key` makes it one of a kind: a second of the same key has the same Message-ID and is never stored.
    """
    return OutboxMail(
        clinic_id=to.clinic_id,
        kind=kind,
        dedupe_key=key,
        recipient_membership=to,
        to_address="",
        subject="",
        text="",
        headers=headers or {},
        message_id=f"<{uuid5(NAMESPACE, key)}@{_host()}>",
        next_attempt_at=now,
        created_at=now,
        urgent=urgent,
    )


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""
