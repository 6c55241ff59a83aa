"""The clock of a worker jumps: back, far ahead and back again. Each flag once, each mail once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from patients.models import Case, OutboxMail
from rehab.actions import notices, reminders, sweep, weekly
from rehab.models import Flag
from tests import factories as make
from tests.worker import working

NOW = make.NOW
JUMPS = [
    timedelta(0), -timedelta(hours=2), timedelta(minutes=1), timedelta(days=2), timedelta(minutes=2),
    -timedelta(days=3), timedelta(days=2, minutes=1), timedelta(minutes=3),
]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.check("S45")
def test_a_clock_that_jumps_doubles_nothing(tried: Callable[..., None]) -> None:
    clinic = make.make_clinic()
    physio = make.make_member(clinic)
    case = make.make_case(make.make_patient(clinic, responsible=physio), evaluation_due_at=NOW)
    make.make_red_flag_report(case, at=NOW - timedelta(minutes=1))
    for jump in JUMPS:
        now = NOW + jump
        with working():
            Case.objects.filter(id=case.id).update(evaluation_due_at=now)
            sweep.sweep(now=now)
            notices.tell(now=now)
            weekly.prepare(now=now)
            reminders.prepare(now=now)
    with make.inside(clinic):
        flags = list(Flag.objects.open().for_case(case.id).values_list("side", "kind"))
        mails = list(OutboxMail.objects.values_list("kind", "dedupe_key"))
    tried("S45", jumps=len(JUMPS), flags=len(flags), mails=len(mails))
    assert len(flags) == len(set(flags))
    assert ("LEFT", "RED_FLAG") in flags
    assert sum(kind == "URGENT_FLAG" for kind, _ in mails) == 1
    assert sum(kind == "CASELOAD_WEEK" for kind, _ in mails) <= 1
