"""How a case stands as a whole: who looks after it, how it ended, and the watch for recurrence."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from patients.models import Case, CaseChange, CaseOutcome, CaseStatus, ChangeKind, CheckIn
from rehab.clinical.aftercare import WATCH_MONTHS, Due, watch
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.stages import MAINTENANCE
from rehab.queries.moments import day


@dataclass(frozen=True)
class WatchRow:
    """`asks`: a check-in is due. `over`: the watch has ended and the case may be closed."""

    month: int
    months: int
    until: str
    next_on: str
    asks: bool
    over: bool
    last: str


@dataclass(frozen=True)
class Life:
    """`closed`: how and when it ended, empty while it is open."""

    clinician: str
    closed: str = ""
    closed_note: str = ""
    watch: WatchRow | None = None


def life(case: Case, found: Evaluation | None, zone: ZoneInfo, today: date) -> Life:
    """At most one query, and none for a case under treatment."""
    clinician = case.clinician.display_name
    if case.status == CaseStatus.CLOSED:
        closings = CaseChange.objects.for_case(case.pk).filter(kind=ChangeKind.CLOSED)
        last = closings.select_related("by").order_by("-at", "-id").first()
        if last is None:
            return Life(clinician, closed="This case is closed.")
        on = day(last.at.astimezone(zone).date(), today)
        how = CaseOutcome(last.outcome).label.lower()
        return Life(clinician, f"Closed on {on} by {last.by.display_name}: {how}.", last.reason)
    if case.status == CaseStatus.MAINTENANCE and found is not None:
        return Life(clinician, watch=_watch(case, found, zone, today))
    return Life(clinician)


def _watch(case: Case, found: Evaluation, zone: ZoneInfo, today: date) -> WatchRow | None:
    if found.stage.stage != MAINTENANCE or found.stage.entered_at is None:
        return None
    rows = CaseChange.objects.for_case(case.pk).filter(kind=ChangeKind.CHECKED_IN).order_by("at", "id")
    told = [(row.at.astimezone(zone).date(), CheckIn(row.outcome).label.lower()) for row in rows]
    stands = watch(found.stage.entered_at.astimezone(zone).date(), (on for on, _ in told), today)
    last = f"{day(told[-1][0], today)}: {told[-1][1]}" if told and told[-1][0] >= stands.since else ""
    return WatchRow(
        month=stands.month,
        months=WATCH_MONTHS,
        until=day(stands.until, today),
        next_on=day(stands.next_on, today),
        asks=stands.due is Due.NOW,
        over=stands.due is Due.OVER,
        last=last,
    )
