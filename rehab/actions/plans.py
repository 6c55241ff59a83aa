"""Assigns a plan to a tendon, and changes it: always a new version from a day on, never an edit.

Every assignment passes the interlock (assessments.clinical.interlock) with the newest assessment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from assessments.clinical import interlock
from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.interlock import Assignment
from assessments.clinical.sides import Side
from assessments.queries import assessments
from assessments.queries.assessments import AssessedTendon, LatestAssessment
from patients.actions.physio_acts import ActRefused, held
from patients.models import Case, Membership, Tendon, uuid7
from rehab.actions import notes
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.protocols import TEMPLATES, Dose
from rehab.clinical.thresholds import REHAB_THRESHOLDS, faults
from rehab.models import Flag, Plan
from rehab.queries import defaults

DEFAULTS = {threshold.code: threshold.value for threshold in REHAB_THRESHOLDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdChange:
    value: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be assigned to one tendon. `confirmed`: the physio has read what the interlock says."""

    protocol: Protocol
    type: TendinopathyType
    override_reason: str = ""
    confirmed: bool = False
    dose: Dose | None = None  # None: the template's
    thresholds: Mapping[str, ThresholdChange] = field(default_factory=dict)


def weigh(wish: Wish, found: AssessedTendon, latest: LatestAssessment) -> Assignment:
    """What the interlock says to the wish. A reason for the type is no reason for going below neutral."""
    reason = wish.override_reason.strip()
    if not reason and wish.type is found.decided_type:
        milder = not interlock.needs_reason(wish.protocol, wish.type, found.suggestion.type)
        as_suggested = not (
            wish.protocol.drops_below_neutral and found.suggestion.protocol is not Protocol.STEP
        )
        reason = found.type_reason if milder and as_suggested else ""
    return interlock.assign(
        wish.protocol,
        found.suggestion,
        latest.screening,
        decided_type=wish.type,
        confirmed=wish.confirmed,
        override_reason=reason,
    )


@transaction.atomic
def assign(
    *,
    case: Case,
    tendon: Tendon,
    protocol: Protocol,
    type: TendinopathyType,
    starts_on: date,
    by: Membership,
    now: datetime,
    override_reason: str = "",
    confirmed: bool = False,
    dose: Dose | None = None,
    thresholds: Mapping[str, ThresholdChange] | None = None,
    key: UUID | None = None,
) -> Plan:
    """The new version, in force from `starts_on`; the version before it ends on that day.

    `key` is made with the form: the same key again answers with the plan already stored.
    ActRefused with the interlock's sentence, for a red flag that is open, and for a day before today.
    """
    case = held(case, by)
    tendon = Tendon.objects.get(pk=tendon.pk, case=case)
    if key is not None and (known := Plan.objects.filter(pk=key, tendon=tendon).first()):
        return known
    latest = assessments.latest(case.pk)
    found = latest.of(Side(tendon.side)) if latest else None
    if latest is None or found is None:
        raise ActRefused("Record an assessment of this leg before you assign a plan.")
    if Flag.objects.open().for_case(case.pk).filter(kind=FindingKind.RED_FLAG.value).exists():
        raise ActRefused("A red flag is open. Clear it with a recorded examination before you assign a plan.")
    wish = Wish(protocol=protocol, type=type, override_reason=override_reason, confirmed=confirmed, dose=dose)
    answer = weigh(wish, found, latest)
    if not answer.may_be_saved:
        raise ActRefused(answer.says, _field_to_mend(answer))
    newest = Plan.objects.filter(tendon=tendon).aggregate(last=Max("version"))["last"] or 0
    before = Plan.objects.filter(tendon=tendon).open().first()
    _check_day(starts_on, before, now.astimezone(ZoneInfo(case.patient.time_zone)).date())
    stands = _thresholds_that_stand(case, tendon)
    changes = threshold_rows(thresholds or {}, stands, by, now)
    if before is not None:
        Plan.objects.filter(pk=before.pk).update(ends_on=starts_on)
    plan = Plan.objects.create(
        id=key or uuid7(),
        clinic_id=case.clinic_id,
        patient_id=case.patient_id,
        case_id=case.pk,
        tendon=tendon,
        tendinopathy_type=type.value,
        protocol=protocol.value,
        override_reason=override_reason.strip(),
        starts_on=starts_on,
        author=by,
        created_at=now,
        version=newest + 1,
        thresholds=changes,
        **dose_columns(dose or TEMPLATES[protocol].dose),
    )
    Case.objects.filter(pk=case.pk).update(evaluation_due_at=now)
    return plan


