"""What the runner said, from stored rows to the entries that the rules are told."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from assessments.clinical.classification import Protocol
from assessments.clinical.findings import Finding as RedFlag
from assessments.clinical.sides import Side
from rehab.clinical import history as told
from rehab.queries.rows import RedFlagRow, ReportRow, RunRow, SessionRow

AnyEntryRow = RunRow | ReportRow | SessionRow | RedFlagRow
Names = Mapping[str, str]  # a row -> the id that its client gave it
V = TypeVar("V")
# Looked up, not made, and passed one by one: a diary has hundreds of rows.
_WARM_UP: dict[str | None, told.WarmUp | None] = {
    None: None,
    "": None,
    **{one.value: one for one in told.WarmUp},
}
_KINDS = {one.value: one for one in told.ReportKind}
_HALVES = {one.value: one for one in told.Half}
_PROTOCOLS = {one.value: one for one in Protocol}


def names_of(rows: Sequence[AnyEntryRow]) -> Names:
    """How the client calls each row, if any of them supersedes another."""
    if all(row.supersedes_id is None for row in rows):
        return {}
    return {row.id: row.client_id for row in rows}


def _superseded(row: AnyEntryRow, names: Names) -> str | None:
    return row.supersedes_id and names.get(row.supersedes_id, row.supersedes_id)


@lru_cache(maxsize=1024)
def _both(left: V | None, right: V | None, sides: tuple[Side, ...]) -> Mapping[Side, V | None]:
    """A value for each affected side, None where nothing was said; another side only if something was.

    Shared by all entries that say the same; nobody changes a history.
    """
    values = {}
    if left is not None or Side.LEFT in sides:
        values[Side.LEFT] = left
    if right is not None or Side.RIGHT in sides:
        values[Side.RIGHT] = right
    return values


def run_of(row: RunRow, names: Names, sides: tuple[Side, ...]) -> told.Run:
    return told.Run(
        id=row.client_id,
        at=row.occurred_at,
        received_at=row.received_at,
        local_date=row.local_date,
        supersedes=_superseded(row, names) if row.supersedes_id else None,
        voided=row.voided,
        minutes=row.minutes,
        pain=_both(row.pain_left, row.pain_right, sides),
        warm_up=_both(_WARM_UP[row.warm_up_left], _WARM_UP[row.warm_up_right], sides),
        longest_block_minutes=row.longest_block_minutes,
        distance_m=row.distance_m,
        hills=row.hills,
        speed=row.speed,
        shoe=row.shoe,
        shoe_drop_mm=row.shoe_drop_mm,
    )


def report_of(
    row: ReportRow, names: Names, sides: tuple[Side, ...], runs: Mapping[str, str]
) -> told.PainReport:
    return told.PainReport(
        id=row.client_id,
        at=row.occurred_at,
        received_at=row.received_at,
        local_date=row.local_date,
        supersedes=_superseded(row, names) if row.supersedes_id else None,
        voided=row.voided,
        kind=_KINDS[row.kind],
        pain=_both(row.pain_left, row.pain_right, sides),
        run_id=runs[row.run_id] if row.run_id else None,
        stiffness_minutes=row.stiffness_minutes,
    )


def session_of(row: SessionRow, names: Names, sides: Mapping[str, Side]) -> told.ExerciseSession:
    return told.ExerciseSession(
        id=row.client_id,
        at=row.occurred_at,
        received_at=row.received_at,
        local_date=row.local_date,
        supersedes=_superseded(row, names) if row.supersedes_id else None,
        voided=row.voided,
        side=sides[row.tendon_id],
        half=_HALVES[row.half],
        protocol=_PROTOCOLS[row.protocol],
        sets=_sets(row.sets),
        pain=row.pain,
    )


@lru_cache(maxsize=4096)
def _sets(written: str) -> tuple[told.ExerciseSet, ...]:
    """Sessions are much alike, so their sets are made once: half of a history's values are sets."""
    return tuple(
        told.ExerciseSet(
            knee=told.Knee(one["knee"]),
            reps=one["reps"],
            load_kg=one.get("load_kg"),
            lowering_s=one.get("seconds"),
        )
        for one in json.loads(written)
    )


def red_flags_of(row: RedFlagRow, names: Names) -> told.RedFlagReport:
    return told.RedFlagReport(
        id=row.client_id,
        at=row.occurred_at,
        received_at=row.received_at,
        local_date=row.local_date,
        supersedes=_superseded(row, names) if row.supersedes_id else None,
        voided=row.voided,
        findings=frozenset(map(RedFlag, json.loads(row.findings))),
        side=Side(row.side) if row.side else None,
    )
