"""Records that a clinic has kept for as long as it said it would."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet

from patients.models import Case, Clinic, Patient

YEAR = timedelta(days=365.25)
SHOWN = 100


@dataclass(frozen=True)
class PastRecord:
    patient_id: UUID
    number: int
    closed_at: datetime


@dataclass(frozen=True)
class Records:
    """`years` None: the clinic has not decided, so nothing is past its time."""

    years: int | None
    count: int
    oldest: tuple[PastRecord, ...]


def records(*, clinic_id: UUID, now: datetime) -> Records:
    """Inside the clinic. The longest kept first."""
    years = Clinic.objects.values_list("keep_years", flat=True).get(id=clinic_id)
    if years is None:
        return Records(None, 0, ())
    found = _past(clinic_id, now - years * YEAR)
    oldest = found.order_by("last_closed", "id").values_list("id", "number", "last_closed")[:SHOWN]
    return Records(years, found.count(), tuple(PastRecord(*row) for row in oldest))


def past_count(*, clinic_id: UUID, now: datetime) -> int:
    return records(clinic_id=clinic_id, now=now).count


def _past(clinic_id: UUID, before: datetime) -> QuerySet[Any, Any]:
    """Not erased, no case open, and the last one closed long enough ago. A record without a case is not."""
    still_open = Case.objects.open().filter(patient_id=OuterRef("id"))
    known = Patient.objects.known().filter(~Exists(still_open), clinic_id=clinic_id)
    return known.annotate(last_closed=Max("cases__closed_at")).filter(last_closed__lt=before)
