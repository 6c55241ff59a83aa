"""Which cases a tab of the worklist holds, narrowed by what its address asks for."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from patients.models import Case, CaseStatus, Patient
from rehab.models import CaseSummary, Flag, Plan, WorkGroup
from rehab.queries.worklist_filters import Filters, Tab

STANDING = Exists(Flag.objects.open().filter(case_id=OuterRef("case_id")))
# Asked row by row. What row-level security adds to a table makes it look nearly empty to the planner, and as
# a join it begins there, or reads the whole of it for every row: 5 s at 5,000 cases.
CLOSED = Exists(Case.objects.filter(id=OuterRef("case_id"), status=CaseStatus.CLOSED))
NOT_STANDING, NOT_CLOSED = (Exact(Coalesce(one, False), False) for one in (STANDING, CLOSED))
MOST_URGENT_FIRST = ("-severity", "since", "case_id")
OF_TAB: dict[Tab, Any] = {
    Tab.NEED: ~Q(group=WorkGroup.CALM),
    Tab.LINE: Q(NOT_STANDING, group=WorkGroup.CALM),
    Tab.ASIDE: Q(group=WorkGroup.CALM) & STANDING,
    Tab.ALL: Q(),
}


def narrowed(filters: Filters) -> QuerySet[CaseSummary]:
    found: QuerySet[CaseSummary] = CaseSummary.objects.filter(NOT_CLOSED)
    if filters.clinician_id:
        found = found.filter(case__clinician_id=filters.clinician_id)
    if filters.stage is not None:
        found = found.filter(stage=filters.stage)
    plan = {"protocol": filters.protocol, "tendinopathy_type": filters.site}
    for column, value in plan.items():
        if value:
            plans = Plan.objects.open().filter(case_id=OuterRef("case_id"), **{column: value})
            found = found.filter(Exists(plans))
    if filters.kind:
        flags = Flag.objects.open().filter(case_id=OuterRef("case_id"), kind=filters.kind)
        found = found.filter(Exists(flags))
    for part in filters.q.split():
        found = found.filter(AmongThese("patient_id", ArraySubquery(_called(part).values("id"))))
    return found


class AmongThese(Func):
    """The rows of a subquery, found once: as a join they would be looked for again for every case."""

    arg_joiner, template = " = ANY(", "%(expressions)s)"
    output_field = BooleanField()


def _called(part: str) -> QuerySet[Patient]:
    named = Q(person__given_name__icontains=part) | Q(person__family_name__icontains=part)
    return Patient.objects.filter(named | Q(number=int(part)) if is_number(part) else named)


def is_number(part: str) -> bool:
    """A patient's number, as the column can hold it."""
    return part.isascii() and part.isdecimal() and len(part) <= 7
