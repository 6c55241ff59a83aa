"""Evaluates cases and stores what the rules said. Evaluating again without news stores nothing new."""

import logging
import traceback
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from patients.models import Case, CaseStatus
from rehab.actions import flag_changes, summaries
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Evaluation, FindingKind, GateResult, StageEffect
from rehab.clinical.history import History, Plan
from rehab.models import Flag, FlagState, StageChange
from rehab.models.codes import REGRESS
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries.history import read_many

log = logging.getLogger(__name__)

FIRST_RETRY, LAST_RETRY = timedelta(minutes=1), timedelta(hours=6)
CASE_FIELDS = ("evaluation_due_at", "evaluated_at", "evaluation_failures", "evaluation_error", "suspended_at")
WRITE_CASES = """
    UPDATE patients_case AS stored
    SET evaluation_due_at = new.due_at, evaluated_at = new.evaluated_at, evaluation_failures = new.failures,
        evaluation_error = new.error, suspended_at = new.suspended_at
    FROM unnest(
        %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::text[], %s::timestamptz[])
        AS new(id, due_at, evaluated_at, failures, error, suspended_at)
    WHERE stored.id = new.id
"""


@dataclass(frozen=True)
class Evaluated:
    case: Case
    history: History
    plan: Plan
    evaluation: Evaluation


@dataclass(frozen=True)
class Outcome:
    """How many cases, flags raised, flags changed. `failed` cases come round again later."""

    evaluated: int = 0
    failed: int = 0
    raised: int = 0
    changed: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.evaluated + other.evaluated,
            self.failed + other.failed,
            self.raised + other.raised,
            self.changed + other.changed,
        )


@transaction.atomic
def evaluate_due(*, case_ids: Iterable[UUID], now: datetime) -> Outcome:
    """Those of the cases that are due and that nobody else is working on, in one transaction."""
    cases = Case.objects.due(now).filter(id__in=case_ids).select_for_update(skip_locked=True, of=("self",))
    return _evaluate(list(cases.order_by("id")), now)


@transaction.atomic
def evaluate_all(*, case_ids: Iterable[UUID], now: datetime) -> Outcome:
    """All of the cases, due or not; waits for whoever is working on one."""
    cases = Case.objects.filter(id__in=case_ids).select_for_update(of=("self",))
    return _evaluate(list(cases.order_by("id")), now)


@transaction.atomic
def record_failure(*, case_id: UUID, error: BaseException, now: datetime) -> None:
    """The case could not be assessed: shown as such, and tried again later and later."""
    case = Case.objects.select_for_update(of=("self",)).get(id=case_id)
    _count_failure(case, error, now)
    case.save(update_fields=CASE_FIELDS)
    summaries.mark_failed([case], now=now)


def _evaluate(cases: Sequence[Case], now: datetime) -> Outcome:
    closed = [case for case in cases if case.status == CaseStatus.CLOSED]
    tell = read_many(case.id for case in cases if case.status != CaseStatus.CLOSED)
    done: list[Evaluated] = []
    failed: list[Case] = []
    for case in cases:
        if case.id not in tell:
            continue
        try:
            history, plan = tell[case.id]()
            done.append(Evaluated(case, history, plan, evaluate(history, plan, now)))
        except Exception as error:  # one case that cannot be assessed must not keep the others waiting
            _count_failure(case, error, now)
            failed.append(case)
    for case in closed:
        case.evaluation_due_at = None
    outcome = _store(done, now)
    _write_cases([*failed, *closed])
    summaries.mark_failed(failed, now=now)
    return outcome + Outcome(failed=len(failed))


def _store(done: Sequence[Evaluated], now: datetime) -> Outcome:
    cases = [one.case for one in done]
    flags, handled = _standing_flags(cases), _handled_flags(cases)
    raised: list[Flag] = []
    changed: list[Flag] = []
    rows = []
    for one in done:
        changes = flag_changes.compare(
            case=one.case,
            flags=flags[one.case.id],
            handled=handled[one.case.id],
            findings=one.evaluation.findings,
            now=now,
        )
        raised += changes.raised
        changed += changes.changed
        rows.append(summaries.row(one.case, one.history, one.plan, one.evaluation, changes.standing, now))
        _suspend(one.case, one.evaluation, changes.standing, now)
        _schedule(one.case, one.evaluation, changes.standing, now)
    _write_flags(raised, changed)
    _write_steps_back(done)
    summaries.write(rows)
    _write_cases(cases)
    return Outcome(evaluated=len(done), raised=len(raised), changed=len(changed))


