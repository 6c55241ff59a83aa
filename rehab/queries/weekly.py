"""What the weekly mails tell, as frozen values, read at the moment of sending."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, F, QuerySet

from patients.models import Case, Clinic, Membership, Patient
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import History, Plan
from rehab.clinical.thresholds import resolve
from rehab.models import CaseSummary, ExerciseSession, Flag, PainReport, Run, WorkGroup
from rehab.models import Plan as PlanRow
from rehab.queries.days import day_sets, last_days, morning_pain
from rehab.queries.history import load_many
from rehab.queries.watermark import watermark

MOST_ROWS = 12
DAYS = 7
SERIOUS = (FindingKind.RED_FLAG.value, FindingKind.WORSENING.value)


@dataclass(frozen=True)
class WeekRow:
    """One case. What only an opted-in clinic puts into a mail is empty or None otherwise."""

    case_id: UUID
    name: str  # "Case 1042", or initials
    group: str
    tendons: str = ""  # "left mid-portion"
    reason: str = ""
    stage: str = ""
    pain: tuple[int | None, ...] | None = None  # each day of the week, oldest first
    limit: int = 0  # the first pain at which the plan stops running
    sets_done: int = 0
    sets_asked: int = 0


@dataclass(frozen=True)
class CaseloadWeek:
    """A physiotherapist's own cases. `stale_since`: the jobs are late, and later reports are not counted."""

    membership_id: UUID
    first_day: date
    last_day: date
    act: int
    review: int
    quiet: int
    ready: int
    calm: int
    rows: tuple[WeekRow, ...]
    has_details: bool
    is_stale: bool
    stale_since: datetime | None

    @property
    def more(self) -> int:
        """Cases with something to look at that are not listed."""
        return self.act + self.review + self.quiet + self.ready - len(self.rows)


class Silence(StrEnum):
    """Why a runner gets no mail this week."""

    NO_CASE = "NO_CASE"
    SUSPENDED = "SUSPENDED"
    INACTIVE = "INACTIVE"
    NOTHING_TO_SAY = "NOTHING_TO_SAY"


@dataclass(frozen=True)
class DiaryWeek:
    """A runner's own week in counts: nothing about pain, findings or running."""

    membership_id: UUID
    first_day: date
    last_day: date
    days_logged: int  # of 7
    sessions: int
    clinic_name: str
    phone: str
    emergency_number: str


def zone_of(member: Membership) -> ZoneInfo:
    """The one they chose, else the patient's own, else the clinic's."""
    return ZoneInfo(member.summary_time_zone or usual_zone(member))


def usual_zone(member: Membership) -> str:
    return member.patient.time_zone if member.patient is not None else member.clinic.time_zone


def address_of(membership_id: UUID) -> str:
    """The member's e-mail address; empty when they have left. The worker cannot read users itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_address(%s)", [membership_id])
        (address,) = cursor.fetchone()
    return address or ""


def addresses_of(membership_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The same for many; who has left is not among them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, member_address(id) FROM unnest(%s::uuid[]) AS id", [list(membership_ids)])
        return {membership_id: address for membership_id, address in cursor.fetchall() if address}


def caseload_week(*, membership_id: UUID, now: datetime) -> CaseloadWeek | None:
    """None when the member has no open case."""
    member = Membership.objects.select_related("clinic").get(id=membership_id)
    own = CaseSummary.objects.filter(case__in=Case.objects.open().filter(clinician_id=membership_id))
    counts = dict(own.values_list("group").annotate(Count("id")).order_by("group"))
    if not counts:
        return None
    week = _week_before(now, member.clinic.time_zone)
    mark = watermark(now=now)
    return CaseloadWeek(
        membership_id=membership_id,
        first_day=week[0],
        last_day=week[-1],
        act=counts.get(WorkGroup.ACT, 0),
        review=counts.get(WorkGroup.REVIEW, 0),
        quiet=counts.get(WorkGroup.QUIET, 0),
        ready=counts.get(WorkGroup.READY, 0),
        calm=counts.get(WorkGroup.CALM, 0),
        rows=_rows(own, member.clinic, week, now),
        has_details=member.clinic.email_initials_opt_in,
        is_stale=mark.is_stale,
        stale_since=mark.computed_up_to,
    )


def diary_week(*, membership_id: UUID, now: datetime) -> DiaryWeek | Silence:
    """A patient's week; DoesNotExist for any other member."""
    found = diary_weeks(membership_ids=[membership_id], now=now).get(membership_id)
    if found is None:
        raise Patient.DoesNotExist
    return found


