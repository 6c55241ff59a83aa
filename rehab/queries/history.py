"""From stored rows to what the rules are told: a case's `History` and `Plan`, many cases at a time.

The number of queries is the same for one case and for two hundred. An entry's id is its `client_id`, so
`owed.run_id`, `cause_id` and a reading's `entry_id` are client UUIDs too. Row-level security decides which
cases are there at all.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.findings import Finding as RedFlag
from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from patients.models import Case, CaseStatus
from rehab.clinical import history as told
from rehab.models import FlagSide
from rehab.queries.case_rows import CaseId, CaseRows, Row, read_rows

Told = tuple[told.History, told.Plan]


def load(case_id: CaseId) -> Told:
    """Case.DoesNotExist when this session may not see the case, or there is none."""
    found = load_many([case_id]).get(case_id)
    if found is None:
        raise Case.DoesNotExist(f"No case {case_id} is visible here.")
    return found


def load_many(case_ids: Iterable[CaseId]) -> dict[CaseId, Told]:
    """Every case of `case_ids` that is visible, whatever its status."""
    return {case_id: tell() for case_id, tell in read_many(case_ids).items()}


def read_many(case_ids: Iterable[CaseId]) -> dict[CaseId, Callable[[], Told]]:
    """The rows of every visible case, read now, made into values when called: a bad row harms one case."""
    wanted = list(case_ids)
    cases = Case.objects.filter(id__in=wanted).values(
        "id", "status", "opened_at", "patient__time_zone", "clinic__record_only"
    )
    gathered = read_rows(wanted)
    return {case["id"]: partial(_tell, dict(case), gathered) for case in cases}


def _tell(case: Row, gathered: CaseRows) -> Told:
    return _history(case, gathered), _plan(case, gathered)


def _history(case: Row, gathered: CaseRows) -> told.History:
    case_id, zone = case["id"], ZoneInfo(case["patient__time_zone"])
    sides = gathered.sides_of(case_id)
    runs = gathered.of("runs", case_id)
    run_names = {run["id"]: str(run["client_id"]) for run in runs}

    def entries(table: str, make: Callable[[Row, Row], Any]) -> tuple[Any, ...]:
        found = gathered.of(table, case_id)
        names = {row["id"]: str(row["client_id"]) for row in found}
        return tuple(make(row, _entry(row, names)) for row in found)

    return told.History(
        case_id=str(case_id),
        time_zone=case["patient__time_zone"],
        opened_at=case["opened_at"],
        runs=entries("runs", lambda row, entry: _run(row, entry, sides)),
        reports=entries("reports", lambda row, entry: _report(row, entry, sides, run_names)),
        sessions=entries("sessions", lambda row, entry: _session(row, entry, gathered.sides)),
        red_flags=entries("red_flags", _red_flags),
        assessed_red_flags=tuple(
            told.RedFlagReport(
                id=str(row["id"]),
                at=row["assessed_at"],
                received_at=row["assessed_at"],
                local_date=row["assessed_at"].astimezone(zone).date(),
                findings=frozenset(map(RedFlag, row["red_flags"])),
            )
            for row in gathered.of("assessments", case_id)
            if row["red_flags"]
        ),
        clearances=tuple(
            told.Clearance(
                id=str(row["id"]),
                at=row["cleared_at"],
                by=str(row["by_id"]),
                covers=None if row["covers"] is None else frozenset(map(str, row["covers"])),
            )
            for row in gathered.of("clearances", case_id)
        ),
        resolutions=tuple(
            told.Resolution(
                id=str(row["id"]),
                at=row["resolved_at"],
                by=str(row["resolved_by_id"]),
                side=None if row["side"] == FlagSide.CASE else Side(row["side"]),
            )
            for row in gathered.of("resolutions", case_id)
        ),
        scores=tuple(
            told.Score(
                instrument=Instrument(row["instrument"]),
                side=gathered.sides[row["tendon_id"]] if row["tendon_id"] else None,
                value=float(row["value"]),
                taken_on=row["taken_on"],
            )
            for row in gathered.of("scores", case_id)
        ),
        paused=case["status"] == CaseStatus.CLOSED,
    )


def _plan(case: Row, gathered: CaseRows) -> told.Plan:
    case_id = case["id"]
    plans = tuple(_tendon_plan(row, gathered.sides) for row in gathered.of("plans", case_id))
    facts = [row["facts"] for row in gathered.of("assessments", case_id)]
    return told.Plan(
        sides=gathered.sides_of(case_id),
        tendon_plans=plans,
        baselines=tuple(
            told.TendonBaseline(
                side=gathered.sides[row["tendon_id"]],
                at=row["assessment__assessed_at"],
                usual_pain=row["usual_pain"],
                worst_pain=row["worst_pain"],
            )
            for row in gathered.of("findings", case_id)
        ),
        stage_steps=tuple(
            told.StageStep(
                id=str(row["id"]),
                at=row["at"],
                act=told.StageAct(row["kind"]),
                stage=row["to_stage"],
                track=told.Track(row["track"]),
                by=str(row["by_id"]),
                reason=row["reason"],
            )
            for row in gathered.of("steps", case_id)
        ),
        thresholds=case_thresholds(plans),
        reference_week_minutes=latest(facts, "reference_week_minutes"),
        pre_injury_week_m=latest(facts, "pre_injury_week_m"),
        record_only=case["clinic__record_only"],
    )


def _entry(row: Row, names: Mapping[UUID, str]) -> Row:
    superseded = row["supersedes_id"]
    return {
        "id": str(row["client_id"]),
        "at": row["occurred_at"],
        "received_at": row["received_at"],
        "local_date": row["local_date"],
        "supersedes": names.get(superseded, str(superseded)) if superseded else None,
        "voided": row["voided"],
    }


def _both(row: Row, name: str, sides: tuple[Side, ...]) -> dict[Side, Any]:
    """A value for each affected side, None where nothing was said; another side only if something was."""
    values = {Side.LEFT: row[f"{name}_left"], Side.RIGHT: row[f"{name}_right"]}
    return {side: value for side, value in values.items() if side in sides or value is not None}


def _run(row: Row, entry: Row, sides: tuple[Side, ...]) -> told.Run:
    warm_up = _both(row, "warm_up", sides)
    return told.Run(
        **entry,
        minutes=row["minutes"],
        pain=_both(row, "pain", sides),
        warm_up={side: told.WarmUp(code) if code else None for side, code in warm_up.items()},
        longest_block_minutes=row["longest_block_minutes"],
        distance_m=row["distance_m"],
        hills=row["hills"],
        speed=row["speed"],
        shoe=row["shoe"],
        shoe_drop_mm=row["shoe_drop_mm"],
    )


def _report(row: Row, entry: Row, sides: tuple[Side, ...], runs: Mapping[UUID, str]) -> told.PainReport:
    return told.PainReport(
        **entry,
        kind=told.ReportKind(row["kind"]),
        pain=_both(row, "pain", sides),
        run_id=runs[row["run_id"]] if row["run_id"] else None,
        stiffness_minutes=row["stiffness_minutes"],
    )


def _session(row: Row, entry: Row, sides: Mapping[UUID, Side]) -> told.ExerciseSession:
    return told.ExerciseSession(
        **entry,
        side=sides[row["tendon_id"]],
        half=told.Half(row["half"]),
        protocol=Protocol(row["protocol"]),
        sets=tuple(
            _set(one["knee"], one["reps"], one.get("load_kg"), one.get("seconds")) for one in row["sets"]
        ),
        pain=row["pain"],
    )


@lru_cache(maxsize=4096)
def _set(knee: str, reps: int, load_kg: float | None, seconds: float | None) -> told.ExerciseSet:
    """Sets are much alike, so each is made once: half of a history's values are sets."""
    return told.ExerciseSet(knee=told.Knee(knee), reps=reps, load_kg=load_kg, lowering_s=seconds)


