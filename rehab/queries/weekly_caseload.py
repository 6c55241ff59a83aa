"""What a physiotherapist's weekly mail tells: their own cases in counts, and the most urgent of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from patients.models import Case, Membership
from rehab.clinical.history import History, Plan
from rehab.clinical.thresholds import resolve
from rehab.models import CaseSummary, WorkGroup
from rehab.queries.days import day_sets, morning_pain
from rehab.queries.history import read_many
from rehab.queries.watermark import watermark
from rehab.queries.weekly import week_before

MOST_ROWS = 12
WHOLE_AT_ONCE = 50  # cases whose diaries are in memory together
TOLD = (
    "case_id", "group", "reason", "stage_label", "week", "patient__number", "patient__person__given_name",
    "patient__person__family_name",
)  # fmt: skip


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


def caseload_week(*, membership_id: UUID, now: datetime) -> CaseloadWeek | None:
    """None when the member has no open case."""
    return caseload_weeks(membership_ids=[membership_id], now=now).get(membership_id)


def caseload_weeks(*, membership_ids: Sequence[UUID], now: datetime) -> dict[UUID, CaseloadWeek]:
    """Those of the members, all of one clinic, who have an open case.

    Four queries for any number; where the clinic wants details, one more for each WHOLE_AT_ONCE of the cases
    listed.
    """
    members = Membership.objects.select_related("clinic").in_bulk(membership_ids)
    own = CaseSummary.objects.filter(case__in=Case.objects.open().filter(clinician_id__in=members))
    counts = _counts(own)
    listed = _listed(own)
    details = _details(members, listed, now)
    mark = watermark(now=now)
    weeks = {}
    for reader, count in counts.items():
        member = members[reader]
        days = week_before(now, member.clinic.time_zone)
        weeks[reader] = CaseloadWeek(
            membership_id=reader,
            first_day=days[0],
            last_day=days[-1],
            act=count[WorkGroup.ACT],
            review=count[WorkGroup.REVIEW],
            quiet=count[WorkGroup.QUIET],
            ready=count[WorkGroup.READY],
            calm=count[WorkGroup.CALM],
            rows=tuple(details.get(one["case_id"]) or _plain(one) for one in listed[reader]),
            has_details=member.clinic.email_initials_opt_in,
            is_stale=mark.is_stale,
            stale_since=mark.computed_up_to,
        )
    return weeks


def _counts(own: QuerySet[CaseSummary]) -> dict[UUID, Counter[str]]:
    """By reader and group."""
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    by = own.values_list("case__clinician_id", "group").annotate(Count("id"))
    for reader, group, count in by.order_by("case__clinician_id", "group"):
        found[reader][group] = count
    return found


def _listed(own: QuerySet[CaseSummary]) -> dict[UUID, list[dict[str, Any]]]:
    """Most urgent first; of equals the one that has waited longest."""
    place = Window(
        RowNumber(), partition_by="case__clinician_id", order_by=(F("severity").desc(), "since", "case_id")
    )
    first = own.exclude(group=WorkGroup.CALM).annotate(place=place).filter(place__lte=MOST_ROWS)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for one in first.order_by("case__clinician_id", "place").values("case__clinician_id", *TOLD):
        found[one["case__clinician_id"]].append(dict(one))
    return found


def _plain(one: Mapping[str, Any]) -> WeekRow:
    return WeekRow(case_id=one["case_id"], name=f"Case {one['patient__number']}", group=one["group"])


def _details(
    members: Mapping[UUID, Membership], listed: Mapping[UUID, Iterable[dict[str, Any]]], now: datetime
) -> dict[UUID, WeekRow]:
    """By case, where the clinic has agreed to have them in its mails."""
    wanted = {
        one["case_id"]: (one, week_before(now, members[reader].clinic.time_zone))
        for reader, rows in listed.items()
        if members[reader].clinic.email_initials_opt_in
        for one in rows
    }
    found = {}
    for some in _in_parts(list(wanted)):
        for case_id, tell in read_many(some).items():
            one, week = wanted[case_id]
            found[case_id] = _detailed(one, *tell(), week, now)
    return found


def _in_parts(case_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(case_ids), WHOLE_AT_ONCE):
        yield case_ids[start : start + WHOLE_AT_ONCE]


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
