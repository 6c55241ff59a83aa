"""The questions a runner still owes, with their windows: they are asked, never answered by silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from rehab.clinical.answer24h import Answer48h
from rehab.clinical.evaluation import Answer24h, Decision, Owed
from rehab.clinical.history import ReportKind
from rehab.clinical.ledger import Ledger, hours_between
from rehab.clinical.local_time import start_of_day
from rehab.clinical.review import RunView

_ASKS_BEFORE_A_RUN = frozenset(
    {Decision.WAIT_24H, Decision.WAIT_48H, Decision.RUN_REDUCED, Decision.RUN_WITHIN_PLAN}
)


def questions(
    ledger: Ledger, views: Sequence[RunView], today: date, time_zone: str, decision: Decision
) -> tuple[Owed, ...]:
    """In order of due time."""
    found = [*_about_last_run(ledger, views[-1])] if views else []
    found.extend(_of_today(ledger, today, time_zone, decision))
    return tuple(sorted(found, key=lambda one: (one.due_at, one.kind)))


def _about_last_run(ledger: Ledger, last: RunView) -> list[Owed]:
    limits = ledger.limits
    end = last.run.at.astimezone(UTC)
    hours = hours_between(last.record.at, ledger.now.timestamp())
    found = []
    if last.status in (Answer24h.UNKNOWN, Answer24h.MISSING) and hours < limits.late_hours:
        found.append(
            _owed(ReportKind.CHECK_24H, last, end, limits.window_open_hours, 24, limits.window_close_hours)
        )
    if last.hills_48h is Answer48h.UNKNOWN and hours < limits.late_48h_hours:
        found.append(
            _owed(ReportKind.CHECK_48H, last, end, limits.open_48h_hours, 48, limits.close_48h_hours)
        )
    return found


def _owed(kind: ReportKind, last: RunView, end: datetime, opens: int, due: int, closes: int) -> Owed:
    return Owed(
        kind=kind.value,
        run_id=last.run.id,
        opens_at=end + timedelta(hours=opens),
        due_at=end + timedelta(hours=due),
        late_after=end + timedelta(hours=closes),
    )


def _of_today(ledger: Ledger, today: date, time_zone: str, decision: Decision) -> list[Owed]:
    """The morning question, and the one before a run."""
    said = _complete_kinds(ledger, today)
    opens, closes = start_of_day(today, time_zone), start_of_day(today + timedelta(days=1), time_zone)
    found = []
    if ReportKind.MORNING not in said:
        noon = opens + (closes - opens) / 2
        found.append(
            Owed(kind=ReportKind.MORNING.value, run_id=None, opens_at=opens, due_at=noon, late_after=closes)
        )
    if ReportKind.PRE_RUN not in said and decision in _ASKS_BEFORE_A_RUN:
        found.append(
            Owed(kind=ReportKind.PRE_RUN.value, run_id=None, opens_at=opens, due_at=closes, late_after=closes)
        )
    return found


def _complete_kinds(ledger: Ledger, today: date) -> set[ReportKind]:
    """The kinds of report that today has for every side."""
    scored: dict[ReportKind, set[object]] = {}
    for report in reversed(ledger.reports):
        if (today - report.local_date).days > 2:
            break
        if report.local_date == today:
            sides = scored.setdefault(report.kind, set())
            sides.update(side for side in ledger.sides if report.pain.get(side) is not None)
    return {kind for kind, sides in scored.items() if len(sides) == len(ledger.sides)}
