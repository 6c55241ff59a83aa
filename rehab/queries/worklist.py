"""The worklist: who needs somebody at this clinic, most urgent first. Four queries at any size.

The rows were made when each case was evaluated; here they are only filtered, ordered and put into words.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

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
from rehab.queries.moments import clock
from rehab.queries.watermark import Watermark, watermark
from rehab.queries.worklist_cases import MOST_URGENT_FIRST, OF_TAB, AmongThese, narrowed
from rehab.queries.worklist_filters import Cursor, Filters, Tab
from rehab.queries.worklist_rows import COLUMNS, Row, full_name, make_row

PAGE = 50


@dataclass(frozen=True)
class TabLink:
    label: str
    count: int
    query: str
    current: bool


@dataclass(frozen=True)
class Group:
    code: str
    title: str
    count: int
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class NewCase:
    """The rules have not come to it yet."""

    case_id: UUID
    name: str


@dataclass(frozen=True)
class Clinician:
    id: UUID
    name: str


@dataclass(frozen=True)
class Worklist:
    """`version` changes with anything that is shown, but not with the passing of time alone."""

    filters: Filters
    tabs: tuple[TabLink, ...]
    groups: tuple[Group, ...]
    counts: dict[str, int]
    has_cases: bool
    time_zone: str
    record_only: bool
    updated: str
    is_stale: bool
    version: str
    next_query: str = ""
    rows: tuple[Row, ...] = ()
    new: tuple[NewCase, ...] = ()
    clinicians: tuple[Clinician, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.rows

    @property
    def show_rest(self) -> bool:
        """After the last page of those who need somebody: how many do not."""
        ends = self.filters.tab is Tab.NEED and not self.filters.q and not self.filters.narrowed
        return ends and not self.next_query and self.counts.get(Tab.LINE.value, 0) > 0

    @property
    def headings(self) -> tuple[Group, ...]:
        """Every group's heading with its count, also of those that have just become empty."""
        if self.filters.tab is not Tab.NEED or self.filters.q:
            return ()
        urgent = [code for code in WorkGroup if code is not WorkGroup.CALM]
        return tuple(Group(code.value, TITLES[code], self.counts.get(code.value, 0)) for code in urgent)

    def row(self, case_id: UUID) -> Row | None:
        return next((row for row in self.rows if row.case_id == case_id), None)


TITLES = {
    WorkGroup.ACT: "Act today",
    WorkGroup.REVIEW: "Review this week",
    WorkGroup.QUIET: "Gone quiet",
    WorkGroup.READY: "Ready to progress",
    WorkGroup.CALM: "Nothing for you to do",
}
NEW_SHOWN = 10


def load(*, clinic_id: UUID, filters: Filters, now: datetime) -> Worklist:
    """One page of the list, with the counts of all of it."""
    asked = replace(filters, tab=Tab.ALL) if filters.q else filters
    clinic = _clinic(clinic_id, asked)
    zone = ZoneInfo(clinic["time_zone"])
    mark = watermark(now=now)
    found = _page(asked)
    shown, more = found[:PAGE], found[PAGE:]
    counts = _counts(clinic["counts"], clinic["aside"])
    rows = tuple(make_row(one, now=now, zone=zone) for one in shown)
    return Worklist(
        filters=filters,
        tabs=_tabs(filters, counts),
        groups=tuple(_groups(rows, counts, asked)),
        counts=counts,
        has_cases=clinic["has_cases"],
        time_zone=clinic["time_zone"],
        record_only=clinic["record_only"],
        updated=clock(mark.computed_up_to, now, zone) if mark.computed_up_to else "",
        is_stale=mark.is_stale,
        version=_version(shown, counts, mark),
        next_query=_next_query(filters, shown[-1]) if more else "",
        rows=rows,
        new=tuple(
            NewCase(UUID(one["id"]), full_name(one["given"], one["family"], one["number"]))
            for one in clinic["new"]
        ),
        clinicians=tuple(Clinician(UUID(one["id"]), one["name"]) for one in clinic["clinicians"]),
    )


