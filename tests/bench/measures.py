"""What is measured, each beside its floor, with row-level security on and the database durable."""

import cProfile
import io
import pstats
import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.urls import reverse

from patients.models import Case, Membership
from physio.web.tenancy import tenant
from rehab.actions import sweep
from rehab.clinical.evaluate import evaluate
from rehab.queries import due
from rehab.queries.history import Told, load_many
from tests.bench.caseload import Caseload
from tests.bench.timing import Line, seconds
from tests.sign_in import patient_client, staff_client
from tests.worker import working

WORKLIST = """
    SELECT summary.*, patient.number, person.given_name, person.family_name
    FROM rehab_casesummary summary
    JOIN patients_patient patient ON patient.id = summary.patient_id
    LEFT JOIN patients_person person ON person.id = patient.person_id
    WHERE summary.clinic_id = %s ORDER BY severity DESC, since, case_id LIMIT 50
"""
RUN = """
    INSERT INTO rehab_run (id, clinic_id, patient_id, case_id, client_id, occurred_at, time_zone, local_date,
        received_at, source, payload_hash, voided, minutes, surface, shoe, note)
    VALUES (gen_random_uuid(), %s, %s, %s, gen_random_uuid(), now(), 'UTC', current_date,
        now(), 'DEMO', 'x', false, 20, '', '', '')
"""
DIARY = ("rehab_run", "rehab_painreport", "rehab_exercisesession")


def told(caseload: Caseload, clinic_id: UUID, count: int) -> list[Told]:
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
        return list(load_many(caseload.cases[clinic_id][:count]).values())


def pure(caseload: Caseload, now: datetime) -> Line:
    cases = told(caseload, caseload.clinics[0], 50)
    taken = seconds(lambda: [evaluate(history, plan, now) for history, plan in cases])
    return Line("P1 evaluate(), whole history, one core", len(cases) / taken, "cases")


def profile(caseload: Caseload, now: datetime, lines: int = 8) -> str:
    """Where evaluate() spends its time: the functions with the largest share of their own."""
    cases = told(caseload, caseload.clinics[0], 50)
    profiler = cProfile.Profile()
    profiler.enable()
    for history, plan in cases:
        evaluate(history, plan, now)
    profiler.disable()
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out).sort_stats("tottime")
    total = stats.total_tt  # type: ignore[attr-defined]  # typeshed does not know it
    rows = sorted(stats.stats.items(), key=lambda one: -one[1][2])[:lines]  # type: ignore[attr-defined]
    return "\n".join(
        f"  {own / total:5.1%}  {name}  {'/'.join(file.split('/')[-3:])}:{line}"
        for (file, line, name), (_, _, own, _, _) in rows
    )


def make_due(caseload: Caseload, now: datetime, each: int) -> None:
    for clinic_id in caseload.clinics:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
            Case.objects.filter(id__in=caseload.cases[clinic_id][:each]).update(evaluation_due_at=now)


def full_sweep(caseload: Caseload, now: datetime) -> Iterator[Line]:
    """Every case due: the whole way from rows to flags, beside reading the same rows out."""
    count = sum(len(cases) for cases in caseload.cases.values())
    with working():
        sweep.sweep(now=now)  # the first time raises the flags; measured is the steady state
        taken = seconds(lambda: sweep.sweep(now=now), before=lambda: make_due(caseload, now, count))
        floor = seconds(lambda: _copy_out(caseload))
        yield Line(
            "P2 sweep, every case due",
            count / taken,
            "cases",
            "COPY out of the same diary rows",
            count / floor,
            ">= 0.25",
        )


def due_sweep(caseload: Caseload, now: datetime) -> Iterator[Line]:
    """A tenth due among all, beside the same number alone; and a tick with nothing due."""
    each = max(1, len(caseload.cases[caseload.clinics[0]]) // 10)
    count = each * len(caseload.clinics)
    with working():
        taken = seconds(lambda: sweep.sweep(now=now), before=lambda: make_due(caseload, now, each))
        yield Line("P3 sweep, a tenth of the cases due", count / taken, "cases")
        nothing = seconds(lambda: due.cases(now=now - timedelta(days=999), wanted=sweep.AT_ONCE), times=50)
        floor = seconds(_select_one, times=50)
        yield Line("P4 looking when nothing is due", 1 / nothing, "looks", "SELECT 1", 1 / floor, ">= 0.33")


def _copy_out(caseload: Caseload) -> None:
    for clinic_id in caseload.clinics:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"), connection.cursor() as cursor:
            for table in DIARY:
                with cursor.cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT BINARY)") as rows:  # noqa: S608  our own names
                    for _ in rows:
                        pass


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()


def worklist(caseload: Caseload) -> Iterator[Line]:
    clinic_id = caseload.clinics[0]
    client = staff_client(_member(caseload.physios[clinic_id]))
    path = reverse("caseload")
    assert client.get(path).status_code == 200
    taken = seconds(lambda: client.get(path), times=20)

    def rows() -> None:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"), connection.cursor() as cursor:
            cursor.execute(WORKLIST, [clinic_id])
            cursor.fetchall()

    floor = seconds(rows, times=20)
    yield Line("P6 worklist page, in process", 1 / taken, "pages", "raw SQL of 50 rows", 1 / floor, ">= 0.33")


def logging(caseload: Caseload, database: str) -> Iterator[Line]:
    """A run logged through the whole request in this process, beside its bare inserts and commit."""
    clinic_id = caseload.clinics[0]
    client = patient_client(_member(caseload.runners[clinic_id]))
    path = reverse("portal_run_new")
    fields = sorted(set(re.findall(r'name="((?:pain|warm_up)_\w+)"', client.get(path).content.decode())))

    def log() -> None:
        answers = {name: "1" if name.startswith("pain") else "RESOLVED" for name in fields}
        answer = client.post(path, {**answers, "minutes_other": "20", "client_id": str(uuid.uuid4())})
        assert answer.status_code == 302, answer.status_code

    taken = seconds(log, times=20)
    with psycopg.connect(database) as bare:
        floor = seconds(lambda: _bare_log(bare, caseload, clinic_id), times=20)
    yield Line(
        "P5 log a run, whole request in process",
        1 / taken,
        "runs",
        "the same rows and commit in SQL",
        1 / floor,
        ">= 0.3",
    )


def _bare_log(bare: psycopg.Connection, caseload: Caseload, clinic_id: UUID) -> None:
    case_id = caseload.cases[clinic_id][0]
    bare.execute("SELECT set_config('app.clinic', %s, true)", [str(clinic_id)])
    (patient_id,) = bare.execute(
        "SELECT patient_id FROM patients_case WHERE id = %s", [case_id]
    ).fetchone() or (None,)
    bare.execute(RUN, [clinic_id, patient_id, case_id])
    bare.execute("UPDATE patients_case SET evaluation_due_at = now() WHERE id = %s", [case_id])
    bare.commit()


def _member(membership_id: UUID) -> Membership:
    return Membership.objects.select_related("user").get(id=membership_id)