def _red_flags(row: Row, entry: Row) -> told.RedFlagReport:
    return told.RedFlagReport(
        **entry,
        findings=frozenset(map(RedFlag, row["findings"])),
        side=Side(row["side"]) if row["side"] else None,
    )


def _tendon_plan(row: Row, sides: Mapping[UUID, Side]) -> told.TendonPlan:
    return told.TendonPlan(
        id=str(row["id"]),
        side=sides[row["tendon_id"]],
        type=TendinopathyType(row["tendinopathy_type"]),
        protocol=Protocol(row["protocol"]),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        sets=row["sets"],
        reps=row["reps"],
        sessions_per_day=row["sessions_per_day"],
        days_per_week=row["days_per_week"],
        knees=tuple(map(told.Knee, row["knees"])),
        start_sets=row["start_sets"],
        override_reason=row["override_reason"],
        thresholds={code: change["value"] for code, change in row["thresholds"].items()},
    )


def case_thresholds(plans: tuple[told.TendonPlan, ...]) -> dict[str, float]:
    """What the open plans changed; where two tendons differ, the plan that started later is believed."""
    return {code: value for plan in plans if plan.ends_on is None for code, value in plan.thresholds.items()}


def latest(facts: list[Row], name: str) -> int | None:
    """The newest assessment that says it; None if none does."""
    return next((one[name] for one in reversed(facts) if one.get(name) is not None), None)
