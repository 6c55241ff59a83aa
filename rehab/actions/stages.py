"""What a physio does about the running stage. The software never does one of these by itself.

A step forward needs an open gate; nothing moves while the case is suspended.
"""

from datetime import datetime

from django.db import transaction

from patients.actions.physio_acts import ActRefused, held
from patients.models import Case, CaseStatus, Membership
from patients.queries import consents
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import GateResult, StageResult
from rehab.clinical.history import StageAct, Track
from rehab.clinical.stages import MAINTENANCE
from rehab.models import Flag, StageChange
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries import pauses
from rehab.queries.history import load

FIRST, LAST = 1, MAINTENANCE


@transaction.atomic
def start(
    *,
    case: Case,
    by: Membership,
    now: datetime,
    track: Track = Track.FRAMEWORK,
    stage: int = FIRST,
    reason: str = "",
) -> StageChange:
    """The first act, or a new start on the other track. Starting above stage 1 needs a reason."""
    case, standing = _moving(case, by, now)
    _check_stage(stage, LAST)
    if standing.stage is not None and standing.track == track:
        raise ActRefused("Running has started on this track. Move the stage instead.", "stage")
    if stage > FIRST and not reason.strip():
        raise ActRefused("Write down why running starts above stage 1.", "reason")
    return _write(case, StageAct.START, standing, stage, reason or "First plan", by, now, track=track)


@transaction.atomic
def progress(*, case: Case, by: Membership, now: datetime, reason: str = "") -> StageChange:
    """To the next stage, when the rules say it is open; where they leave it to the physio, with a reason."""
    case, standing = _started(case, by, now)
    if standing.result not in (GateResult.ELIGIBLE, GateResult.ELIGIBLE_NEEDS_PHYSIO):
        raise ActRefused(f"The next stage is not open yet. {standing.reason}".strip(), "act")
    if standing.result is GateResult.ELIGIBLE_NEEDS_PHYSIO and not reason.strip():
        raise ActRefused(f"{standing.reason} Write down why the runner may go on.".strip(), "reason")
    if standing.next_stage is None or standing.stage is None or standing.next_stage <= standing.stage:
        raise ActRefused("There is no further stage.", "act")
    return _write(
        case, StageAct.PROGRESS, standing, standing.next_stage, reason or "All criteria are met.", by, now
    )


@transaction.atomic
def step_back(
    *, case: Case, by: Membership, now: datetime, reason: str, to_stage: int | None = None
) -> StageChange:
    """One stage down, or to a lower one that the physio names."""
    case, standing = _started(case, by, now)
    stage = standing.stage or FIRST
    target = stage - 1 if to_stage is None else to_stage
    if stage <= FIRST:
        raise ActRefused("This is stage 1 already. Hold it there instead.", "act")
    if not FIRST <= target < stage:
        raise ActRefused(f"Choose a stage below {stage}.", "to_stage")
    return _write(case, StageAct.STEP_BACK, standing, target, _given(reason), by, now)


@transaction.atomic
def hold(*, case: Case, by: Membership, now: datetime, reason: str) -> StageChange:
    """The stage stays as it is until a physio releases it."""
    case, standing = _started(case, by, now)
    return _write(case, StageAct.HOLD, standing, standing.stage or FIRST, _given(reason), by, now)


@transaction.atomic
def release_hold(*, case: Case, by: Membership, now: datetime, reason: str) -> StageChange:
    case, standing = _started(case, by, now)
    return _write(case, StageAct.RELEASE_HOLD, standing, standing.stage or FIRST, _given(reason), by, now)


@transaction.atomic
def waive_hills(*, case: Case, by: Membership, now: datetime, reason: str) -> StageChange:
    """Stage 5 without a hill session, where there are no hills."""
    case, standing = _started(case, by, now)
    return _write(case, StageAct.WAIVE_HILLS, standing, standing.stage or FIRST, _given(reason), by, now)


