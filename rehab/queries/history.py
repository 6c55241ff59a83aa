"""From stored rows to what the rules are told: a case's `History` and `Plan`, many cases at a time.

The number of queries is the same for one case and for two hundred. An entry's id is its `client_id`, so
`owed.run_id`, `cause_id` and a reading's `entry_id` are client UUIDs too. Row-level security decides which
cases are there at all.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.findings import Finding as RedFlag
from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from patients.models import Case, CaseStatus
from rehab.clinical import history as told
from rehab.clinical.local_time import start_of_day
from rehab.models import FlagSide
from rehab.queries.case_rows import CaseId, read_rows
from rehab.queries.history_entries import names_of, red_flags_of, report_of, run_of, session_of
from rehab.queries.rows import CaseRows, PlanRow

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
    return {rows.id: partial(_tell, rows) for rows in read_rows(case_ids)}


def _tell(rows: CaseRows) -> Told:
    sides = {tendon.id: Side(tendon.side) for tendon in rows.tendons}
    return _history(rows, sides), _plan(rows, sides)


def _history(rows: CaseRows, sides: Mapping[str, Side]) -> told.History:
    zone, affected = ZoneInfo(rows.time_zone), tuple(sides.values())
    runs, reports, sessions = names_of(rows.runs), names_of(rows.reports), names_of(rows.sessions)
    run_ids = {run.id: run.client_id for run in rows.runs}
    return told.History(
        case_id=str(rows.id),
        time_zone=rows.time_zone,
        opened_at=rows.opened_at,
        runs=tuple([run_of(row, runs, affected) for row in rows.runs]),
        reports=tuple([report_of(row, reports, affected, run_ids) for row in rows.reports]),
        sessions=tuple([session_of(row, sessions, sides) for row in rows.sessions]),
        red_flags=tuple(red_flags_of(row, names_of(rows.red_flags)) for row in rows.red_flags),
        assessed_red_flags=tuple(
            told.RedFlagReport(
                id=row.id,
                at=row.assessed_at,
                received_at=row.assessed_at,
                local_date=row.assessed_at.astimezone(zone).date(),
                findings=frozenset(map(RedFlag, json.loads(row.red_flags))),
            )
            for row in rows.assessments
            if row.red_flags != "[]"
        ),
        clearances=tuple(
            told.Clearance(
                id=row.id,
                at=row.cleared_at,
                by=row.by_id,
                covers=None if row.covers is None else frozenset(json.loads(row.covers)),
            )
            for row in rows.clearances
        ),
        resolutions=tuple(
            told.Resolution(
                id=row.id,
                at=row.resolved_at,
                by=row.resolved_by_id,
                side=None if row.side == FlagSide.CASE else Side(row.side),
            )
            for row in rows.resolutions
        ),
        scores=tuple(
            told.Score(
                instrument=Instrument(row.instrument),
                side=sides[row.tendon_id] if row.tendon_id else None,
                value=row.value,
                taken_on=row.taken_on,
            )
            for row in rows.scores
        ),
        paused=rows.status == CaseStatus.CLOSED,
    )


def _plan(rows: CaseRows, sides: Mapping[str, Side]) -> told.Plan:
    facts = [json.loads(row.facts) for row in rows.assessments]
    return told.Plan(
        sides=tuple(sides.values()),
        tendon_plans=tuple(_tendon_plan(row, sides) for row in rows.plans),
        baselines=tuple(
            told.TendonBaseline(
                side=sides[row.tendon_id],
                at=row.assessed_at,
                usual_pain=row.usual_pain,
                worst_pain=row.worst_pain,
            )
            for row in rows.findings
        ),
        stage_steps=tuple(
            told.StageStep(
                id=row.id,
                at=row.at,
                act=told.StageAct(row.kind),
                stage=row.to_stage,
                track=told.Track(row.track),
                by=row.by_id,
                reason=row.reason,
            )
            for row in rows.steps
            if row.by_id is not None
        ),
        threshold_versions=_threshold_versions(rows.plans, rows.time_zone),
        steps_back=tuple(
            told.StepBack(
                at=row.at,
                cause_id=row.cause_id,
                from_stage=row.from_stage,
                to_stage=row.to_stage,
                reason=row.reason,
            )
            for row in rows.steps
            if row.by_id is None and row.cause_id is not None and row.from_stage is not None
        ),
        reference_week_minutes=latest(facts, "reference_week_minutes"),
        pre_injury_week_m=latest(facts, "pre_injury_week_m"),
        record_only=rows.record_only,
        withdrawal=withdrawal(rows.withdrawn_at, rows.given_at),
    )


def withdrawal(withdrawn_at: datetime | None, given_at: datetime | None) -> told.Withdrawal | None:
    """From the last moment of each; None when nothing was ever taken back."""
    if withdrawn_at is None:
        return None
    again = given_at if given_at is not None and given_at > withdrawn_at else None
    return told.Withdrawal(at=withdrawn_at, given_again_at=again)


def _tendon_plan(row: PlanRow, sides: Mapping[str, Side]) -> told.TendonPlan:
    return told.TendonPlan(
        id=row.id,
        side=sides[row.tendon_id],
        type=TendinopathyType(row.tendinopathy_type),
        protocol=Protocol(row.protocol),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        sets=row.sets,
        reps=row.reps,
        sessions_per_day=row.sessions_per_day,
        days_per_week=row.days_per_week,
        knees=tuple(map(told.Knee, json.loads(row.knees))),
        start_sets=row.start_sets,
        override_reason=row.override_reason,
        thresholds=_changed(row),
    )


def _threshold_versions(plans: Sequence[PlanRow], time_zone: str) -> tuple[told.ThresholdVersion, ...]:
    """What the plans changed, each from the moment it came into force; `plans` by day of start, then version.

    A version comes into force when its first day begins, but never before it was written. It holds until the
    next one of its tendon does, also when its exercises ended or the case was closed and opened again: only a
    physio changes what a physio set. Where two tendons differ, the plan that started later is believed.
    """
    if all(plan.thresholds == "{}" for plan in plans):
        return ()
    begins = {plan.id: max(plan.created_at, start_of_day(plan.starts_on, time_zone)) for plan in plans}
    found: list[told.ThresholdVersion] = []
    before: dict[str, float] = {}
    for moment in sorted(set(begins.values())):
        begun = {plan.tendon_id: plan for plan in plans if begins[plan.id] <= moment}
        now = {
            code: value
            for plan in plans
            if begun.get(plan.tendon_id) is plan
            for code, value in _changed(plan).items()
        }
        if now != before:
            found.append(told.ThresholdVersion(at=moment, thresholds=now))
            before = now
    return tuple(found)


def _changed(plan: PlanRow) -> dict[str, float]:
    return {code: change["value"] for code, change in json.loads(plan.thresholds).items()}


def latest(facts: list[dict[str, Any]], name: str) -> int | None:
    """The newest assessment that says it; None if none does."""
    return next((one[name] for one in reversed(facts) if one.get(name) is not None), None)
