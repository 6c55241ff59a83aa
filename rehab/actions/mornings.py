"""The morning check: pain on the first steps of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments.clinical.sides import Side
from patients.models import Case, Membership
from rehab.actions import diary
from rehab.clinical.history import ReportKind
from rehab.models import PainReport


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningEntry(diary.Entry):
    """Pain now, walking normally, 0-10 for each affected side."""

    pain: Mapping[Side, int | None]
    stiffness_minutes: int | None = None


@transaction.atomic
def record(*, case: Case, entry: MorningEntry, by: Membership, now: datetime) -> PainReport:
    """The report as stored. diary.Refused or diary.Conflict when it cannot be."""
    values = {
        "kind": ReportKind.MORNING.value,
        "run_id": None,
        **diary.by_side("pain", entry.pain),
        "stiffness_minutes": entry.stiffness_minutes,
    }
    return diary.store(PainReport, case=case, entry=entry, values=values, by=by, now=now)
