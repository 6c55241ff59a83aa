"""When does a stop end? At least 48 hours, answered, and back at baseline; some stops end only with the
physio.

Source: A1, leaving a stop.
"""

from __future__ import annotations

from enum import StrEnum

from rehab.clinical.evaluation import Decision
from rehab.clinical.thresholds import Limits


class Reentry(StrEnum):
    PHYSIO_ONLY = "PHYSIO_ONLY"
    STILL_ABOVE_BASELINE = "STILL_ABOVE_BASELINE"
    NOT_ANSWERED = "NOT_ANSWERED"
    WAIT_48H = "WAIT_48H"
    STAGE_1_GATE = "STAGE_1_GATE"
    RELEASE = "RELEASE"


PHYSIO_ONLY = frozenset({Decision.URGENT_CARE, Decision.STOP_SEEK_ASSESSMENT})
STOPS = frozenset({Decision.STOP_24H, Decision.STOP_REGRESS, Decision.STOP_TEMPORARY})


def leave(
    stop: Decision,
    *,
    hours: float,
    pain_now: int | None,
    baseline: int,
    stage: int,
    limits: Limits,
) -> Reentry:
    """Whether a stop has ended. `stage` is the stage after the stop; `hours` since the run that caused it."""
    if stop in PHYSIO_ONLY:
        return Reentry.PHYSIO_ONLY
    if pain_now is not None and limits.elevated(pain_now, baseline):
        return Reentry.STILL_ABOVE_BASELINE
    if hours < limits.stop_hours:
        return Reentry.WAIT_48H
    if pain_now is None:
        return Reentry.NOT_ANSWERED
    if stage <= 1:
        return Reentry.STAGE_1_GATE
    return Reentry.RELEASE
