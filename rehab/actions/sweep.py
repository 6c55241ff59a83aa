"""Finds the cases that are due, clinic by clinic, and evaluates them: one transaction a batch.

Any number of sweeps may run at once: each takes the cases that no other has locked.
"""

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction

from physio.web.tenancy import tenant
from rehab.actions import evaluations, heartbeats
from rehab.actions.evaluations import Outcome
from rehab.queries import due
from rehab.queries.watermark import SWEEP

log = logging.getLogger(__name__)

ACTOR = "worker"
BATCH = 50  # cases in one transaction: so long may a runner wait who reports on one of them
AT_ONCE = 2000  # keys asked for at a time


def sweep(*, now: datetime) -> Outcome:
    """Every case that was due at `now` and is not in other hands."""
    total, seen = Outcome(), set[due.Due]()
    while found := [one for one in due.cases(now=now, wanted=AT_ONCE) if one not in seen]:
        seen.update(found)
        for clinic_id, case_ids in due.in_batches(found, BATCH):
            with _no_search_for_cycles():
                total += _batch(clinic_id, case_ids, now)
    heartbeats.beat(name=SWEEP, now=now, detail=asdict(total), done=total.evaluated)
    return total


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """A batch makes some hundred thousand values that live until its end, and no cycles: Python's search for
    those, again and again through all of them, took a fifth of the time."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


def _batch(clinic_id: UUID, case_ids: Sequence[UUID], now: datetime) -> Outcome:
    try:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
            return evaluations.evaluate_due(case_ids=case_ids, now=now)
    except OperationalError:  # the database itself: nothing was stored, the next tick finds all of it again
        raise
    except DatabaseError as error:
        if len(case_ids) > 1:  # one of them cannot be stored: find out which, and let the others through
            return sum((_batch(clinic_id, [one], now) for one in case_ids), Outcome())
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
            evaluations.record_failure(case_id=case_ids[0], error=error, now=now)
        return Outcome(failed=1)
