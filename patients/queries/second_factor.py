"""The factors of a user, newest first."""

from uuid import UUID

from allauth.mfa.models import Authenticator


def newest(user_id: UUID | None, kind: Authenticator.Type) -> Authenticator:
    """The factor that was set up last. Authenticator.DoesNotExist when there is none of this kind."""
    return Authenticator.objects.filter(user_id=user_id, type=kind).latest("created_at", "pk")
