"""A job says that it ran. Whoever reads it can tell silence from calm."""

from datetime import datetime
from typing import Any

from django.db.models import F

from patients.models import Heartbeat


def beat(*, name: str, now: datetime, detail: dict[str, Any], done: int = 0) -> None:
    """`detail` holds counts only, nothing about a person. `done` is added to what the job has ever done."""
    known, fresh = Heartbeat.objects.filter(name=name), {"beat_at": now, "detail": detail}
    if not known.update(**fresh, total=F("total") + done):
        Heartbeat.objects.bulk_create([Heartbeat(name=name, beat_at=now)], ignore_conflicts=True)
        known.update(**fresh, total=F("total") + done)
