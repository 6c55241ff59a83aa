"""The note that somebody has not finished."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab.models import NoteDraft
from rehab.queries.moments import clock


@dataclass(frozen=True)
class Draft:
    text: str = ""
    saved: str = ""  # such as "14:02"; empty when there is none


def draft(case_id: UUID, author_id: UUID, *, now: datetime, zone: ZoneInfo) -> Draft:
    row = NoteDraft.objects.for_case(case_id).filter(author_id=author_id).first()
    return Draft(row.text, clock(row.saved_at, now, zone)) if row else Draft()
