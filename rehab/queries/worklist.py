"""The worklist: who needs somebody at this clinic, most urgent first. Four queries at any size.

The rows were made when each case was evaluated; here they are only filtered, ordered and put into words.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab.models import WorkGroup
from rehab.queries import worklist_asked
from rehab.queries.moments import clock
from rehab.queries.watermark import Watermark, watermark
from rehab.queries.worklist_filters import Cursor, Filters, Tab
from rehab.queries.worklist_rows import Row, full_name, make_row


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


def load(*, clinic_id: UUID, filters: Filters, now: datetime) -> Worklist:
    """One page of the list, with the counts of all of it."""
    asked = replace(filters, tab=Tab.ALL) if filters.q else filters
    clinic = worklist_asked.of_clinic(clinic_id, asked)
    zone = ZoneInfo(clinic["time_zone"])
    mark = watermark(now=now)
    shown, more = worklist_asked.page(asked)
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


def _counts(groups: dict[str, int] | None, aside: int | None) -> dict[str, int]:
    """Of every group and of every tab."""
    counts = groups or {}
    calm, set_aside = counts.get(WorkGroup.CALM.value, 0), aside or 0
    tabs = {Tab.NEED: sum(counts.values()) - calm, Tab.LINE: calm - set_aside, Tab.ASIDE: set_aside}
    return counts | {tab.value: count for tab, count in tabs.items()}


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
