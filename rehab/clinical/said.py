"""A sentence that remembers how it was made, so that it can be said in another language.

It is the English text, and nothing in the rules treats it as anything else. The shell reads its pattern and
its values (rehab/queries/translated.py); what is cut out of it is plain English again.
"""

from __future__ import annotations


class Said(str):
    """`pattern` with `values` in it, or `parts` in a row."""

    pattern: str
    values: dict[str, object]
    parts: tuple[str, ...]

    def __add__(self, other: str) -> Said:
        return row(self, other)


def said(pattern: str, **values: object) -> Said:
    """`said("It was {pain}/10.", pain=3)`. A value that is text is said in the other language too."""
    made = Said(pattern.format(**values))
    made.pattern, made.values, made.parts = pattern, values, ()
    return made


def row(*parts: str) -> Said:
    """One after the other, as they are."""
    made = Said("".join(parts))
    made.pattern, made.values, made.parts = "", {}, parts
    return made