@transaction.atomic
def resume(*, case: Case, stage: int, by: Membership, now: datetime, reason: str) -> StageChange:
    """Running restarts after it was paused, at the stage of then or a lower one, on the track of then."""
    case, standing = _started(case, by, now)
    before = pauses.before_pause(case.pk)
    if before is None:
        raise ActRefused("Running is not paused, so there is nothing to resume.", "act")
    _check_stage(stage, before.stage)
    return _write(case, StageAct.RESUME, standing, stage, _given(reason), by, now, track=before.track)


def resume_at_once(*, case: Case, stage: int, by: Membership, now: datetime, reason: str) -> StageChange:
    """Running goes on without a pause, at the stage of now or a lower one.

    Call inside the transaction that ends what suspended the case.
    """
    case, standing = _started(case, by, now)
    _check_stage(stage, standing.stage or FIRST)
    return _write(case, StageAct.RESUME, standing, stage, _given(reason), by, now)


def pause_running(*, case: Case, by: Membership, now: datetime, reason: str) -> StageChange | None:
    """Back to stage 1, which has no running, until `resume`. None when there was no running to pause.

    Call inside the transaction that ends what suspended the case.
    """
    standing = evaluate(*load(case.pk), now).stage
    return _pause(case, standing.stage, standing.track, reason, by, now)


def pause_as_stored(*, case: Case, by: Membership, now: datetime, reason: str) -> StageChange | None:
    """The same from the last change that is stored, for a case that the rules fail on."""
    last = StageChange.objects.for_case(case.pk).order_by("-at", "-id").first()
    return _pause(case, last.to_stage, last.track, reason, by, now) if last else None


def _pause(
    case: Case, stage: int | None, track: str, reason: str, by: Membership, now: datetime
) -> StageChange | None:
    if stage is None or (stage == FIRST and track == Track.FRAMEWORK):
        return None
    return _store(case, StageAct.STEP_BACK, stage, FIRST, Track.FRAMEWORK, reason, by, now)


def _moving(case: Case, by: Membership, now: datetime) -> tuple[Case, StageResult]:
    case = held(case, by)
    if consents.of(case.patient_id).is_withdrawn:
        raise ActRefused(
            "The runner took their consent back, so nothing moves until they give it again.", "act"
        )
    standing = evaluate(*load(case.pk), now).stage
    flagged = Flag.objects.open().for_case(case.pk).filter(kind__in=PHYSIO_ONLY).exists()
    if flagged or case.suspended_at is not None or standing.result is GateResult.SUSPENDED:
        raise ActRefused(
            "The case is suspended, so nothing moves. Clear the red flag or resolve the worsening first.",
            "act",
        )
    return case, standing


def _started(case: Case, by: Membership, now: datetime) -> tuple[Case, StageResult]:
    case, standing = _moving(case, by, now)
    if standing.stage is None:
        raise ActRefused("Running has not started yet. Assign a plan first.", "act")
    return case, standing


def _check_stage(stage: int, highest: int) -> None:
    if not FIRST <= stage <= highest:
        raise ActRefused(f"Choose a stage from {FIRST} to {highest}.", "to_stage")


def _given(reason: str) -> str:
    if not reason.strip():
        raise ActRefused("Write down the reason.", "reason")
    return reason.strip()


def _write(
    case: Case,
    act: StageAct,
    standing: StageResult,
    stage: int,
    reason: str,
    by: Membership,
    now: datetime,
    *,
    track: Track | None = None,
) -> StageChange:
    return _store(case, act, standing.stage, stage, track or standing.track, reason, by, now)


def _store(
    case: Case,
    act: StageAct,
    from_stage: int | None,
    to_stage: int,
    track: str,
    reason: str,
    by: Membership,
    now: datetime,
) -> StageChange:
    change = StageChange.objects.create(
        clinic_id=case.clinic_id,
        patient_id=case.patient_id,
        case_id=case.pk,
        at=now,
        from_stage=from_stage,
        to_stage=to_stage,
        track=Track(track).value,
        kind=act.value,
        reason=reason.strip(),
        by=by,
    )
    status = CaseStatus.MAINTENANCE if to_stage == MAINTENANCE else CaseStatus.ACTIVE
    Case.objects.filter(pk=case.pk).update(status=status, evaluation_due_at=now)
    return change
