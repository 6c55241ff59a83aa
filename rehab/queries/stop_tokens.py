"""The signed word in a mail that stops further weekly mails. It signs nobody in and shows nothing."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

SALT = "weekly mail: stop"


def token_for(membership_id: UUID) -> str:
    """The same for every mail of a member; it never expires, because old mails are kept."""
    return Signer(salt=SALT).sign_object(str(membership_id))


def membership_of(token: str) -> UUID | None:
    """None when the word was not ours."""
    try:
        return UUID(Signer(salt=SALT).unsign_object(token))
    except (BadSignature, ValueError):
        return None
