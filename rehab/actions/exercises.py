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
from rehab.clinical.history import ExerciseSet, Half, Knee
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
    """What was done in one half of today; it replaces what was logged for that half before.

    An entry that waited on a phone while later ones arrived takes none of their sets away.
    """
    case = diary.lock(case, by)
    known, earlier = _known_and_replaced(case, entry, now)
    told_at = known.occurred_at if known else entry.at(now)
    if earlier is not None and entry.occurred_at is None and told_at < earlier.occurred_at:
        entry = replace(entry, sets=_more_of_each_knee(entry.sets, earlier), pain=_worse(entry, earlier))
    entry = replace(entry, corrects=earlier.pk if earlier else None)
    return record(case=case, entry=entry, by=by, now=now)


def _known_and_replaced(
    case: Case, entry: SessionEntry, now: datetime
) -> tuple[ExerciseSession | None, ExerciseSession | None]:
    """The row of this very entry when it came before, and the row that it replaces or replaced then."""
    sessions = ExerciseSession.objects.for_case(case.pk)
    known = sessions.filter(client_id=entry.client_id).first()
    if known is not None:
        return known, sessions.filter(superseded_by=known).first()
    today = entry.at(now).astimezone(ZoneInfo(case.patient.time_zone)).date()
    standing = sessions.current().filter(plan_id=entry.plan_id, half=entry.half.value, local_date=today)
    return None, standing.order_by("-received_at", "-id").first()


def _more_of_each_knee(told: Sequence[ExerciseSet], later: ExerciseSession) -> list[ExerciseSet]:
    there = [
        ExerciseSet(
            knee=Knee(one["knee"]),
            reps=one["reps"],
            load_kg=one.get("load_kg"),
            lowering_s=one.get("seconds"),
        )
        for one in later.sets
    ]
    either = [[one for one in sets if one.knee is knee] for knee in Knee for sets in (there, told)]
    return [one for pair in zip(either[::2], either[1::2], strict=True) for one in max(pair, key=len)]


def _worse(told: SessionEntry, later: ExerciseSession) -> int | None:
    return max((pain for pain in (told.pain, later.pain) if pain is not None), default=None)
