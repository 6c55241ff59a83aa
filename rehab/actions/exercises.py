"""The exercise sets of one tendon in one half of a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

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


@transaction.atomic
def record_half(*, case: Case, entry: SessionEntry, by: Membership, now: datetime) -> ExerciseSession:
    """What was done in one half of today; it replaces what was logged for that half before."""
    case = diary.lock(case, by)
    earlier = _replaced_by(case, entry, now)
    return record(case=case, entry=replace(entry, corrects=earlier), by=by, now=now)


def _replaced_by(case: Case, entry: SessionEntry, now: datetime) -> UUID | None:
    """The row that stands for this half; for an entry that comes again, the one it replaced at first."""
    sessions = ExerciseSession.objects.for_case(case.pk)
    known = sessions.filter(client_id=entry.client_id).values_list("supersedes_id", flat=True)
    if known:
        return known[0]
    today = entry.at(now).astimezone(ZoneInfo(case.patient.time_zone)).date()
    standing = sessions.current().filter(plan_id=entry.plan_id, half=entry.half.value, local_date=today)
    newest = standing.order_by("-received_at", "-id").first()
    return newest.pk if newest else None
