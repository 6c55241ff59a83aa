"""What a caseload report counts: one row a case, in one query. Row-level security decides what is there.

Written in SQL because a year of a large clinic is read at once: the server looks each thing up through the
indexes by case and sends a few numbers. The words beside each part say what it means.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from patients.models.case_change import CaseOutcome, ChangeKind
from patients.models.codes import CaseStatus
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import Track
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import resolve
from rehab.models.codes import FlagState
from rehab.models.flag import PHYSIO_ONLY

NO_CAP = 600  # minutes: as long as a run can be
DOSE_DAYS = 84


class ReportRow(NamedTuple):
    """`scores`: JSON, each [instrument, tendon, value, day since the case was opened], or None."""

    id: UUID
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    types: list[str] | None
    protocols: list[str] | None
    stage_4_at: datetime | None
    stage_7_at: datetime | None
    first_run_at: datetime | None
    stalled: bool
    inactive: bool
    reps_done: float | None
    reps_prescribed: float | None
    scores: str | None


ROWS = """
SELECT c.id, c.opened_at, c.closed_at, ending.outcome, first.types, first.protocols,
    stage.fourth, stage.seventh, run.at, flagged.stalled, flagged.inactive,
    dose.done, dose.prescribed, score.taken
FROM patients_case c
JOIN patients_clinic k ON k.id = c.clinic_id
-- how it was closed, if it is
LEFT JOIN LATERAL (
    SELECT x.outcome FROM patients_casechange x
    WHERE x.case_id = c.id AND x.kind = %(closed_kind)s AND c.status = %(closed)s
    ORDER BY x.at DESC, x.id DESC LIMIT 1
) ending ON true
-- type and programme that each leg was first given
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT p.tendinopathy_type) AS types, array_agg(DISTINCT p.protocol) AS protocols,
        min(p.starts_on) AS starts_on
    FROM rehab_plan p
    WHERE p.case_id = c.id AND p.version = (
        SELECT min(o.version) FROM rehab_plan o WHERE o.case_id = c.id AND o.tendon_id = p.tendon_id)
) first
-- when a physio first opened the stage
CROSS JOIN LATERAL (
    SELECT min(s.at) FILTER (WHERE s.to_stage >= 4) AS fourth,
        min(s.at) FILTER (WHERE s.to_stage >= 7) AS seventh
    FROM rehab_stagechange s WHERE s.case_id = c.id AND s.by_id IS NOT NULL
) stage
-- the first run no longer than its stage allowed, every affected side scored and at the limit of its plan or
-- under it, with nothing that suspended the case
LEFT JOIN LATERAL (
    SELECT r.occurred_at AS at FROM rehab_run r
    CROSS JOIN LATERAL (
        SELECT s.to_stage, s.track FROM rehab_stagechange s
        WHERE s.case_id = c.id AND s.at <= r.occurred_at ORDER BY s.at DESC, s.id DESC LIMIT 1
    ) now
    WHERE r.case_id = c.id AND NOT r.voided
        AND NOT EXISTS (SELECT FROM rehab_run n WHERE n.case_id = c.id AND n.supersedes_id = r.id)
        AND (now.track = %(reduced)s OR r.minutes <= (%(caps)s::int[])[now.to_stage])
        AND EXISTS (SELECT FROM patients_tendon t WHERE t.case_id = c.id)
        AND NOT EXISTS (
            SELECT FROM patients_tendon t
            LEFT JOIN LATERAL (
                SELECT v.thresholds FROM rehab_plan v
                WHERE v.case_id = c.id AND v.tendon_id = t.id AND v.starts_on <= r.local_date
                ORDER BY v.version DESC LIMIT 1
            ) p ON true
            WHERE t.case_id = c.id
                AND (CASE t.side WHEN 'LEFT' THEN r.pain_left ELSE r.pain_right END
                    <= coalesce((p.thresholds -> 'RUN_OK_MAX' ->> 'value')::int, %(run_ok_max)s)) IS NOT TRUE)
        AND NOT EXISTS (
            SELECT FROM rehab_flag f
            WHERE f.case_id = c.id AND f.kind = ANY(%(suspending)s) AND f.opened_at <= r.occurred_at
                AND (f.resolved_at IS NULL OR f.resolved_at > r.occurred_at))
    ORDER BY r.occurred_at, r.id LIMIT 1
) run ON true
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(f.kind = ANY(%(stalled)s)), false) AS stalled,
        coalesce(bool_or(f.kind = %(inactive)s AND f.state <> %(resolved)s), false) AS inactive
    FROM rehab_flag f WHERE f.case_id = c.id
) flagged
-- repetitions of the first twelve weeks, full days only: each session, and each day, at most in full
CROSS JOIN LATERAL (
    SELECT first.starts_on AS begins,
        least(first.starts_on + %(dose_days)s,
            (coalesce(c.closed_at, %(now)s) AT TIME ZONE k.time_zone)::date) AS ends
) span
CROSS JOIN LATERAL (
    SELECT
        (SELECT sum(least(day.reps, day.most)) FROM (
            SELECT sum(least(e.reps_done, p.sets * p.reps * cardinality(p.knees)))  AS reps,
                max(p.sets * p.reps * cardinality(p.knees) * p.sessions_per_day) AS most
            FROM rehab_exercisesession e JOIN rehab_plan p ON p.id = e.plan_id
            WHERE e.case_id = c.id AND NOT e.voided
                AND e.local_date >= span.begins AND e.local_date < span.ends
                AND NOT EXISTS (
                    SELECT FROM rehab_exercisesession n WHERE n.case_id = c.id AND n.supersedes_id = e.id)
            GROUP BY e.tendon_id, e.local_date
        ) day)::float8 AS done,
        (SELECT sum(p.sets * p.reps * cardinality(p.knees) * p.sessions_per_day * p.days_per_week / 7.0
                * greatest(0, least(coalesce(p.ends_on, span.ends), span.ends) - p.starts_on))
            FROM rehab_plan p WHERE p.case_id = c.id)::float8 AS prescribed
) dose
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(o.instrument, o.tendon_id, o.value, o.taken_on - c.opened_at::date)
        ORDER BY o.taken_on, o.id) AS taken
    FROM assessments_outcomescore o WHERE o.case_id = c.id AND o.instrument = ANY(%(instruments)s)
) score
WHERE c.opened_at >= %(since)s AND c.opened_at < %(until)s
    AND ending.outcome IS DISTINCT FROM %(mistake)s
ORDER BY c.opened_at, c.id
"""


def read(*, since: datetime, until: datetime, now: datetime, instruments: list[str]) -> Iterator[ReportRow]:
    """Every case that was opened from `since` until before `until`, without those opened by mistake."""
    content = [STAGES[number].minutes_high for number in sorted(STAGES)]
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS,
            {
                "since": since,
                "until": until,
                "now": now,
                "instruments": instruments,
                "closed": CaseStatus.CLOSED.value,
                "closed_kind": ChangeKind.CLOSED.value,
                "mistake": CaseOutcome.OPENED_BY_MISTAKE.value,
                "reduced": Track.MODIFIED_RUNNING.value,
                "caps": [NO_CAP if cap is None else cap for cap in content],
                "run_ok_max": resolve({}).run_ok_max,
                "suspending": list(PHYSIO_ONLY),
                "stalled": [FindingKind.STALLED_8W.value, FindingKind.STALLED_12W.value],
                "inactive": FindingKind.INACTIVE.value,
                "resolved": FlagState.RESOLVED.value,
                "dose_days": DOSE_DAYS,
            },
        )
        for found in cursor.fetchall():
            yield ReportRow(*found)
