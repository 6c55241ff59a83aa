"""Ends sessions, and notes when one was last used."""

from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction


@transaction.atomic
def end(*, user_id: UUID, session_id: int) -> bool:
    """One session of this user. False when it was gone already, or never was theirs."""
    return _end(UserSession.objects.filter(user_id=user_id, pk=session_id)) == 1


@transaction.atomic
def end_others(*, user_id: UUID, current_key: str) -> int:
    """Every session of this user but the one they are using; how many there were."""
    return _end(UserSession.objects.filter(user_id=user_id).exclude(session_key=current_key))


def seen(*, session_key: str, now: datetime) -> None:
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=now)


def _end(rows) -> int:  # type: ignore[no-untyped-def]
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)
