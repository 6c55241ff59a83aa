"""The exercise sets of one tendon in one half of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments.clinical.classification import Protocol
from patients.models import Case, Membership
from rehab.actions import diary
from rehab.clinical.history import ExerciseSet, Half
from rehab.models import ExerciseSession, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry(diary.Entry):
    """`sets` as they were done, so an empty one says that none was. `pain`: worst during the sets, 0-10."""

    plan_id: UUID
    half: Half
    sets: Sequence[ExerciseSet]
    protocol: Protocol | None = None  # what was done instead of the plan's own
    pain: int | None = None


@transaction.atomic
def record(*, case: Case, entry: SessionEntry, by: Membership, now: datetime) -> ExerciseSession:
    """The session as stored. diary.Refused or diary.Conflict when it cannot be."""
    plan = Plan.objects.for_case(case.pk).get(pk=entry.plan_id)
    values = {
        "plan_id": plan.pk,
        "tendon_id": plan.tendon_id,
        "half": entry.half.value,
        "protocol": (entry.protocol or Protocol(plan.protocol)).value,
        "sets": [
            {"knee": one.knee.value, "reps": one.reps, "load_kg": one.load_kg, "seconds": one.lowering_s}
            for one in entry.sets
        ],
        "reps_done": sum(one.reps for one in entry.sets),
        "pain": entry.pain,
    }
    return diary.store(ExerciseSession, case=case, entry=entry, values=values, by=by, now=now)