def _standing_flags(cases: Iterable[Case]) -> dict[UUID, list[Flag]]:
    by_case: dict[UUID, list[Flag]] = defaultdict(list)
    for flag in Flag.objects.open().filter(case__in=cases).order_by("case_id", "side", "kind", "id"):
        by_case[flag.case_id].append(flag)
    return by_case


def _handled_flags(cases: Iterable[Case]) -> dict[UUID, list[Flag]]:
    """The last flag of each side and kind that a physio resolved, or of a state, acknowledged."""
    by_case: dict[UUID, list[Flag]] = defaultdict(list)
    seen = Q(resolved_by__isnull=False) | Q(acknowledged_by__isnull=False, kind__in=flag_changes.LASTING)
    resolved = Flag.objects.filter(seen, case__in=cases, state=FlagState.RESOLVED)
    key = ("case_id", "side", "kind")
    for flag in resolved.order_by(*key, "-resolved_at", "-id").distinct(*key):
        by_case[flag.case_id].append(flag)
    return by_case


def _write_cases(cases: Sequence[Case]) -> None:
    """One statement over five arrays; Django's own would write a CASE for each case and column."""
    if not cases:
        return
    columns = [[case.id for case in cases]]
    columns += [[getattr(case, name) for case in cases] for name in CASE_FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_CASES, columns)


def _write_flags(raised: list[Flag], changed: list[Flag]) -> None:
    Flag.objects.bulk_create(raised, ignore_conflicts=True)  # two writers at once: one flag
    Flag.objects.bulk_update(changed, flag_changes.CHANGED_FIELDS)


def _write_steps_back(done: Iterable[Evaluated]) -> None:
    """The rules' own steps back, once for each entry that caused one; nothing already written is touched."""
    steps = [
        StageChange(
            clinic_id=one.case.clinic_id,
            patient_id=one.case.patient_id,
            case_id=one.case.id,
            at=move.at,
            from_stage=move.from_stage,
            to_stage=move.to_stage,
            track=one.evaluation.stage.track,
            kind=REGRESS,
            reason=move.reason,
            cause_id=UUID(move.cause_id),
            rule_version=one.evaluation.rule_version,
        )
        for one in done
        for move in one.evaluation.stage.path
        if move.kind == REGRESS and move.by is None and move.cause_id is not None
    ]
    StageChange.objects.bulk_create(steps, ignore_conflicts=True)


def _suspend(case: Case, evaluation: Evaluation, standing: Iterable[Flag], now: datetime) -> None:
    """Only a physio's recorded act ends a suspension: neither the rules nor an edit lift it from a flag."""
    suspended = (
        any(flag.kind in PHYSIO_ONLY for flag in standing)
        or evaluation.stage.result is GateResult.SUSPENDED
        or evaluation.running.stage_effect is StageEffect.SUSPEND  # also before any stage was started
        or any(one.kind is FindingKind.RED_FLAG for one in evaluation.findings)  # and in record-only
    )
    if suspended != (case.suspended_at is not None):
        case.suspended_at = now if suspended else None


def _schedule(case: Case, evaluation: Evaluation, standing: Iterable[Flag], now: datetime) -> None:
    wakes = map(flag_changes.wakes_at, standing)
    moments = [moment for moment in (evaluation.next_due_at, *wakes) if moment is not None]
    case.evaluation_due_at = min(moments, default=None)
    case.evaluated_at = now
    case.evaluation_failures, case.evaluation_error = 0, ""


def _count_failure(case: Case, error: BaseException, now: datetime) -> None:
    """What is stored and logged carries no patient data: the error's type and place, never its text."""
    log.error("case could not be assessed: %s", _place(error), extra={"case_id": str(case.id)})
    case.evaluation_failures += 1
    case.evaluation_error = _place(error)[:200]
    case.evaluation_due_at = now + min(FIRST_RETRY * 2 ** min(case.evaluation_failures - 1, 10), LAST_RETRY)


def _place(error: BaseException) -> str:
    """ "KeyError at rehab/clinical/running.py:88"."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {'/'.join(frames[-1].filename.split('/')[-3:])}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
