"""Up to which moment the flags of this clinic are computed. Stands on every clinician's list."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Subquery

from patients.models import Case, Heartbeat

STALE_AFTER = timedelta(minutes=15)
SWEEP = "sweep"  # the heartbeat's name


@dataclass(frozen=True)
class Watermark:
    """`computed_up_to` None: the jobs have never run here. When stale, nothing on a list may be relied on."""

    computed_up_to: datetime | None
    is_stale: bool


def watermark(*, now: datetime) -> Watermark:
    """One query. The case that has waited longest counts, and a sweep that no longer comes."""
    cases = Case.objects.open().order_by()
    oldest = cases.due(now).values("clinic_id").annotate(oldest=Min("evaluation_due_at")).values("oldest")
    beat = Heartbeat.objects.filter(name=SWEEP).annotate(oldest=Subquery(oldest)).first()
    if beat is None:
        return Watermark(computed_up_to=None, is_stale=True)
    up_to = min(beat.beat_at, beat.oldest or beat.beat_at)
    return Watermark(computed_up_to=up_to, is_stale=now - up_to > STALE_AFTER)
