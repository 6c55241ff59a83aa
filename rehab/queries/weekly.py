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
from django.db.models import F

from patients.models import Case, Membership, Patient
from patients.queries import consents
from rehab.clinical.evaluation import FindingKind
from rehab.models import ExerciseSession, Flag, PainReport, Run
from rehab.models import Plan as PlanRow
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries.days import last_days

DAYS = 7


class Silence(StrEnum):
    """Why a runner gets no mail this week."""

    NO_CASE = "NO_CASE"
    NOT_JOINED = "NOT_JOINED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
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
    open_cases = Case.objects.open().filter(patient__in=patients.values())
    for case in open_cases.annotate(consent=consents.newest()).order_by("id"):
        cases.setdefault(case.patient_id, case)
    case_ids = [case.id for case in cases.values()]
    flags: dict[UUID, set[str]] = defaultdict(set)
    for case_id, kind in Flag.objects.open().filter(case__in=case_ids).values_list("case_id", "kind"):
        flags[case_id].add(kind)
    planned = set(PlanRow.objects.open().filter(case__in=case_ids).values_list("case_id", flat=True))
    weeks = {reader: week_before(now, one.clinic.time_zone) for reader, one in patients.items()}
    entries = _entry_days(case_ids, {day for week in weeks.values() for day in week})
    found: dict[UUID, DiaryWeek | Silence] = {}
    for reader, patient in patients.items():
        own = cases.get(patient.id)
        silence = Silence.NO_CASE if own is None else _silence(own, patient, flags[own.id], planned)
        found[reader] = silence or _diary_week(reader, patient, weeks[reader], entries[own.id] if own else [])
    return found


def _silence(case: Any, patient: Patient, flags: set[str], planned: set[UUID]) -> Silence | None:
    """`case`: with its consent."""
    consent = consents.state(case.consent)
    if consent.is_withdrawn:
        return Silence.CONSENT_WITHDRAWN
    if not consents.has_come_in(patient, consent):
        return Silence.NOT_JOINED
    if case.suspended_at is not None or flags & set(PHYSIO_ONLY):
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


def week_before(now: datetime, zone: str) -> tuple[date, ...]:
    """The seven days before the clinic's today, oldest first."""
    yesterday = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    return last_days(yesterday, DAYS)