@transaction.atomic
def revise(
    *, tendon: Tendon, starts_on: date, by: Membership, now: datetime, dose: Dose, reason: str = ""
) -> Plan:
    """The plan in force with another dose, from a day on. ActRefused as `assign`, or when there is none."""
    plan = Plan.objects.filter(tendon_id=tendon.pk).open().select_related("case", "tendon").first()
    if plan is None:
        raise ActRefused("This leg has no plan yet. Assign one first.")
    return assign(
        case=plan.case,
        tendon=plan.tendon,
        protocol=Protocol(plan.protocol),
        type=TendinopathyType(plan.tendinopathy_type),
        override_reason=reason or plan.override_reason,
        confirmed=True,  # the protocol was confirmed when it was assigned, and it stays
        dose=dose,
        thresholds={
            code: ThresholdChange(value=change["value"], reason=change["reason"])
            for code, change in plan.thresholds.items()
        },
        starts_on=starts_on,
        by=by,
        now=now,
    )


@transaction.atomic
def end(*, case: Case, tendon: Tendon, ends_on: date, reason: str, by: Membership, now: datetime) -> Plan:
    """No exercises for this tendon from `ends_on` on, with a note that says why.

    Running does not change: the thresholds of the plan hold on until another one is assigned.
    """
    case = held(case, by)
    plan = Plan.objects.open().for_case(case.pk).filter(tendon_id=tendon.pk).select_related("tendon").first()
    if plan is None:
        raise ActRefused("This leg has no plan that could end.", "side")
    if ends_on < now.astimezone(ZoneInfo(case.patient.time_zone)).date() or ends_on < plan.starts_on:
        raise ActRefused("Give today or a later day, and not before the plan starts.", "ends_on")
    if not reason.strip():
        raise ActRefused("Write down why the exercises end.", "reason")
    Plan.objects.filter(pk=plan.pk).update(ends_on=ends_on)
    side = Side(plan.tendon.side).label
    text = f"Exercises, {side}: no more from {ends_on.day} {ends_on:%B %Y}. {reason.strip()}"
    notes.write(case=case, id=uuid7(), text=text, by=by, now=now, keeps_draft=True)
    Case.objects.filter(pk=case.pk).update(evaluation_due_at=now)
    plan.refresh_from_db()
    return plan


def _thresholds_that_stand(case: Case, tendon: Tendon) -> dict[str, dict[str, Any]]:
    """Of the leg's newest plan, also one that ended; else of the case's; else what new plans start from."""
    newest = list(Plan.objects.for_case(case.pk).newest_of_each_leg())
    if not newest:
        return defaults.in_force()
    own = [plan for plan in newest if plan.tendon_id == tendon.pk]
    return defaults.standing(newest) | defaults.standing(own)


def _field_to_mend(answer: Assignment) -> str:
    fields = {
        interlock.Outcome.OVERRIDE_WITH_REASON: "override_reason",
        interlock.Outcome.CONFIRM: "confirmed",
    }
    return fields.get(answer.outcome, "protocol")


def _check_day(starts_on: date, before: Plan | None, today: date) -> None:
    if starts_on < today:
        raise ActRefused("A plan starts today or later: what was prescribed until now stays.", "starts_on")
    if before is not None and starts_on < before.starts_on:
        day = before.starts_on
        raise ActRefused(
            f"The plan in force starts on {day.day} {day:%B %Y}. Give that day or a later one.", "starts_on"
        )


def threshold_rows(
    changes: Mapping[str, ThresholdChange],
    stands: Mapping[str, Mapping[str, Any]],
    by: Membership,
    now: datetime,
) -> dict[str, dict[str, Any]]:
    """Only what differs from the default; a change that stands keeps its author and its day."""
    wanted = {code: change for code, change in changes.items() if change.value != DEFAULTS.get(code)}
    for code, sentence in faults({code: change.value for code, change in wanted.items()}):
        raise ActRefused(sentence, code)
    rows: dict[str, dict[str, Any]] = {}
    for code, change in wanted.items():
        known = stands.get(code)
        if known and known["value"] == change.value and change.reason.strip() in ("", known["reason"]):
            rows[code] = dict(known)
            continue
        if not change.reason.strip():
            raise ActRefused("Write down why this threshold is changed.", code)
        rows[code] = {
            "value": change.value,
            "reason": change.reason.strip(),
            "author": str(by.pk),
            "at": now.isoformat(),
        }
    return rows


def dose_columns(dose: Dose) -> dict[str, Any]:
    return {
        "sets": dose.sets,
        "reps": dose.reps,
        "sessions_per_day": dose.sessions_per_day,
        "days_per_week": dose.days_per_week,
        "knees": [knee.value for knee in dose.knees],
        "tempo_low_s": dose.tempo_low_s,
        "tempo_high_s": dose.tempo_high_s,
        "load_kg": dose.load_kg,
        "start_sets": dose.start_sets,
    }