def diary_weeks(*, membership_ids: Sequence[UUID], now: datetime) -> dict[UUID, DiaryWeek | Silence]:
    """Those of the members who are patients. Seven queries for any number."""
    of_members = Patient.objects.filter(memberships__in=membership_ids).select_related("clinic")
    patients = {one.reader_id: one for one in of_members.annotate(reader_id=F("memberships__id"))}
    cases: dict[UUID, Case] = {}
    for case in Case.objects.open().filter(patient__in=patients.values()).order_by("id"):
        cases.setdefault(case.patient_id, case)
    case_ids = [case.id for case in cases.values()]
    flags: dict[UUID, set[str]] = defaultdict(set)
    for case_id, kind in Flag.objects.open().filter(case__in=case_ids).values_list("case_id", "kind"):
        flags[case_id].add(kind)
    planned = set(PlanRow.objects.open().filter(case__in=case_ids).values_list("case_id", flat=True))
    weeks = {reader: _week_before(now, one.clinic.time_zone) for reader, one in patients.items()}
    entries = _entry_days(case_ids, {day for week in weeks.values() for day in week})
    found: dict[UUID, DiaryWeek | Silence] = {}
    for reader, patient in patients.items():
        own = cases.get(patient.id)
        silence = Silence.NO_CASE if own is None else _silence(own, flags[own.id], planned)
        found[reader] = silence or _diary_week(reader, patient, weeks[reader], entries[own.id] if own else [])
    return found


def _silence(case: Case, flags: set[str], planned: set[UUID]) -> Silence | None:
    if case.suspended_at is not None or flags & set(SERIOUS):
        return Silence.SUSPENDED
    if FindingKind.INACTIVE.value in flags:
        return Silence.INACTIVE
    return None if case.id in planned else Silence.NOTHING_TO_SAY


Days = list[tuple[date, bool]]  # of one case: the day of each entry, and whether it is an exercise session


def _entry_days(case_ids: Sequence[UUID], days: Collection[date]) -> dict[UUID, Days]:
    found: dict[UUID, Days] = defaultdict(list)
    if not days:
        return found
    for model in (ExerciseSession, Run, PainReport):
        told = model.objects.current().filter(case__in=case_ids, local_date__range=(min(days), max(days)))
        for case_id, day in told.values_list("case_id", "local_date"):
            found[case_id].append((day, model is ExerciseSession))
    return found


def _diary_week(reader: UUID, patient: Patient, week: tuple[date, ...], entries: Days) -> DiaryWeek:
    told = [(day, is_session) for day, is_session in entries if week[0] <= day <= week[-1]]
    return DiaryWeek(
        membership_id=reader,
        first_day=week[0],
        last_day=week[-1],
        days_logged=len({day for day, _ in told}),
        sessions=sum(is_session for _, is_session in told),
        clinic_name=patient.clinic.name,
        phone=patient.clinic.phone,
        emergency_number=patient.clinic.emergency_number,
    )


def _week_before(now: datetime, zone: str) -> tuple[date, ...]:
    """The seven days before the clinic's today, oldest first."""
    yesterday = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    return last_days(yesterday, DAYS)


def _rows(
    own: QuerySet[CaseSummary], clinic: Clinic, week: tuple[date, ...], now: datetime
) -> tuple[WeekRow, ...]:
    """Most urgent first; of equals the one that has waited longest."""
    found = list(
        own.exclude(group=WorkGroup.CALM)
        .order_by("-severity", "since", "case_id")
        .values(
            "case_id",
            "group",
            "reason",
            "stage_label",
            "week",
            "patient__number",
            "patient__person__given_name",
            "patient__person__family_name",
        )[:MOST_ROWS]
    )
    if not clinic.email_initials_opt_in:
        return tuple(
            WeekRow(case_id=one["case_id"], name=f"Case {one['patient__number']}", group=one["group"])
            for one in found
        )
    told = load_many(one["case_id"] for one in found)
    return tuple(_detailed(dict(one), *told[one["case_id"]], week, now) for one in found)


def _detailed(
    one: dict[str, Any], history: History, plan: Plan, week: tuple[date, ...], now: datetime
) -> WeekRow:
    sets = [
        done
        for day in day_sets(history, plan, week, week[-1] + timedelta(days=1))
        for done in (day.am, day.pm)
    ]
    names = (one["patient__person__given_name"], one["patient__person__family_name"])
    initials = "".join(f"{name[0].upper()}." for name in names if name)
    return WeekRow(
        case_id=one["case_id"],
        name=initials or f"Case {one['patient__number']}",
        group=one["group"],
        tendons=_tendons(plan),
        reason=one["reason"],
        stage=f"{one['stage_label']}, week {one['week']}" if one["week"] else one["stage_label"],
        pain=morning_pain(history, plan, week),
        limit=resolve(plan.thresholds_at(now)).run_ok_max + 1,
        sets_done=sets.count(True),
        sets_asked=sets.count(True) + sets.count(False),
    )


def _tendons(plan: Plan) -> str:
    """ "left mid-portion", "both insertional", "left mid-portion, right insertional"."""
    types = {one.side: one.type.label.lower() for one in plan.tendon_plans if one.ends_on is None}
    if len(types) == 2 and len(set(types.values())) == 1:
        return f"both {next(iter(types.values()))}"
    return ", ".join(f"{side.label} {name}" for side, name in sorted(types.items()))
