"""A physio ends what suspends a case: a red flag by an examination, a worsening after seeing the runner.

Running does not go on by itself afterwards: it waits at stage 1 until `stages.resume`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from assessments.clinical.findings import Finding
from assessments.clinical.sides import Side
from assessments.models import RedFlagClearance
from patients.actions.physio_acts import ActRefused, held
from patients.models import Case, Membership
from rehab.actions import stages
from rehab.clinical.evaluation import FindingKind
from rehab.models import Flag, FlagSide, FlagState
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries.red_flags import what_stands


class LegTest(StrEnum):
    """Each is done before a red flag is cleared, whatever was reported."""

    CALF_SQUEEZE = "CALF_SQUEEZE"
    PALPABLE_GAP = "PALPABLE_GAP"
    TOE_RISE = "TOE_RISE"
    WEIGHT_BEARING = "WEIGHT_BEARING"


class LegResult(StrEnum):
    NORMAL = "NORMAL"
    ABNORMAL = "ABNORMAL"


@transaction.atomic
def clear(
    *,
    case: Case,
    examination: Mapping[LegTest, LegResult],
    ruled_out: Collection[Finding],
    note: str,
    by: Membership,
    now: datetime,
    resume_at: int | None = None,
    seen: Collection[str] | None = None,
) -> RedFlagClearance:
    """Clear the red flags of every report that is open now, and of no later one.

    `resume_at`: the stage at which running restarts; None: not yet. `seen`: what the page showed
    (`queries.red_flags.what_stands`), so that nothing is cleared that came in while it was filled in.
    ActRefused for a test that was not done or is abnormal, a finding that was not ruled out, or no note.
    """
    case = held(case, by)
    flags = Flag.objects.open().for_case(case.pk).filter(kind=FindingKind.RED_FLAG.value)
    if not flags.exists():
        raise ActRefused("No red flag is open for this case.")
    _check_examination(examination)
    named = frozenset(ruled_out)
    standing = what_stands(case.pk)
    reports = standing.reports
    _check_seen(seen, [str(report.id) for report in reports])
    left = [one for one in Finding if one not in named and any(one in report.findings for report in reports)]
    if left:
        told = ", ".join(finding.mid_sentence for finding in left)
        raise ActRefused(f"Say that each reported finding was ruled out. Still open: {told}.", "ruled_out")
    if not named:
        raise ActRefused("Say which finding was ruled out.", "ruled_out")
    if not note.strip():
        raise ActRefused("Write down what you found.", "note")
    clearance = RedFlagClearance.objects.create(
        clinic_id=case.clinic_id,
        patient_id=case.patient_id,
        case_id=case.pk,
        cleared_at=now,
        by=by,
        examination={test.value: result.value for test, result in examination.items()},
        ruled_out_findings=sorted(finding.value for finding in named),
        note=note.strip(),
        covers=[report.id for report in reports],
    )
    flags.update(state=FlagState.RESOLVED, resolved_at=now, resolved_by=by, resolution_note=note.strip())
    _restart(case, by=by, now=now, resume_at=resume_at, after="Red flag cleared", note=note)
    return clearance


@transaction.atomic
def resolve_worsening(
    *,
    case: Case,
    note: str,
    by: Membership,
    now: datetime,
    side: Side | None = None,
    resume_at: int | None = None,
    seen: Collection[str] | None = None,
) -> int:
    """Resolve the open worsening of one side, or of every side; answers how many flags that were.

    `seen`: as for `clear`.
    """
    case = held(case, by)
    if not note.strip():
        raise ActRefused("Write down what you found and agreed.", "note")
    if seen is not None:
        _check_seen(seen, [name for name in what_stands(case.pk).names if ":" in name])
    flags = Flag.objects.open().for_case(case.pk).filter(kind=FindingKind.WORSENING.value)
    if side is not None:
        flags = flags.filter(side__in=(side.value, FlagSide.CASE))
    count = flags.update(
        state=FlagState.RESOLVED, resolved_at=now, resolved_by=by, resolution_note=note.strip()
    )
    if not count:
        raise ActRefused("No worsening is open for this case.")
    _restart(case, by=by, now=now, resume_at=resume_at, after="Worsening resolved", note=note)
    return count


def _check_seen(seen: Collection[str] | None, standing: Collection[str]) -> None:
    if seen is not None and not set(standing) <= set(seen):
        raise ActRefused("Something newer came in meanwhile. Read it above, then decide.")


def _check_examination(examination: Mapping[LegTest, LegResult]) -> None:
    for test in LegTest:
        if test not in examination:
            raise ActRefused("Do and record all four tests before you clear a red flag.", test.value.lower())
    if any(result is not LegResult.NORMAL for result in examination.values()):
        raise ActRefused(
            "A test is abnormal, so the red flag stays and the case stays suspended. Refer today.",
            next(test.value.lower() for test in LegTest if examination[test] is not LegResult.NORMAL),
        )


def _restart(
    case: Case, *, by: Membership, now: datetime, resume_at: int | None, after: str, note: str
) -> None:
    """With nothing else open the case is no longer suspended; running waits, or restarts where it is told."""
    Case.objects.filter(pk=case.pk).update(evaluation_due_at=now)
    if Flag.objects.open().for_case(case.pk).filter(kind__in=PHYSIO_ONLY).exists():
        if resume_at is not None:
            raise ActRefused("Another flag still suspends the case, so running waits.", "resume_at")
        return
    Case.objects.filter(pk=case.pk).update(suspended_at=None)
    if resume_at is None:
        stages.pause_running(case=case, by=by, now=now, reason=f"{after}; running waits until it is resumed.")
    else:
        stages.resume_at_once(case=case, stage=resume_at, by=by, now=now, reason=f"{after}. {note.strip()}")
