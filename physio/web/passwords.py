"""A password that is mostly a word of this place is guessed first, however long it is made."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Documented in docs/security-model.md. Compared without case, digits and signs.
OURS = ("plimsoll", "physio", "physiotherapy", "physiotherapist", "achilles", "tendon", "tendinopathy",
        "runner", "running", "clinic", "patient", "password")  # fmt: skip
LEFT_AT_LEAST = 6  # letters that are none of ours


class NotAWordOfOurs:
    def validate(self, password: str, user: Any = None) -> None:
        words = [*OURS, *_own(user)]
        rest = "".join(letter for letter in password.casefold() if letter.isalpha())
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < LEFT_AT_LEAST and any(word in password.casefold() for word in words):
            raise ValidationError(
                _("That is little more than a word of this clinic's trade or of your address. Add others."),
                code="word_of_ours",
            )

    def get_help_text(self) -> str:
        return _("Not mostly a word like physio, runner or your own address.")


def _own(user: Any) -> list[str]:
    """The parts of the person's address that are long enough to be a word."""
    address = getattr(user, "email", "").casefold().replace("@", ".").replace("-", ".").split(".")
    return [part for part in address if len(part) >= 4]
