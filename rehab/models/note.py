"""What a physio writes about a case for colleagues: notes, and what is not finished yet.

A note is never changed; a later one may set it right. The runner's own session sees neither.
"""

from django.db import models

from patients.models.tenant import CASE_ROW, CaseRow, CaseRowQuerySet, written_check
from physio.web.grants import ALL, APPEND, Grants
from physio.web.references import Reference, belongs

LONGEST_NOTE = 8000


class CaseNote(CaseRow):
    """`corrects`: the earlier note that this one sets right; both stay to be read."""

    at = models.DateTimeField()
    by = Reference("patients.Membership")
    text = models.TextField(max_length=LONGEST_NOTE)
    corrects = Reference("rehab.CaseNote", null=True, blank=True)

    grants = Grants(app=APPEND)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("by", "patients.Membership"),
            belongs("corrects", "rehab.CaseNote", along=("case",)),
            written_check("text"),
        ]
        indexes = [models.Index(fields=("clinic", "case", "at", "id"), name="rehab_casenote_case")]

    def __str__(self) -> str:
        return f"Note {self.id}"


class NoteDraft(CaseRow):
    """One person's unfinished note on one case, kept while it is typed. Not part of the record."""

    author = Reference("patients.Membership")
    text = models.TextField(max_length=LONGEST_NOTE)
    saved_at = models.DateTimeField()

    grants = Grants(app=ALL, unaudited_columns=("text", "saved_at"), hidden_columns=("text",))

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("author", "patients.Membership"),
            models.UniqueConstraint(
                fields=("clinic", "case", "author"), name="rehab_notedraft_one_per_author_and_case"
            ),
        ]

    def __str__(self) -> str:
        return f"Draft {self.id}"
