"""The signed word in a mail that stops further ones. It signs nobody in and shows nothing."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

WEEKLY, REMINDERS = (
    "weekly mail: stop",
    "reminders: stop",
)  # salts: a word for the one does not stop the other


def token_for(membership_id: UUID, *, of: str = WEEKLY) -> str:
    """The same for every mail of a member; it never expires, because old mails are kept."""
    return Signer(salt=of).sign_object(str(membership_id))


def membership_of(token: str, *, of: str = WEEKLY) -> UUID | None:
    """None when the word was not ours."""
    try:
        return UUID(Signer(salt=of).unsign_object(token))
    except (BadSignature, ValueError):
        return None
