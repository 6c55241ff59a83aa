"""Says in the reader's language what the pure rules said in English; without a translation it stays."""

import re

from django.utils.translation import gettext

from rehab.clinical.said import Said, said

SENTENCES = re.compile(r"(?<=[.!?]) +")


def translated(text: object) -> object:
    """A sentence with its values, a label, or several sentences in a row."""
    if not isinstance(text, str) or not text:
        return text
    if isinstance(text, Said):
        return _again(text)
    whole = gettext(text)
    if whole != text:
        return whole
    return " ".join(gettext(one) for one in SENTENCES.split(text) if one)


def say(pattern: str, **values: object) -> str:
    """For what is written here and not in the rules, such as the words of a picture."""
    return str(translated(said(pattern, **values)))


def _again(text: Said) -> str:
    if text.parts:
        return "".join(str(translated(part)) for part in text.parts)
    pattern = gettext(text.pattern)
    if pattern == text.pattern:  # not translated, or nothing to translate: never half of a sentence
        return str(translated(str(text)))
    return pattern.format(**{name: translated(value) for name, value in text.values.items()})
