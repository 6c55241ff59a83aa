"""A seeded caseload of whole histories, loaded with COPY: about 3.5 diary rows a case and day."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from django.contrib.auth.hashers import make_password
from django.db import models
from psycopg import sql
from psycopg.types.json import Json

from assessments.models import Assessment, TendonFinding
from patients.models import Case, Clinic, Consent, Membership, Patient, Person, Role, Tendon, User, uuid7
from patients.queries.consents import TEXT_VERSION
from rehab.models import ExerciseSession, PainReport, Plan, Run, StageChange

SET = [{"knee": knee, "reps": 15, "load_kg": None, "seconds": None} for knee in ("STRAIGHT", "BENT")] * 3
SETS = json.dumps(SET)
NO_HASH = sha256(b"bench").hexdigest()
ENTRY = (
    "id,clinic_id,patient_id,case_id,client_id,occurred_at,time_zone,local_date,received_at,source,"
    "payload_hash,voided"
)
AT_ONCE = 100  # cases in memory


@dataclass
class Caseload:
    clinics: list[UUID]
    cases: dict[UUID, list[UUID]]  # clinic -> cases
    physios: dict[UUID, UUID]  # clinic -> membership
    runners: dict[UUID, UUID]  # clinic -> a patient's membership
    diary_rows: int = 0

    @property
    def size(self) -> int:
        return sum(map(len, self.cases.values()))


def load(
    connection: psycopg.Connection,
    *,
    clinics: int,
    cases: int,
    days: int,
    now: datetime,
    tick: Callable[[int], None],
) -> Caseload:
    """`cases` in each clinic; `tick` hears how many were loaded.

    The connection is a superuser's: no audit and no foreign keys in the way.
    """
    made = Caseload([], {}, {}, {})
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for number in range(clinics):
            _clinic(connection, made, number, cases, days, now, tick)
    connection.execute("ANALYZE")
    return made


def _clinic(
    connection: psycopg.Connection,
    made: Caseload,
    number: int,
    cases: int,
    days: int,
    now: datetime,
    tick: Callable[[int], None],
) -> None:
    clinic = Clinic(name=f"Clinic {number}", slug=f"bench-{number}", phone="0")
    physio = _member(clinic, Role.CLINICIAN, now)
    runner = _member(clinic, Role.PATIENT, now)
    made.clinics.append(clinic.id)
    made.cases[clinic.id] = []
    made.physios[clinic.id], made.runners[clinic.id] = physio.id, runner.id
    copy(connection, [clinic])
    copy(connection, [physio.user])
    copy(connection, [physio])
    for start in range(0, cases, AT_ONCE):
        rows: dict[type[models.Model], list[models.Model]] = {}
        diary = DiaryLines()
        for index in range(start, min(cases, start + AT_ONCE)):
            chance = random.Random(number * 1_000_003 + index)
            for row in _case(chance, clinic, physio, runner, index, days, now, diary):
                rows.setdefault(type(row), []).append(row)
        if not start:
            runner.patient_id = rows[Patient][0].pk
        made.cases[clinic.id] += [row.pk for row in rows[Case]]
        for each in rows.values():
            copy(connection, each)
        made.diary_rows += diary.write(connection)
        tick(len(rows[Case]))
    copy(connection, [runner.user])
    copy(connection, [runner])


def _member(clinic: Clinic, role: Role, now: datetime) -> Membership:
    user = User(email=f"{uuid7()}@bench.example", password=make_password(None), date_joined=now)
    return Membership(clinic=clinic, user=user, role=role, display_name=role.label)


def _case(
    chance: random.Random,
    clinic: Clinic,
    physio: Membership,
    runner: Membership,
    index: int,
    days: int,
    now: datetime,
    diary: "DiaryLines",
) -> Iterator[models.Model]:
    start = now - timedelta(days=days)
    person = Person(clinic=clinic, given_name=f"Given{index}", family_name=f"Family{index}")
    patient = Patient(clinic=clinic, person=person, number=1000 + index, responsible=physio, joined_at=start)
    case = Case(
        clinic=clinic, patient=patient, number=1, opened_at=start, clinician=physio, evaluation_due_at=now
    )
    of = {"clinic": clinic, "patient": patient, "case": case}
    tendon = Tendon(**of, side=chance.choice(("LEFT", "RIGHT")))
    assessment = Assessment(**of, assessed_at=start, by=physio, kind="INITIAL")
    finding = TendonFinding(
        **of, assessment=assessment, tendon=tendon, tender_cm="4.0", usual_pain=1, worst_pain=5,
        suggested_type="MIDPORTION", confidence="HIGH", suggested_protocol="STEP", decided_type="MIDPORTION",
    )  # fmt: skip
    plan = Plan(
        **of, tendon=tendon, tendinopathy_type="MIDPORTION", protocol="STEP", starts_on=start.date(), sets=3,
        reps=15, sessions_per_day=2, days_per_week=7, knees=["STRAIGHT", "BENT"], tempo_low_s=3,
        tempo_high_s=5, start_sets=2, author=physio, created_at=start, version=1,
    )  # fmt: skip
    stage = StageChange(
        **of,
        at=start,
        to_stage=chance.randint(2, 4),
        track="FRAMEWORK",
        kind="START",
        reason="Start.",
        by=physio,
    )
    consent = Consent(
        clinic=clinic,
        patient=patient,
        by=runner,
        at=start,
        kind="GIVEN",
        text_version=TEXT_VERSION,
        language="",
    )
    yield from (person, patient, consent, case, tendon, assessment, finding, plan, stage)
    diary.live(chance, case, plan, days, now)


class DiaryLines:
    """The diary of some cases as lines for COPY: written out by hand, because there are millions of them.

    Pain calms down over the weeks, and flares up on one day of a hundred; runs grow slowly longer.
    """

    def __init__(self) -> None:
        self._runs: list[str] = []
        self._reports: list[str] = []
        self._sessions: list[str] = []

    def live(self, chance: random.Random, case: Case, plan: Plan, days: int, now: datetime) -> None:
        of = f"{case.clinic_id}\t{case.patient_id}\t{case.pk}"
        exercise = f"{plan.pk}\t{plan.tendon_id}"
        left = plan.tendon.side == "LEFT"
        usual, flare = chance.randint(0, 2), 0.0

        def of_side(value: object) -> str:
            return f"{value}\t\\N" if left else f"\\N\t{value}"

        for back in range(days, 0, -1):
            flare = flare * 0.6 + (chance.randint(1, 3) if chance.random() < 0.01 else 0)
            pain = min(9, max(0, round(usual * back / days + flare + chance.gauss(0, 0.4))))
            morning = now - timedelta(days=back, minutes=chance.randrange(60))
            if chance.random() < 0.9:
                self._reports.append(f"{_entry(of, morning)}\tMORNING\t\\N\t{of_side(pain)}\n")
            if back > 1 and chance.random() < 0.4:
                evening = morning + timedelta(hours=10)
                run, felt = uuid7(), max(0, pain - 1)
                warm = "RESOLVED" if felt else "NO_SYMPTOMS"
                minutes = 10 + (days - back) // 5 + chance.randint(0, 3)
                self._runs.append(
                    f"{_entry(of, evening, run)}\t{minutes}\t{of_side(felt)}\t{of_side(warm)}\t\t\t\n"
                )
                after = _entry(of, evening + timedelta(hours=24))
                self._reports.append(f"{after}\tCHECK_24H\t{run}\t{of_side(pain)}\n")
            for half, hour in (("AM", 1), ("PM", 11)):
                if chance.random() < 0.8:
                    entry = _entry(of, morning + timedelta(hours=hour))
                    self._sessions.append(
                        f"{entry}\t{exercise}\t{half}\tSTEP\t{SETS}\t90\t{min(10, pain + 1)}\n"
                    )

    def write(self, connection: psycopg.Connection) -> int:
        """How many rows that were."""
        for table, own, lines in (
            (Run, "minutes,pain_left,pain_right,warm_up_left,warm_up_right,surface,shoe,note", self._runs),
            (PainReport, "kind,run_id,pain_left,pain_right", self._reports),
            (ExerciseSession, "plan_id,tendon_id,half,protocol,sets,reps_done,pain", self._sessions),
        ):
            columns = map(sql.Identifier, f"{ENTRY},{own}".split(","))
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table._meta.db_table), sql.SQL(", ").join(columns)
            )
            with connection.cursor() as cursor, cursor.copy(statement) as sink:
                for start in range(0, len(lines), 2000):
                    sink.write("".join(lines[start : start + 2000]))
        return len(self._runs) + len(self._reports) + len(self._sessions)


def _entry(of: str, at: datetime, key: UUID | None = None) -> str:
    key = key or uuid7()
    moment = at.isoformat()
    return f"{key}\t{of}\t{key}\t{moment}\tEurope/London\t{moment[:10]}\t{moment}\tDEMO\t{NO_HASH}\tf"


def copy(connection: psycopg.Connection, rows: Sequence[models.Model]) -> None:
    """All rows of one table. JSON and arrays are written as Postgres reads them."""
    fields = rows[0]._meta.concrete_fields
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(rows[0]._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(one.column) for one in fields),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as sink:
        for row in rows:
            sink.write_row(_values(row, fields))


def _values(row: models.Model, fields: Iterable[models.Field]) -> list[Any]:
    return [
        Json(value, dumps=json.dumps) if isinstance(field, models.JSONField) else value
        for field in fields
        for value in (getattr(row, field.attname),)
    ]
