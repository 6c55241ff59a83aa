"""The next moment at which the passing of time alone could change anything.

Everything that time can change turns on one of three things: the runner's local midnight, an edge of a window
after one of the last runs or exercise sessions, or an entry or act of the record that lies in the future.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import attrgetter

from rehab.clinical.history import History, Plan
from rehab.clinical.ledger import HOUR_S, Ledger
from rehab.clinical.local_time import next_midnight

_received_at = attrgetter("received_at")


def next_due_at(history: History, plan: Plan, ledger: Ledger) -> datetime | None:
    """The earliest such moment after `now`, or None when time can change nothing."""
    now = ledger.now
    moments = [*_in_the_record(history, plan, now)]
    is_told = plan.stage_steps or plan.tendon_plans or ledger.records or ledger.reports
    if is_told and not plan.decides_nothing(now):
        moments.append(next_midnight(now, history.time_zone))
        moments.extend(_window_edges(ledger))
    return min((moment for moment in moments if moment > now), default=None)


def _in_the_record(history: History, plan: Plan, now: datetime) -> Iterator[datetime]:
    entries: Iterable[tuple[object, ...]] = (
        history.runs,
        history.reports,
        history.sessions,
        history.red_flags,
        history.assessed_red_flags,
    )
    for group in entries:
        if group and max(map(_received_at, group)) > now:
            yield from (entry.received_at for entry in group if entry.received_at > now)  # type: ignore[attr-defined]
    acts: Iterable[tuple[object, ...]] = (
        history.clearances,
        history.resolutions,
        plan.stage_steps,
        plan.baselines,
    )
    yield from (one.at for one in plan.threshold_versions if one.at > now)
    if plan.withdrawal is not None:
        said = (plan.withdrawal.at, plan.withdrawal.given_again_at)
        yield from (at for at in said if at is not None and at > now)
    for group in acts:
        yield from (act.at for act in group if act.at > now)  # type: ignore[attr-defined]


def _window_edges(ledger: Ledger) -> Iterator[datetime]:
    limits = ledger.limits
    yield from (one.run_at + timedelta(hours=limits.stop_hours) for one in ledger.taken_back)
    hours = (
        limits.early_hours,
        limits.window_open_hours,
        24,
        limits.window_close_hours,
        limits.missing_hours,
        limits.open_48h_hours,
        limits.stop_hours,
        limits.close_48h_hours,
        limits.late_hours,
        limits.late_48h_hours,
    )
    now = ledger.now.timestamp()
    for record in reversed(ledger.records):
        if now - record.at > (limits.late_48h_hours + 1) * HOUR_S:
            break
        own = record.limits
        for hour in (*hours, own.window_open_hours, own.window_close_hours):
            yield record.run.at + timedelta(hours=hour)
