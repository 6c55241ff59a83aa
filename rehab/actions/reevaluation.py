"""After a change of the rules, every case is evaluated anew in the background, a few at a time.

What is left to do is what the rows say: cases whose last evaluation bears another version. So it can stop at
any moment and goes on with the next tick, and the sweep does the work as it does any other, oldest first.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.models import Case
from physio.web.tenancy import tenant
from rehab.actions import heartbeats
from rehab.clinical.evaluate import RULE_VERSION
from rehab.queries import due

ACTOR = "worker"
HEARTBEAT = "reevaluation"
AT_ONCE = 500  # cases made due by one tick: a fresh report never waits behind more than these


def make_due(*, now: datetime, wanted: int = AT_ONCE) -> int:
    """Let the sweep look at cases that other rules judged last. Returns how many."""
    if due.cases(now=now, wanted=1):  # reports come first; there is another tick
        return 0
    made = 0
    for clinic_id, case_ids in due.in_batches(
        due.outdated(version=RULE_VERSION, now=now, wanted=wanted), wanted
    ):
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
            made += _make_due(case_ids, now)
    if made:
        heartbeats.beat(name=HEARTBEAT, now=now, detail={"made_due": made}, done=made)
    return made


def _make_due(case_ids: list[UUID], now: datetime) -> int:
    """A case in other hands is left to them: whoever holds it evaluates it by the rules of today."""
    free = Case.objects.filter(id__in=case_ids).select_for_update(skip_locked=True, of=("self",))
    return Case.objects.filter(id__in=[case.id for case in free.order_by("id")]).update(evaluation_due_at=now)
