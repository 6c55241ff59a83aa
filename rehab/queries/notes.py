"""The note that somebody has not finished, and the one that is to be set right."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab.models import CaseNote, NoteDraft
from rehab.queries.moments import clock


@dataclass(frozen=True)
class Draft:
    text: str = ""
    saved: str = ""  # such as "14:02"; empty when there is none


@dataclass(frozen=True)
class Earlier:
    key: UUID
    text: str
    by: str
    day: str


def earlier(case_id: UUID, note_id: UUID, *, now: datetime, zone: ZoneInfo) -> Earlier:
    """CaseNote.DoesNotExist when this case has no such note."""
    note = CaseNote.objects.for_case(case_id).select_related("by").get(pk=note_id)
    return Earlier(note.pk, note.text, note.by.display_name, clock(note.at, now, zone))


def draft(case_id: UUID, author_id: UUID, *, now: datetime, zone: ZoneInfo) -> Draft:
    row = NoteDraft.objects.for_case(case_id).filter(author_id=author_id).first()
    return Draft(row.text, clock(row.saved_at, now, zone)) if row else Draft()
