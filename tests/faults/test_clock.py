"""The clock of a worker jumps: back, far ahead and back again. Each flag once, each mail once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from patients.models import Case, Membership, OutboxMail
from rehab.actions import notices, reminders, sweep, weekly
from rehab.models import Flag
from tests import factories as make
from tests.worker import working

NOW = make.NOW
JUMPS = [
    timedelta(0), -timedelta(hours=2), timedelta(minutes=1), timedelta(days=2), timedelta(minutes=2),
    -timedelta(days=3), timedelta(days=2, minutes=1), timedelta(minutes=3),
]  # fmt: skip


@pytest.fixture
def case(transactional_db: None) -> Case:
    physio = make.make_member(make.make_clinic())
    case = make.make_case(make.make_patient(physio.clinic, responsible=physio), evaluation_due_at=NOW)
    make.make_red_flag_report(case, at=NOW - timedelta(minutes=1))
    return case


def live_through(case: Case) -> Counter[str]:
    """All jobs at every jump, with everything due each time; how many mails of each kind there are then."""
    for jump in JUMPS:
        now = NOW + jump
        with working():
            Case.objects.filter(id=case.id).update(evaluation_due_at=now)
            Membership.objects.filter(id=case.clinician_id).update(summary_due_at=now)
            sweep.sweep(now=now)
            notices.tell(now=now)
            weekly.prepare(now=now)
            reminders.prepare(now=now)
    with make.inside(case.clinic_id):
        return Counter(OutboxMail.objects.values_list("kind", flat=True))


def weeks() -> int:
    return len({(NOW + jump).isocalendar()[:2] for jump in JUMPS})


@pytest.mark.check("S45")
def test_a_clock_that_jumps_doubles_nothing(case: Case, tried: Callable[..., None]) -> None:
    mails = live_through(case)
    with make.inside(case.clinic_id):
        flags = list(Flag.objects.open().for_case(case.id).values_list("side", "kind"))
    tried("S45", jumps=len(JUMPS), flags=len(flags), iso_weeks=weeks(), mails=dict(mails))
    assert len(flags) == len(set(flags))
    assert ("LEFT", "RED_FLAG") in flags
    assert mails["URGENT_FLAG"] == 1
    assert mails["CASELOAD_WEEK"] == weeks()


@pytest.mark.twin("S45")
def test_with_the_guard_off_a_clock_that_jumps_doubles_mail(
    case: Case, tried: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keyed by the moment and not by the ISO week."""
    monkeypatch.setattr(weekly, "_iso_week", lambda now, member: f"{now.timestamp()}")
    mails = live_through(case)
    tried("S45", guard="off", jumps=len(JUMPS), iso_weeks=weeks(), mails=mails.total())
    assert mails["CASELOAD_WEEK"] > weeks()
