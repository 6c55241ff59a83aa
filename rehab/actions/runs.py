"""A run is recorded, corrected or withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from assessments.clinical.sides import Side
from patients.models import Case, Membership
from rehab.actions import diary
from rehab.clinical.history import WarmUp
from rehab.models import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry(diary.Entry):
    """`occurred_at` is the run's end. `pain`: worst of the run, 0-10, for each affected side."""

    minutes: int
    pain: Mapping[Side, int | None]
    warm_up: Mapping[Side, WarmUp | None] = field(default_factory=dict)
    longest_block_minutes: int | None = None
    distance_m: int | None = None
    hills: bool | None = None
    speed: bool | None = None
    surface: str = ""
    shoe: str = ""
    shoe_drop_mm: int | None = None
    note: str = ""


@transaction.atomic
def record(*, case: Case, entry: RunEntry, by: Membership, now: datetime) -> Run:
    """The run as stored. diary.Refused or diary.Conflict when it cannot be."""
    return diary.store(Run, case=case, entry=entry, values=_values(entry), by=by, now=now)


def _values(entry: RunEntry) -> dict[str, object]:
    return {
        "minutes": entry.minutes,
        **diary.by_side("pain", entry.pain),
        **diary.by_side("warm_up", entry.warm_up),
        "longest_block_minutes": entry.longest_block_minutes,
        "distance_m": entry.distance_m,
        "hills": entry.hills,
        "speed": entry.speed,
        "surface": entry.surface,
        "shoe": entry.shoe,
        "shoe_drop_mm": entry.shoe_drop_mm,
        "note": entry.note,
    }
