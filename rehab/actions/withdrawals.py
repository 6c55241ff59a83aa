"""An entry that should never have been there is withdrawn: a new row says so, and the old one is kept.

What a red-flag report said cannot be withdrawn: only a physio clears it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.models import Case, Membership
from rehab.actions import diary
from rehab.models import DiaryRow, ExerciseSession, PainReport, Run

Withdrawable = Run | PainReport | ExerciseSession
SHARED = {field.attname for field in DiaryRow._meta.local_fields}


@transaction.atomic
def withdraw(
    *, case: Case, row: Withdrawable, client_id: UUID, by: Membership, now: datetime
) -> Withdrawable:
    """The row that withdraws it. diary.Conflict when it was corrected meanwhile."""
    entry = diary.Entry(client_id=client_id, occurred_at=row.occurred_at, corrects=row.pk, voided=True)
    own = [field.attname for field in row._meta.local_fields if field.attname not in SHARED]
    values = {name: getattr(row, name) for name in own}
    return diary.store(type(row), case=case, entry=entry, values=values, by=by, now=now)
