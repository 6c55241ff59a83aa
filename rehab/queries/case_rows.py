"""The stored rows of many cases in one query: for each case and table, every column as one array.

Written in SQL because the sweep lives on it: no objects of the models, the server sorts and packs, and the
driver unpacks arrays of numbers and moments without a line of Python. Row-level security decides what is
there.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from patients.models import ConsentKind
from physio.web import kept
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import StageAct
from rehab.models import FlagState
from rehab.models.codes import REGRESS
from rehab.queries.rows import (
    AssessmentRow,
    CaseRows,
    ClearanceRow,
    FindingRow,
    PlanRow,
    RedFlagRow,
    ReportRow,
    ResolutionRow,
    RunRow,
    ScoreRow,
    SessionRow,
    StepRow,
    TendonRow,
)

CaseId = UUID


class Table(NamedTuple):
    """`source`: its rows, called t; `order`: oldest first, always ending in the key."""

    row: Any  # the NamedTuple of one row
    source: str
    order: str
    where: str = ""
    sql: Mapping[str, str] = MappingProxyType({})  # a column that is not read just as it stands


def _json(column: str) -> str:
    return f"to_json(t.{column})::text"


DIARY_ORDER = "t.occurred_at, t.id"
TABLES: dict[str, Table] = {
    "tendons": Table(TendonRow, "patients_tendon t", "t.side, t.id"),
    "runs": Table(RunRow, "rehab_run t", DIARY_ORDER),
    "reports": Table(ReportRow, "rehab_painreport t", DIARY_ORDER),
    "sessions": Table(
        SessionRow, "rehab_exercisesession t", DIARY_ORDER, sql={"sets": "t.sets::text"}
    ),
    "red_flags": Table(
        RedFlagRow, "rehab_redflagreport t", DIARY_ORDER, sql={"findings": _json("findings")}
    ),
    "assessments": Table(
        AssessmentRow, "assessments_assessment t", "t.assessed_at, t.id",
        sql={"red_flags": _json("red_flags"), "facts": "t.facts::text"},
    ),
    "findings": Table(
        FindingRow, "assessments_tendonfinding t JOIN assessments_assessment a ON a.id = t.assessment_id",
        "a.assessed_at, t.id", sql={"assessed_at": "a.assessed_at"},
    ),
    "clearances": Table(
        ClearanceRow, "assessments_redflagclearance t", "t.cleared_at, t.id", sql={"covers": _json("covers")}
    ),
    "resolutions": Table(
        ResolutionRow, "rehab_flag t", "t.resolved_at, t.id",
        where=(
            f"t.kind = '{FindingKind.WORSENING.value}' AND t.state = '{FlagState.RESOLVED.value}'"
            " AND t.resolved_by_id IS NOT NULL"
        ),
    ),
    "scores": Table(
        ScoreRow, "assessments_outcomescore t", "t.taken_on, t.id", sql={"value": "t.value::float8"}
    ),
    "steps": Table(
        StepRow, "rehab_stagechange t", "t.at, t.id",
        where=(
            f"(t.by_id IS NOT NULL AND t.kind IN ({', '.join(repr(act.value) for act in StageAct)})"
            f" OR t.by_id IS NULL AND t.kind = '{REGRESS}' AND t.cause_id IS NOT NULL)"
        ),
    ),
    "plans": Table(
        PlanRow, "rehab_plan t", "t.starts_on, t.version, t.id",
        sql={"knees": _json("knees"), "thresholds": "t.thresholds::text"},
    ),
}  # fmt: skip


def _last_consent(kind: ConsentKind) -> str:
    return (
        "(SELECT max(w.at) FROM patients_consent w WHERE w.clinic_id = c.clinic_id"  # noqa: S608  a constant
        f" AND w.patient_id = c.patient_id AND w.kind = '{kind.value}')"
    )


CASE = (
    "c.id AS this_case", "c.status", "c.opened_at", "p.time_zone", "k.record_only",
    f"{_last_consent(ConsentKind.WITHDRAWN)} AS withdrawn_at",
    f"{_last_consent(ConsentKind.GIVEN)} AS given_at",
)  # fmt: skip


def read_rows(case_ids: Iterable[CaseId]) -> Iterator[CaseRows]:
    """Every visible case, in no order."""
    with kept.cursor(binary=True) as cursor:
        cursor.execute(_statement(), [list(case_ids)])
        for found in cursor.fetchall():
            yield _unpack(found)


def _unpack(found: tuple[Any, ...]) -> CaseRows:
    start = len(CASE)
    tables: list[list[Any]] = []
    for table in TABLES.values():
        end = start + len(table.row._fields)
        columns = found[start:end]
        tables.append([] if columns[0] is None else list(map(table.row._make, zip(*columns, strict=True))))
        start = end
    return CaseRows(*found[: len(CASE)], *tables)


@lru_cache(maxsize=1)
def _statement() -> str:
    """One row for each case. Each table is joined to the whole of those before it: OFFSET 0 keeps the planner
    from trying every order of twelve joins, which took longer than the query itself."""
    query = (
        f"SELECT {', '.join(CASE)} FROM patients_case c JOIN patients_patient p ON p.id = c.patient_id"  # noqa: S608
        " JOIN patients_clinic k ON k.id = c.clinic_id WHERE c.id = ANY(%s) OFFSET 0"
    )
    for name, table in TABLES.items():
        packed = ", ".join(
            f"array_agg({_column(table, column)} ORDER BY {table.order}) AS {name}_{column}"
            for column in table.row._fields
        )
        also = f" AND {table.where}" if table.where else ""
        rows = f"SELECT {packed} FROM {table.source} WHERE t.case_id = c.this_case{also}"  # noqa: S608  own names
        query = f"SELECT * FROM ({query}) c CROSS JOIN LATERAL ({rows}) {name} OFFSET 0"  # noqa: S608  own names
    return query


def _column(table: Table, name: str) -> str:
    said = table.sql.get(name, f"t.{name}")
    return f"{said}::text" if name == "id" or name.endswith("_id") else said
