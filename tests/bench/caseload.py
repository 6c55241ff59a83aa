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
from patients.models import Case, Clinic, Membership, Patient, Person, Role, Tendon, User, uuid7
from rehab.models import ExerciseSession, PainReport, Plan, Run, StageChange

SET = [{"knee": knee, "reps": 15, "load_kg": None, "seconds": None} for knee in ("STRAIGHT", "BENT")] * 3
NO_HASH = sha256(b"bench").hexdigest()


@dataclass
class Caseload:
    clinics: list[UUID]
    cases: dict[UUID, list[UUID]]  # clinic -> cases
    physios: dict[UUID, UUID]  # clinic -> membership
    runners: dict[UUID, UUID]  # clinic -> a patient's membership
    diary_rows: int = 0


def load(
    connection: psycopg.Connection,
    *,
    clinics: int,
    cases: int,
    days: int,
    now: datetime,
    tick: Callable[[], None],
) -> Caseload:
    """`cases` in each clinic. The connection is a superuser's: no audit, no foreign keys in the way."""
    made = Caseload([], {}, {}, {})
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for number in range(clinics):
            _clinic(connection, made, number, cases, days, now)
            tick()
    connection.execute("ANALYZE")
    return made


def _clinic(
    connection: psycopg.Connection, made: Caseload, number: int, cases: int, days: int, now: datetime
) -> None:
    clinic = Clinic(name=f"Clinic {number}", slug=f"bench-{number}", phone="0")
    physio = _member(clinic, Role.CLINICIAN, now)
    runner = _member(clinic, Role.PATIENT, now)
    rows: dict[type[models.Model], list[models.Model]] = {}
    made.clinics.append(clinic.id)
    made.cases[clinic.id] = []
    made.physios[clinic.id], made.runners[clinic.id] = physio.id, runner.id
    for index in range(cases):
        chance = random.Random(number * 100_003 + index)
        for row in _case(chance, clinic, physio, index, days, now):
            rows.setdefault(type(row), []).append(row)
    made.cases[clinic.id] = [row.pk for row in rows[Case]]
    runner.patient_id = rows[Patient][0].pk
    made.diary_rows += sum(len(rows[model]) for model in (Run, PainReport, ExerciseSession))
    copy(connection, [clinic])
    copy(connection, [physio.user, runner.user])
    copy(connection, [physio, runner])
    for each in rows.values():
        copy(connection, each)


def _member(clinic: Clinic, role: Role, now: datetime) -> Membership:
    user = User(email=f"{uuid7()}@bench.example", password=make_password(None), date_joined=now)
    return Membership(clinic=clinic, user=user, role=role, display_name=role.label)


def _case(
    chance: random.Random, clinic: Clinic, physio: Membership, index: int, days: int, now: datetime
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
    yield from (person, patient, case, tendon, assessment, finding, plan, stage)
    yield from _diary(chance, of, plan, days, now)


def _diary(
    chance: random.Random, of: dict[str, Any], plan: Plan, days: int, now: datetime
) -> Iterator[models.Model]:
    side = plan.tendon.side.lower()
    pain = chance.randint(1, 3)
    for back in range(days, 0, -1):
        morning = now - timedelta(days=back) + timedelta(minutes=chance.randrange(60))
        pain = min(6, max(0, pain + chance.choice((-1, 0, 0, 0, 1))))
        if chance.random() < 0.9:
            yield PainReport(**_entry(of, morning), kind="MORNING", **{f"pain_{side}": pain})
        if back > 1 and chance.random() < 0.4:
            evening = morning + timedelta(hours=10)
            felt = {
                f"pain_{side}": max(0, pain - 1),
                f"warm_up_{side}": "RESOLVED" if pain > 1 else "NO_SYMPTOMS",
            }
            run = Run(**_entry(of, evening), minutes=chance.randint(8, 30), **felt)
            yield run
            check = {**_entry(of, evening + timedelta(hours=24)), "kind": "CHECK_24H", "run": run}
            yield PainReport(**check, **{f"pain_{side}": pain})
        for half, hour in (("AM", 1), ("PM", 11)):
            if chance.random() < 0.8:
                yield ExerciseSession(
                    **_entry(of, morning + timedelta(hours=hour)), plan=plan, tendon=plan.tendon, half=half,
                    protocol="STEP", sets=SET, reps_done=90, pain=min(10, pain + 1),
                )  # fmt: skip


def _entry(of: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        **of,
        "client_id": uuid7(),
        "occurred_at": at,
        "time_zone": "Europe/London",
        "local_date": at.date(),
        "received_at": at,
        "source": "DEMO",
        "payload_hash": NO_HASH,
    }


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
