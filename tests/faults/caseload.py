"""A caseload that is due now, for the real worker: each case has exactly one run over the line."""

from datetime import datetime, timedelta

import psycopg
from django.utils import timezone

from patients.models import Case
from tests import factories as make

FOUND = "SELECT case_id FROM rehab_flag WHERE kind = 'OVER_THE_LINE' AND state <> 'RESOLVED' ORDER BY 1"
WAITING = "SELECT count(*) FROM patients_case WHERE evaluation_due_at <= now()"


def make_due(count: int, *, clinics: int, now: datetime | None = None) -> list[Case]:
    """`count` cases in each of `clinics` clinics: so many transactions does one sweep take at least."""
    now = now or timezone.now()
    user = make.make_user()
    cases = []
    for _ in range(clinics):
        clinic = make.make_clinic()
        physio = make.make_member(clinic, user=user)
        for _ in range(count):
            patient = make.make_patient(clinic, responsible=physio)
            case = make.make_case(patient, opened_at=now - timedelta(days=20), evaluation_due_at=now)
            make.make_stage_change(case, to_stage=3, at=now - timedelta(days=15))
            make.make_run(case, at=now - timedelta(hours=1), pain_left=5, warm_up_left="PERSISTED")
            cases.append(case)
    return cases


def found(database: psycopg.Connection) -> list[object]:
    """The case of every such flag: a case doubled stands twice, a case lost does not stand at all."""
    return [row[0] for row in database.execute(FOUND).fetchall()]


def waiting(database: psycopg.Connection) -> int:
    return int(database.execute(WAITING).fetchone()[0])


def everybody(cases: list[Case]) -> list[object]:
    return sorted(case.id for case in cases)
