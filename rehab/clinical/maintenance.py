"""After the programme: two stops within four weeks propose to reopen the case. Source: A7."""

from __future__ import annotations

from rehab.clinical.thresholds import Limits


def proposes_reopening(stops_last_28_days: int, limits: Limits) -> bool:
    """Stops are runs of pain 3 or more, or not settled at 24 hours."""
    return stops_last_28_days >= limits.reopen_events
