"""What the worklist asks of the database: the clinic with its counts, one page of rows, the whole order.

A list that is not searched or narrowed is asked for all day long, so its statements are kept.
"""

from dataclasses import asdict
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    Field,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.db.models.functions import JSONObject

from patients.models import Case, Clinic, Membership, Tendon
from physio.web.kept import Kept
from rehab.models import CaseSummary, Flag, Message, Plan, WorkGroup
from rehab.queries.worklist_cases import MOST_URGENT_FIRST, OF_TAB, AmongThese, narrowed
from rehab.queries.worklist_filters import Filters, Tab
from rehab.queries.worklist_rows import COLUMNS

PAGE = 50
NEW_SHOWN = 10
ALL_OF_IT = Filters()


def of_clinic(clinic_id: UUID, filters: Filters) -> dict[str, Any]:
    """The zone, every count and who works here, in one query."""
    said: dict[str, Any] = (
        _clinic(clinic_id, filters).get() if _is_searched(filters) else _CLINIC.get(clinic_id=clinic_id)
    )
    return said


def page(filters: Filters) -> tuple[list[dict[str, Any]], bool]:
    """The rows, and whether there are more. First which rows, then what they say: in one statement it is
    worked out for every case and then sorted."""
    after = asdict(filters.after) if filters.after else {}
    if _is_searched(filters):
        keys = list(_keys(filters, **after))
    else:
        keys = _keys_of(filters.tab, bool(after)).ask(**after)
    return _ROWS.ask(keys=keys[:PAGE]), len(keys) > PAGE


def in_order() -> list[tuple[UUID, str]]:
    """Every case that needs somebody, in the order of the list, with its group."""
    return _IN_ORDER.ask()


def _in_order() -> QuerySet[CaseSummary, tuple[UUID, str]]:
    found = narrowed(ALL_OF_IT).filter(OF_TAB[ALL_OF_IT.tab])
    return found.order_by(*MOST_URGENT_FIRST).values_list("case_id", "group")


_IN_ORDER = Kept(_in_order)


def _is_searched(filters: Filters) -> bool:
    return bool(filters.q) or filters.narrowed


def _clinic(clinic_id: Any, filters: Filters) -> QuerySet[Any, Any]:
    said = {group.value: Count("id", filter=Q(group=group)) for group in WorkGroup}
    counts = narrowed(filters).order_by().values("clinic_id").annotate(said=JSONObject(**said))
    aside = narrowed(filters).filter(OF_TAB[Tab.ASIDE]).order_by().values("clinic_id")
    # Whoever was ever evaluated has a row: the few others are found before it is looked for.
    new = Case.objects.open().filter(evaluated_at__isnull=True, summaries__isnull=True)
    staff = Membership.objects.filter(clinic_id=OuterRef("id")).clinicians().active()
    person = {"given": "patient__person__given_name", "family": "patient__person__family_name"}
    found: QuerySet[Any, Any] = Clinic.objects.filter(id=clinic_id).values(
        "time_zone",
        "record_only",
        counts=Subquery(counts.values("said")),
        aside=Subquery(aside.annotate(said=Count("id")).values("said")),
        has_cases=Exists(Case.objects.open()),
        new=ArraySubquery(
            new.order_by("opened_at", "id").values(
                said=JSONObject(id="id", number="patient__number", **person)
            )[:NEW_SHOWN]
        ),
        clinicians=ArraySubquery(
            staff.order_by("display_name", "id").values(said=JSONObject(id="id", name="display_name"))
        ),
    )
    return found


_CLINIC = Kept(lambda clinic_id: _clinic(clinic_id, ALL_OF_IT), clinic_id=UUIDField())


@cache
def _keys_of(tab: Tab, goes_on: bool) -> Kept[UUID]:
    last: dict[str, Field[Any, Any]] = {
        "severity": IntegerField(), "since": DateTimeField(), "case_id": UUIDField(),
    }  # fmt: skip
    return Kept(lambda **after: _keys(Filters(tab=tab), **after), **(last if goes_on else {}))


def _keys(
    filters: Filters, severity: Any = None, since: Any = None, case_id: Any = None
) -> QuerySet[CaseSummary, UUID]:
    """One page and one more row, after the row of `case_id` where it is given."""
    found = narrowed(filters).filter(OF_TAB[filters.tab])
    if case_id is not None:
        found = found.filter(  # the first bound is implied by the second: it is where the index is entered
            Q(severity__lte=severity),
            Q(severity__lt=severity)
            | Q(severity=severity, since__gt=since)
            | Q(severity=severity, since=since, case_id__gt=case_id),
        )
    return found.order_by(*MOST_URGENT_FIRST).values_list("pk", flat=True)[: PAGE + 1]


def _rows(keys: Any) -> QuerySet[CaseSummary, dict[str, Any]]:
    tendons = Tendon.objects.annotate(
        now=FilteredRelation("plans", condition=Q(plans__ends_on__isnull=True))
    ).filter(case_id=OuterRef("case_id"))
    newest = Plan.objects.filter(tendon=OuterRef("pk")).order_by("-version")[:1]  # also one that ended
    flags = Flag.objects.open().filter(case_id=OuterRef("case_id"))
    return (
        CaseSummary.objects.filter(AmongThese("pk", keys)).order_by(*MOST_URGENT_FIRST).values(
            *COLUMNS,
            waits=Exists(Message.objects.unanswered().filter(case=OuterRef("case_id"))),
            tendons=ArraySubquery(
                tendons.order_by("side", "id").values(
                    said=JSONObject(
                        side="side", type="now__tendinopathy_type",
                        thresholds=Subquery(newest.values("thresholds")),
                    )
                )
            ),
            flags=ArraySubquery(
                flags.order_by("opened_at", "kind", "side", "id").values(
                    said=JSONObject(
                        id="id", kind="kind", severity="severity", state="state", reason="reason",
                        until="snoozed_until",
                    )
                )
            ),
        )
    )  # fmt: skip


_ROWS = Kept(_rows, keys=ArrayField(UUIDField()))
