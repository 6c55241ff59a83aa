"""Who is asking: the session and its user, read at every request."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField

from patients.models import User
from physio.web.kept import Kept


def session(key: str | None, now: datetime) -> Session | None:
    """None when there is none, or its time is over."""
    return _SESSION.first(key=key, now=now)


def user(user_id: UUID) -> User | None:
    return _USER.first(user_id=user_id)


def _standing(key: Any, now: Any) -> QuerySet[Session, Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


_SESSION = Kept(_standing, key=CharField(), now=DateTimeField())
_USER: Kept[User] = Kept(lambda user_id: User.objects.filter(pk=user_id), user_id=UUIDField())
