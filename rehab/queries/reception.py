"""The list as reception sees it: names and last reports, by name. Nothing clinical, not even the order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from patients.models import Case, Clinic
from rehab.models import CaseSummary
from rehab.queries.moments import ago
from rehab.queries.worklist_cases import is_number
from rehab.queries.worklist_rows import name_of

PAGE = 50


@dataclass(frozen=True)
class ReceptionRow:
    patient_id: UUID
    name: str
    number: int
    when: str


@dataclass(frozen=True)
class ReceptionList:
    q: str
    rows: tuple[ReceptionRow, ...]
    next_query: str


def load(*, clinic_id: UUID, q: str, after: str, now: datetime) -> ReceptionList:
    """Two queries. `after`: the case that ended the page before."""
    zone = ZoneInfo(Clinic.objects.values_list("time_zone", flat=True).get(id=clinic_id))
    found = list(_cases(q, after)[: PAGE + 1])
    shown = found[:PAGE]
    rows = tuple(
        ReceptionRow(
            case.patient_id,
            name_of(case.patient),
            case.patient.number,
            ago(case.last_report_at, now, zone),
        )
        for case in shown
    )
    more = urlencode({"after": str(shown[-1].pk)} | ({"q": q} if q else {})) if len(found) > PAGE else ""
    return ReceptionList(q, rows, more)


def _cases(q: str, after: str) -> QuerySet[Any, Any]:
    name = {
        "family": Lower(Coalesce("patient__person__family_name", Value(""))),
        "given": Lower(Coalesce("patient__person__given_name", Value(""))),
    }
    found: QuerySet[Any, Any] = Case.objects.open().select_related("patient__person").annotate(**name)
    for part in q.split():
        named = Q(patient__person__given_name__icontains=part) | Q(
            patient__person__family_name__icontains=part
        )
        found = found.filter(named | Q(patient__number=int(part)) if is_number(part) else named)
    if last := _place(after):
        family, given, case_id = last
        found = found.filter(
            Q(family__gt=family)
            | Q(family=family, given__gt=given)
            | Q(family=family, given=given, id__gt=case_id)
        )
    reports = CaseSummary.objects.filter(case_id=OuterRef("id")).values("last_report_at")[:1]
    return found.annotate(last_report_at=Subquery(reports)).order_by("family", "given", "id")


def _place(after: str) -> tuple[str, str, UUID] | None:
    """Where the page before ended. A case that is gone starts the list anew."""
    try:
        case_id = UUID(after)
    except ValueError:
        return None
    found = Case.objects.filter(pk=case_id).select_related("patient__person").first()
    if found is None:
        return None
    person = found.patient.person
    return (person.family_name.lower(), person.given_name.lower(), case_id) if person else ("", "", case_id)
