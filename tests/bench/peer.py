"""One family of rules a second time, as one set-based SQL statement: the 24-hour answer of every run.

As far as the bench's diaries go: one affected side, nothing corrected, nothing said before a run.
Whether both say the same of every run is counted, and the table shows it.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from physio.web.tenancy import tenant
from rehab.clinical import stages
from rehab.clinical.ledger import replay
from rehab.clinical.review import review
from rehab.queries.history import Told, read_many
from tests.bench.caseload import Caseload
from tests.bench.timing import Line, side_by_side

# Case by case: over a whole clinic the planner, who cannot see through row-level security, expects one row
# and joins each with each.
ANSWERS = """
SELECT c.id, answered.* FROM patients_case c CROSS JOIN LATERAL (
    WITH run AS MATERIALIZED (
        SELECT id, client_id, occurred_at AS at, local_date,
            occurred_at - minutes * interval '1 minute' AS start,
            lead(occurred_at - minutes * interval '1 minute') OVER (ORDER BY occurred_at, id) AS next_start
        FROM rehab_run WHERE case_id = c.id
    ), usual AS MATERIALIZED (
        SELECT a.assessed_at, f.usual_pain
        FROM assessments_tendonfinding f JOIN assessments_assessment a ON a.id = f.assessment_id
        WHERE f.case_id = c.id
    ), mornings AS (
        SELECT m.occurred_at AS at, coalesce(m.pain_left, m.pain_right) AS pain, u.usual_pain,
            array_agg(coalesce(m.pain_left, m.pain_right)) OVER (
                ORDER BY m.occurred_at RANGE interval '14 days' PRECEDING) AS fortnight
        FROM rehab_painreport m JOIN usual u ON m.occurred_at >= u.assessed_at
        WHERE m.case_id = c.id AND m.kind = 'MORNING' AND coalesce(m.pain_left, m.pain_right) IS NOT NULL
    ), lowered AS MATERIALIZED (
        SELECT median, min(at) AS since
        FROM mornings, LATERAL (
            SELECT floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY pain_then)) AS median
            FROM unnest(fortnight) AS pain_then
        ) of_fortnight
        WHERE cardinality(fortnight) >= 7 AND pain < usual_pain AND median < usual_pain
        GROUP BY median
    )
    SELECT run.client_id::text, CASE
        WHEN in_window IS NOT NULL THEN CASE WHEN in_window > baseline THEN 'NO' ELSE 'YES' END
        WHEN late > baseline THEN 'NO'
        WHEN early <= baseline THEN 'YES'
        WHEN late IS NOT NULL THEN 'YES_LATE'
        WHEN next_start IS NOT NULL OR %s - at >= interval '36 hours' THEN 'MISSING'
        ELSE 'UNKNOWN' END
    FROM run
    CROSS JOIN LATERAL (
        SELECT least(min(usual_pain), (SELECT min(median) FROM lowered WHERE since <= run.start)) AS baseline
        FROM usual
    ) judged
    CROSS JOIN LATERAL (
        SELECT
            (array_agg(pain ORDER BY hours DESC) FILTER (WHERE hours BETWEEN 20 AND 28))[1] AS in_window,
            (array_agg(pain ORDER BY hours DESC)
                FILTER (WHERE hours >= 12 AND hours < 20 AND later_day))[1] AS early,
            max(pain) FILTER (WHERE hours > 28 AND hours <= 72) AS late
        FROM (
            SELECT coalesce(p.pain_left, p.pain_right) AS pain, p.local_date > run.local_date AS later_day,
                extract(epoch FROM p.occurred_at - run.at) / 3600 AS hours
            FROM rehab_painreport p
            WHERE p.case_id = c.id AND (p.run_id IS NULL OR p.run_id = run.id)
                AND p.occurred_at BETWEEN run.at AND least(
                    run.at + interval '84 hours',
                    CASE WHEN run.next_start IS NOT NULL THEN greatest(run.next_start, run.at) END)
        ) reply WHERE pain IS NOT NULL
    ) heard
) answered
"""
Answers = dict[tuple[UUID, str], str]  # case, run -> what its 24-hour answer is


def answers(caseload: Caseload, now: datetime) -> Iterator[Line]:
    said, by_sql = _by_rules(caseload, now), _by_sql(caseload, now)
    different = sum(by_sql.get(run) != answer for run, answer in said.items())
    ours, theirs = side_by_side(
        lambda: _by_rules(caseload, now), lambda: _by_sql(caseload, now), times=5 if len(said) < 50_000 else 1
    )
    yield Line(
        "P2 only the 24-hour answers: read, replayed", caseload.size / ours, "cases",
        "the same rule as one SQL statement", caseload.size / theirs, ">= 1",
        f"{len(said):,} runs, {different} of them told otherwise by SQL",
    )  # fmt: skip


def _by_rules(caseload: Caseload, now: datetime) -> Answers:
    found: Answers = {}
    for clinic_id in caseload.clinics:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
            for case_id, tell in read_many(caseload.cases[clinic_id]).items():
                found |= {(case_id, run): status for run, status in _answers(tell(), now)}
    return found


def _answers(told: Told, now: datetime) -> Iterator[tuple[str, str]]:
    history, plan = told
    nowhere = stages.walk((), (), lambda moment: False, now)  # the answer does not ask for the stage
    for view in review(replay(history, plan, now), nowhere):
        yield view.run.id, view.status.value


def _by_sql(caseload: Caseload, now: datetime) -> Answers:
    found: Answers = {}
    for clinic_id in caseload.clinics:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"), connection.cursor() as cursor:
            cursor.execute(ANSWERS, [now])
            found |= {(case_id, run): status for case_id, run, status in cursor.fetchall()}
    return found
