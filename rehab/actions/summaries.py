"""The worklist's rows: rebuilt from each evaluation, regrouped when somebody works on a flag."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.models import Case
from rehab.charts import sparkline
from rehab.clinical.evaluation import SILENCE, Evaluation, FindingKind, Severity
from rehab.clinical.evidence import RANK
from rehab.clinical.history import History, Plan
from rehab.clinical.scores_due import scores_due
from rehab.clinical.thresholds import resolve
from rehab.models import CaseSummary, Flag, FlagState, WorkGroup
from rehab.queries.days import day_sets, encode_sets, last_days, morning_pain
from rehab.queries.flag_words import place

COULD_NOT_ASSESS = "COULD_NOT_ASSESS"
STEP = 10  # between two severities
FAILED = RANK[Severity.ACT] * STEP + STEP // 2  # nobody knows how this runner is: only urgent comes first
SPARK_DAYS, STRIP_DAYS, MAINTENANCE_STAGE = 28, 14, 8
_GROUPS = {
    Severity.URGENT: WorkGroup.ACT,
    Severity.ACT: WorkGroup.ACT,
    Severity.REVIEW: WorkGroup.REVIEW,
    Severity.QUIET: WorkGroup.QUIET,
    Severity.READY: WorkGroup.READY,
}
_GROUP_FIELDS = ("group", "severity", "since", "headline", "reason")
_FIELDS = (
    *_GROUP_FIELDS, "stage", "stage_label", "week", "decision", "decision_until", "spark_path", "last_pain",
    "set_strip", "last_report_at", "evaluated_at", "rule_version", "search", "scores_week",
)  # fmt: skip


def row(
    case: Case, history: History, plan: Plan, evaluation: Evaluation, flags: Iterable[Flag], now: datetime
) -> CaseSummary:
    """What the worklist shows of this case; not yet written."""
    today = evaluation.local_date
    pain = morning_pain(history, plan, last_days(today, SPARK_DAYS))
    strip = day_sets(history, plan, last_days(today, STRIP_DAYS), today)
    scores = scores_due(history, plan, today)
    summary = CaseSummary(
        clinic_id=case.clinic_id,
        patient_id=case.patient_id,
        case_id=case.id,
        stage=evaluation.stage.stage,
        stage_label=_stage_label(evaluation.stage.stage),
        week=evaluation.week,
        decision=evaluation.running.decision.value,
        decision_until=evaluation.running.not_before,
        spark_path=str(sparkline(pain, limit=resolve(plan.thresholds_at(now)).run_ok_max + 1)),
        last_pain=next((value for value in reversed(pain) if value is not None), None),
        set_strip=encode_sets(strip),
        last_report_at=evaluation.last_report_at,
        evaluated_at=now,
        rule_version=evaluation.rule_version,
        scores_week=scores.week if scores else None,
    )
    _group(summary, flags, now)
    return summary


def write(rows: Sequence[CaseSummary]) -> None:
    CaseSummary.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("clinic", "case"), update_fields=_FIELDS
    )


@transaction.atomic
def regroup(*, case_id: UUID, now: datetime) -> None:
    """After somebody worked on one of the case's flags: into which group it now belongs, and why."""
    summary = CaseSummary.objects.for_case(case_id).select_for_update().first()
    if summary is None:
        return
    flags = Flag.objects.open().for_case(case_id).order_by("id")
    more_urgent = any(RANK[flag.severity] * STEP > summary.severity for flag in flags)
    if summary.headline == COULD_NOT_ASSESS and not more_urgent:
        return
    _group(summary, flags, now)
    summary.save(update_fields=_GROUP_FIELDS)


def mark_failed(cases: Sequence[Case], *, now: datetime) -> None:
    """Say that the case could not be assessed; what the row says besides is of `evaluated_at`."""
    failed = [
        CaseSummary(
            clinic_id=case.clinic_id,
            patient_id=case.patient_id,
            case_id=case.id,
            group=WorkGroup.ACT,
            severity=FAILED,
            since=now,
            headline=COULD_NOT_ASSESS,
            reason="Could not be assessed. Nothing here is up to date: look at the diary yourself.",
            decision="",
            evaluated_at=case.evaluated_at or case.opened_at,
            rule_version="",
        )
        for case in cases
    ]
    CaseSummary.objects.bulk_create(
        failed,
        update_conflicts=True,
        unique_fields=("clinic", "case"),
        update_fields=(*_GROUP_FIELDS, "decision", "decision_until"),
    )


def _group(summary: CaseSummary, flags: Iterable[Flag], now: datetime) -> None:
    """The most urgent open flag decides; of equals the one that has waited longest."""
    waiting = [flag for flag in flags if flag.state == FlagState.OPEN]
    if not waiting:
        summary.group, summary.severity, summary.since = WorkGroup.CALM, 0, now
        summary.headline = summary.reason = ""
        return
    silent = any(flag.kind in SILENCE for flag in waiting)
    top = min(
        waiting,
        key=lambda flag: (
            place(flag.kind, flag.severity, silent=silent), flag.opened_at, flag.kind, flag.side
        ),
    )  # fmt: skip
    summary.group = _GROUPS[Severity(top.severity)]
    summary.severity = _weight(top)
    summary.since = top.opened_at
    summary.headline, summary.reason = top.kind, top.reason


def _weight(flag: Flag) -> int:
    """Its place in the worklist: a red flag stands above everything else."""
    return RANK[flag.severity] * STEP + (STEP // 2 if flag.kind == FindingKind.RED_FLAG else 0)


def _stage_label(stage: int | None) -> str:
    if stage is None:
        return "Not started"
    return "Maintenance" if stage == MAINTENANCE_STAGE else f"Stage {stage}"
