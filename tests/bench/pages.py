"""Pages and the logged run: whole requests in this process, beside the bare SQL of the same rows."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import Membership
from physio.web.tenancy import tenant
from tests.bench.caseload import Caseload
from tests.bench.timing import Line, spread
from tests.queries import own_queries
from tests.sign_in import patient_client, staff_client

TIMES = 30
WORKLIST = """
    SELECT summary.*, patient.number, person.given_name, person.family_name
    FROM rehab_casesummary summary
    JOIN patients_patient patient ON patient.id = summary.patient_id
    LEFT JOIN patients_person person ON person.id = patient.person_id
    WHERE summary.clinic_id = %s ORDER BY severity DESC, since, case_id LIMIT 50
"""
DIARY = [
    f"SELECT * FROM {table} WHERE clinic_id = %s AND case_id = %s ORDER BY occurred_at, id"  # noqa: S608  own names
    for table in ("rehab_run", "rehab_painreport", "rehab_exercisesession")
]
RUN = """
    INSERT INTO rehab_run (id, clinic_id, patient_id, case_id, client_id, occurred_at, time_zone, local_date,
        received_at, source, payload_hash, voided, minutes, surface, shoe, note)
    VALUES (gen_random_uuid(), %s, %s, %s, gen_random_uuid(), now(), 'UTC', current_date,
        now(), 'DEMO', 'x', false, 20, '', '', '')
"""


def pages(caseload: Caseload) -> Iterator[Line]:
    clinic_id = caseload.clinics[0]
    case_id = caseload.cases[clinic_id][0]
    staff = staff_client(_member(caseload.physios[clinic_id]))
    runner = patient_client(_member(caseload.runners[clinic_id]))
    worklist = _sql(clinic_id, [(WORKLIST, [clinic_id])])
    diary = _sql(clinic_id, [(one, [clinic_id, case_id]) for one in DIARY])
    yield _page("P6 worklist", staff, reverse("caseload"), worklist, "raw SQL of 50 rows", ">= 0.33")
    yield _page("P7 case", staff, reverse("case", args=[case_id]), diary, "raw SQL of the diary", "")
    yield _page("P8 today", runner, reverse("portal_today"), diary, "raw SQL of the diary", "")


def _page(what: str, client: Client, path: str, floor: Callable[[], None], beside: str, goal: str) -> Line:
    for _ in range(6):  # the connection keeps its plan of the case's query from the sixth on
        assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
        asked = len(own_queries(caught))
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(TIMES):
        ours += spread(lambda: client.get(path), times=1)
        theirs += spread(floor, times=1)
    ours.sort()
    median, slow, bare = ours[TIMES // 2], ours[int(TIMES * 0.95)], sorted(theirs)[TIMES // 2]
    note = (
        f"{asked} queries of its own, {len(answer.content) // 1024} KB, "
        f"p50 {median * 1e3:.0f} ms, p95 {slow * 1e3:.0f} ms"
    )
    return Line(f"{what}, whole request in process", 1 / median, "pages", beside, 1 / bare, goal, note)


def _sql(clinic_id: UUID, questions: list[tuple[str, list[Any]]]) -> Callable[[], None]:
    def ask() -> None:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"), connection.cursor() as cursor:
            for question, values in questions:
                cursor.execute(question, values)
                cursor.fetchall()

    return ask


def logging(caseload: Caseload, database: str) -> Iterator[Line]:
    """A run logged through the whole request in this process, beside its bare insert, update and commit."""
    clinic_id = caseload.clinics[0]
    client = patient_client(_member(caseload.runners[clinic_id]))
    path = reverse("portal_run_new")
    fields = sorted(set(re.findall(r'name="((?:pain|warm_up)_\w+)"', client.get(path).content.decode())))

    def log() -> None:
        answers = {name: "1" if name.startswith("pain") else "RESOLVED" for name in fields}
        answer = client.post(path, {**answers, "minutes_other": "20", "client_id": str(uuid.uuid4())})
        assert answer.status_code == 302, answer.status_code

    for _ in range(3):
        log()
    with CaptureQueriesContext(connection) as caught:
        log()
        asked = len(own_queries(caught))
    with psycopg.connect(database) as bare:
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(20):
            ours += spread(log, times=1)
            theirs += spread(lambda: _bare_log(bare, caseload, clinic_id), times=1)
    ours.sort()
    yield Line(
        "P5 log a run, whole request in process",
        1 / ours[10],
        "runs",
        "the same rows and commit in SQL",
        1 / sorted(theirs)[10],
        ">= 0.3",
        f"{asked} statements of its own, p95 {ours[18] * 1e3:.0f} ms",
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
