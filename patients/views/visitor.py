"""Django's sessions and allauth's sign-in, but that both are read by statements that are kept."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from patients.models import User
from patients.queries import visitor


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = visitor.session(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found


class VisitorBackend(AuthenticationBackend):
    def get_user(self, user_id: UUID) -> User | None:
        user = visitor.user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
