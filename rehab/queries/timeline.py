"""All that was done, scored, noted and written about a case, newest first. One query a page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    F,
    Field,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, JSONObject

from assessments.models import Assessment, OutcomeScore, RedFlagClearance
from patients.models import CaseChange
from physio.web.kept import Kept
from rehab.models import CaseNote, Flag, Message, Plan, StageChange
from rehab.models.message import Sender
from rehab.queries.moments import day
from rehab.queries.timeline_words import DOSE, WRITERS, What


class Show(StrEnum):
    """What of the stream is asked for."""

    ALL = "all"
    NOTES = "notes"
    ASSESSMENTS = "assessments"
    SCORES = "scores"
    PLANS = "plans"
    STAGES = "stages"
    FLAGS = "flags"
    MESSAGES = "messages"


_SHOWN = {
    Show.NOTES: {What.NOTE, What.CASE},
    Show.ASSESSMENTS: {What.ASSESSMENT, What.CLEARANCE},
    Show.SCORES: {What.SCORE},
    Show.PLANS: {What.PLAN},
    Show.STAGES: {What.STAGE},
    Show.FLAGS: {What.FLAG, What.RESOLVED, What.CLEARANCE},
    Show.MESSAGES: {What.MESSAGE},
}
PAGE = 20


@dataclass(frozen=True)
class After:
    """The last event of the page before: what is older comes next."""

    moment: datetime
    key: UUID

    def __str__(self) -> str:
        return f"{self.moment.isoformat()}~{self.key}"


@dataclass(frozen=True)
class Event:
    """`by` is empty when the rules did it by themselves. `words`: a person's own, shown line by line.

    `is_note`: it may be set right by a later one.
    """

    at: datetime
    key: UUID
    what: What
    day: str
    title: str
    detail: str
    by: str
    words: str = ""
    is_note: bool = False


@dataclass(frozen=True)
class Stream:
    """`more`: where the next page begins, None at the end."""

    show: Show
    events: tuple[Event, ...]
    more: After | None

    @property
    def filters(self) -> list[tuple[str, str, bool]]:
        """Each with its code, its word, and whether it is the one in force."""
        return [(one.value, one.value.capitalize(), one is self.show) for one in Show]


def timeline(
    case_id: UUID,
    *,
    now: datetime,
    zone: ZoneInfo,
    show: Show = Show.ALL,
    after: After | None = None,
    count: int = PAGE,
) -> Stream:
    """At most `count` events, older than `after`."""
    values = {"moment": after.moment, "key": after.key} if after else {}
    rows = _page(show, count, bool(after)).ask(case_id=case_id, **values)
    today = now.astimezone(zone).date()
    events = tuple(_event(*row, zone=zone, today=today) for row in rows[:count])
    more = After(events[-1].at, events[-1].key) if len(rows) > count else None
    return Stream(show, events, more)


@cache
def _page(show: Show, count: int, goes_on: bool) -> Kept[Any]:
    """`count` events and one more, which says whether there is a next page."""

    def make(case_id: Any, **after: Any) -> QuerySet[Any, Any]:
        first, *rest = _parts(case_id, _SHOWN.get(show, set(What)), **after)
        found = first.union(*rest, all=True) if rest else first
        return found.order_by("-moment", "-key")[: count + 1]

    after: dict[str, Field[Any, Any]] = {"moment": DateTimeField(), "key": UUIDField()} if goes_on else {}
    return Kept(make, case_id=UUIDField(), **after)


def _parts(case_id: Any, wanted: set[What], moment: Any = None, key: Any = None) -> list[QuerySet[Any, Any]]:
    """Older than the event of `key` at `moment`, where they are given."""
    before = None if key is None else Q(moment__lt=moment) | Q(moment=moment, key__lt=key)

    def part(
        found: QuerySet[Any], what: What, moment: Any, by: str | None, **said: Any
    ) -> QuerySet[Any, Any]:
        who = Cast(F(by), TextField()) if by else Value("", TextField())
        told = found.order_by().annotate(
            moment=F(moment) if isinstance(moment, str) else moment,
            key=F("id"),
            what=Value(what.value, CharField()),
            said=JSONObject(**said),
            who=who,
        )
        if before is not None:
            told = told.filter(before)
        return told.values_list("moment", "key", "what", "said", "who")

    flags = Flag.objects.for_case(case_id)
    name = "by__display_name"
    every = {
        What.ASSESSMENT: part(
            Assessment.objects.for_case(case_id), What.ASSESSMENT, "assessed_at", name,
            kind="kind", note="note", red="red_flags"),
        What.PLAN: part(
            Plan.objects.for_case(case_id), What.PLAN, "created_at", "author__display_name",
            protocol="protocol", version="version", side="tendon__side", starts="starts_on",
            reason="override_reason", thresholds="thresholds", **{name: name for name in DOSE}),
        What.STAGE: part(
            StageChange.objects.for_case(case_id), What.STAGE, "at", name,
            kind="kind", to="to_stage", reason="reason"),
        What.FLAG: part(flags, What.FLAG, "opened_at", None, kind="kind", side="side", reason="reason"),
        What.RESOLVED: part(
            flags.filter(resolved_at__isnull=False), What.RESOLVED, "resolved_at",
            "resolved_by__display_name", kind="kind", side="side", reason="resolution_note"),
        What.CLEARANCE: part(
            RedFlagClearance.objects.for_case(case_id), What.CLEARANCE, "cleared_at", name,
            note="note", ruled_out="ruled_out_findings"),
        What.NOTE: part(
            CaseNote.objects.for_case(case_id), What.NOTE, "at", name, text="text", corrects="corrects__at",
            corrected=Exists(CaseNote.objects.filter(corrects=OuterRef("pk")))),
        What.SCORE: part(
            OutcomeScore.objects.for_case(case_id), What.SCORE, Cast("taken_on", DateTimeField()),
            "recorded_by__display_name", instrument="instrument", value="value", side="tendon__side",
            source="source"),
        What.CASE: part(
            CaseChange.objects.for_case(case_id), What.CASE, "at", name,
            kind="kind", outcome="outcome", reason="reason", to="clinician__display_name"),
        What.MESSAGE: part(
            Message.objects.for_case(case_id), What.MESSAGE, "at", name,
            text="text", sender="sender", gone="withdrawals__at"),
    }  # fmt: skip
    return [one for what, one in every.items() if what in wanted]


def _event(
    moment: datetime,
    key: UUID,
    what: str,
    said: dict[str, Any],
    who: str | None,
    *,
    zone: ZoneInfo,
    today: date,
) -> Event:
    title, detail = WRITERS[What(what)](said, who)
    local = moment.astimezone(zone)
    when = f"{day(local.date(), today)}, {local:%H:%M}"
    if what == What.SCORE:  # of a day, without an hour
        when = day(moment.astimezone(UTC).date(), today)
    return Event(
        at=moment,
        key=key,
        what=What(what),
        day=when,
        title=title,
        detail=detail,
        by=who or "",
        words="" if said.get("gone") and said["sender"] == Sender.RUNNER else said.get("text", ""),
        is_note=what == What.NOTE,
    )
