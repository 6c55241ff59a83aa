"""Computes every flag anew from the diary: the stored ones are never more than a copy."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from physio.web.tenancy import tenant
from rehab.actions import evaluations
from rehab.actions.evaluations import Outcome
from rehab.queries import clinics

ACTOR = "rebuild_flags"
BATCH = 200


def rebuild(*, clinic_id: UUID, now: datetime, keep: bool) -> Iterator[Outcome]:
    """One outcome a batch. Without `keep` nothing is stored: the outcome says what would have changed."""
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
        case_ids = clinics.cases_of_this_clinic()
    for start in range(0, len(case_ids), BATCH):
        with transaction.atomic():
            with tenant(clinic_id=clinic_id, actor=ACTOR):
                outcome = evaluations.evaluate_all(case_ids=case_ids[start : start + BATCH], now=now)
            transaction.set_rollback(not keep)
        yield outcome
