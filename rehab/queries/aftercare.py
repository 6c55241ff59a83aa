"""Who is watched for recurrence, the next to be asked first, and the cases that are closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery

from patients.models import Case, CaseChange, CaseOutcome, CaseStatus, ChangeKind, Clinic
from physio.web.kept import Kept
from rehab.clinical.aftercare import WATCH_MONTHS, Due, watch
from rehab.clinical.stages import MAINTENANCE
from rehab.models import StageChange
from rehab.queries.moments import day
from rehab.queries.worklist_cases import is_number
from rehab.queries.worklist_rows import name_of

PAGE = 30
MOST_WATCHED = 200


@dataclass(frozen=True)
class WatchedRow:
    case_id: UUID
    name: str
    month: str
    next_on: str
    due: bool
    over: bool


@dataclass(frozen=True)
class ClosedRow:
    case_id: UUID
    name: str
    number: int
    closed: str
    outcome: str


@dataclass(frozen=True)
class Aftercare:
    """`next_query`: the next page of closed cases, empty at the end."""

    q: str
    watched: tuple[WatchedRow, ...]
    closed: tuple[ClosedRow, ...]
    next_query: str


def load(*, clinic_id: UUID, q: str, after: str, now: datetime) -> Aftercare:
    """Three queries, however many cases there are."""
    zone = ZoneInfo(Clinic.objects.values_list("time_zone", flat=True).get(id=clinic_id))
    found = list(_closed(q, after)[: PAGE + 1])
    shown, today = found[:PAGE], now.astimezone(zone).date()
    last = shown[-1] if len(found) > PAGE else None
    return Aftercare(
        q=q,
        watched=_watched(zone, now),
        closed=tuple(
            ClosedRow(
                case.pk,
                name_of(case.patient),
                case.patient.number,
                day(case.closed_at.astimezone(zone).date(), today),
                CaseOutcome(case.outcome).label if case.outcome else "",
            )
            for case in shown
        ),
        next_query=_next(q, last) if last else "",
    )


def due(*, zone: ZoneInfo, now: datetime) -> tuple[WatchedRow, ...]:
    """Whose monthly check-in is due, the longest first. One query."""
    return tuple(row for row in _watched(zone, now) if row.due)


def _next(q: str, last: Any) -> str:
    asked = {"after": f"{last.closed_at.isoformat()}~{last.pk}"} | ({"q": q} if q else {})
    return urlencode(asked)


def _cases_in_maintenance() -> QuerySet[Any, Any]:
    entered = StageChange.objects.filter(case_id=OuterRef("pk"), to_stage=MAINTENANCE).exclude(
        from_stage=MAINTENANCE
    )
    asked = CaseChange.objects.filter(case_id=OuterRef("pk"), kind=ChangeKind.CHECKED_IN)
    return (
        Case.objects.filter(status=CaseStatus.MAINTENANCE)
        .select_related("patient__person")
        .annotate(
            entered_at=Subquery(entered.order_by("-at", "-id").values("at")[:1]),
            asked_at=Subquery(asked.order_by("-at", "-id").values("at")[:1]),
        )
        .order_by("id")[:MOST_WATCHED]
    )


_IN_MAINTENANCE = Kept(_cases_in_maintenance)


def _watched(zone: ZoneInfo, now: datetime) -> tuple[WatchedRow, ...]:
    today = now.astimezone(zone).date()
    rows = []
    for case in _IN_MAINTENANCE.ask():
        if case.entered_at is None:
            continue
        told = [case.asked_at.astimezone(zone).date()] if case.asked_at else []
        stands = watch(case.entered_at.astimezone(zone).date(), told, today)
        row = WatchedRow(
            case_id=case.pk,
            name=name_of(case.patient),
            month=f"month {stands.month} of {WATCH_MONTHS}",
            next_on=day(stands.next_on, today),
            due=stands.due is Due.NOW,
            over=stands.due is Due.OVER,
        )
        rows.append((stands.next_on, str(case.pk), row))
    return tuple(row for _next_on, _key, row in sorted(rows, key=lambda one: one[:2]))


def _closed(q: str, after: str) -> QuerySet[Any, Any]:
    ended = CaseChange.objects.filter(case_id=OuterRef("pk"), kind=ChangeKind.CLOSED)
    found: QuerySet[Any, Any] = (
        Case.objects.filter(status=CaseStatus.CLOSED)
        .select_related("patient__person")
        .annotate(outcome=Subquery(ended.order_by("-at", "-id").values("outcome")[:1]))
    )
    for part in q.split():
        named = Q(patient__person__given_name__icontains=part)
        named |= Q(patient__person__family_name__icontains=part)
        found = found.filter(named | Q(patient__number=int(part)) if is_number(part) else named)
    moment, _dash, key = after.partition("~")
    try:
        at, case_id = datetime.fromisoformat(moment.replace(" ", "+")), UUID(key)
    except ValueError:
        return found.order_by("-closed_at", "-id")
    if at.tzinfo is not None:
        found = found.filter(Q(closed_at__lt=at) | Q(closed_at=at, id__lt=case_id))
    return found.order_by("-closed_at", "-id")