def standing_order(filters: Filters) -> list[tuple[UUID, str]]:
    """Every case of the tab in the order of the list, with its group."""
    return _IN_ORDER.ask() if filters == Filters() else list(_in_order(filters))


def _in_order(filters: Filters) -> QuerySet[CaseSummary, tuple[UUID, str]]:
    found = narrowed(filters).filter(OF_TAB[filters.tab])
    return found.order_by(*MOST_URGENT_FIRST).values_list("case_id", "group")


_IN_ORDER = Kept(lambda: _in_order(Filters()))


def _clinic(clinic_id: UUID, filters: Filters) -> dict[str, Any]:
    """The zone, every count and who works here, in one query."""
    found = (
        list(_of_clinic(clinic_id, filters)) if _is_searched(filters) else _CLINIC.ask(clinic_id=clinic_id)
    )
    if not found:
        raise Clinic.DoesNotExist(f"No clinic {clinic_id} is visible here.")
    said: dict[str, Any] = found[0]
    return said


def _is_searched(filters: Filters) -> bool:
    return bool(filters.q) or filters.narrowed


def _of_clinic(clinic_id: Any, filters: Filters) -> QuerySet[Any, Any]:
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


_CLINIC = Kept(lambda clinic_id: _of_clinic(clinic_id, Filters()), clinic_id=UUIDField())


def _counts(groups: dict[str, int] | None, aside: int | None) -> dict[str, int]:
    """Of every group and of every tab."""
    counts = groups or {}
    calm, set_aside = counts.get(WorkGroup.CALM.value, 0), aside or 0
    tabs = {Tab.NEED: sum(counts.values()) - calm, Tab.LINE: calm - set_aside, Tab.ASIDE: set_aside}
    return counts | {tab.value: count for tab, count in tabs.items()}


def _page(filters: Filters) -> list[dict[str, Any]]:
    """First which rows, then what they say: in one statement it is worked out for every case and then
    sorted."""
    after = asdict(filters.after) if filters.after else {}
    if _is_searched(filters):
        keys = list(_keys(filters, **after))
    else:
        keys = _keys_of(filters.tab, bool(after)).ask(**after)
    return _ROWS.ask(keys=keys)


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


def _groups(rows: tuple[Row, ...], counts: dict[str, int], filters: Filters) -> Iterator[Group]:
    titled = filters.tab in (Tab.NEED, Tab.ALL)
    for code, members in groupby(rows, key=lambda row: row.group):
        title = TITLES[WorkGroup(code)] if titled else ""
        yield Group(code, title, counts.get(code, 0), tuple(members))


def _tabs(filters: Filters, counts: dict[str, int]) -> tuple[TabLink, ...]:
    labels = {Tab.NEED: "need you", Tab.LINE: "under the line", Tab.ASIDE: "seen or snoozed"}
    return tuple(
        TabLink(
            label,
            counts.get(tab.value, 0),
            replace(filters, tab=tab, q="", after=None).query(),
            tab is filters.tab and not filters.q,
        )
        for tab, label in labels.items()
    )


def _next_query(filters: Filters, last: dict[str, Any]) -> str:
    cursor = Cursor(last["severity"], last["since"], last["case_id"])
    before = filters.query()
    return f"{before}&{urlencode({'after': str(cursor)})}" if before else urlencode({"after": str(cursor)})


def _version(shown: list[dict[str, Any]], counts: dict[str, int], mark: Watermark) -> str:
    passing = {"since", "evaluated_at"}  # of a calm case they move with every evaluation
    said = [{name: value for name, value in one.items() if name not in passing} for one in shown]
    return hashlib.sha256(repr((said, sorted(counts.items()), mark.is_stale)).encode()).hexdigest()[:16]
