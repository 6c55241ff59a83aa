"""Up to which moment the flags of this clinic are computed. Stands on every clinician's list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Min, QuerySet, Subquery

from patients.models import Case, Heartbeat
from physio.web.kept import Kept

STALE_AFTER = timedelta(minutes=15)
SWEEP = "sweep"  # the heartbeat's name


@dataclass(frozen=True)
class Watermark:
    """`computed_up_to` None: the jobs have never run here. When stale, nothing on a list may be relied on."""

    computed_up_to: datetime | None
    is_stale: bool


def watermark(*, now: datetime) -> Watermark:
    """One query. The case that has waited longest counts, and a sweep that no longer comes."""
    beat = _SWEPT.first(now=now)
    if beat is None:
        return Watermark(computed_up_to=None, is_stale=True)
    swept, oldest = beat
    up_to = min(swept, oldest or swept)
    return Watermark(computed_up_to=up_to, is_stale=now - up_to > STALE_AFTER)


def _swept(now: Any) -> QuerySet[Heartbeat, tuple[datetime, datetime | None]]:
    cases = Case.objects.open().order_by()
    oldest = cases.due(now).values("clinic_id").annotate(oldest=Min("evaluation_due_at")).values("oldest")
    return Heartbeat.objects.filter(name=SWEEP).values_list("beat_at", Subquery(oldest))


_SWEPT = Kept(_swept, now=DateTimeField())
