"""Computes every flag anew from the diary: the stored ones are never more than a copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from physio.web.tenancy import tenant
from rehab.actions import evaluations
from rehab.actions.evaluations import Outcome
from rehab.models import Flag
from rehab.queries import clinics

ACTOR = "rebuild_flags"
BATCH = 200


@dataclass(frozen=True)
class Difference:
    """One flag that the diary does not bear out as it is stored. It names no finding's content."""

    case_id: UUID
    side: str
    kind: str
    what: str  # "missing", "not borne out", "differs"

    def __str__(self) -> str:
        return f"case {self.case_id} {self.side} {self.kind}: {self.what}"


@dataclass(frozen=True)
class Rebuilt:
    outcome: Outcome
    differences: tuple[Difference, ...]


Stored = dict[tuple[UUID, str, str], tuple[str, str]]


def rebuild(*, clinic_id: UUID, now: datetime, keep: bool) -> Iterator[Rebuilt]:
    """One answer a batch. Without `keep` nothing is stored: it says what would have changed."""
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
        case_ids = clinics.cases_of_this_clinic()
    for start in range(0, len(case_ids), BATCH):
        batch = case_ids[start : start + BATCH]
        with transaction.atomic():
            with tenant(clinic_id=clinic_id, actor=ACTOR):
                before = _stored(batch)
                outcome = evaluations.evaluate_all(case_ids=batch, now=now)
                differences = _compare(before, _stored(batch))
            transaction.set_rollback(not keep)
        yield Rebuilt(outcome, differences)


def _stored(case_ids: list[UUID]) -> Stored:
    flags = Flag.objects.open().filter(case_id__in=case_ids).order_by("case_id", "side", "kind", "id")
    return {(flag.case_id, flag.side, flag.kind): (flag.state, flag.evidence_hash) for flag in flags}


def _compare(before: Stored, after: Stored) -> tuple[Difference, ...]:
    found = []
    for key in sorted({*before, *after}, key=str):
        if before.get(key) != after.get(key):
            what = "missing" if key not in before else "not borne out" if key not in after else "differs"
            found.append(Difference(*key, what))
    return tuple(found)
