"""What the runner of a case is told at this moment."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from patients.models import Case, CaseStatus
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.portal_words import ANSWERS
from rehab.queries.moments import clock


@dataclass(frozen=True)
class Now:
    """What the runner is told at this moment. `failed`: it could not be worked out; rely on nothing."""

    word: str
    tone: str
    reason: str
    session: str
    at: str
    failed: bool = False


def now_of(case: Case, found: Evaluation | None, now: datetime, zone: ZoneInfo, *, on_hold: bool) -> Now:
    at = clock(now, now, zone)
    if case.status == CaseStatus.CLOSED:
        return Now("Nothing", "wait", "The case is closed.", "", at)
    if found is None:
        return Now("Wait", "wait", "", "", at, failed=True)
    running = found.running
    word, tone = ANSWERS[running.decision]
    if running.decision.may_run and (on_hold or running.allowed is None):
        return Now("Wait", "wait", "The plan is on hold until a physio has looked at it.", "", at)
    session = running.allowed.text if running.allowed and running.decision.may_run else running.next_step
    return Now(word, tone.value, running.reason, session, at)
