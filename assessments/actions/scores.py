"""A runner's own outcome score is recorded: a number, and for chosen activities their names.

One with several questions is kept as a draft between them, so that it can be taken up again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import INSTRUMENTS
from assessments.clinical.sides import Side
from assessments.models import OutcomeScore, ScoreDraft, ScoreSource
from patients.models import Case, CaseStatus, Membership, Tendon


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreEntry:
    instrument: Instrument
    side: Side | None
    value: float
    detail: Mapping[str, Any] = field(default_factory=dict)


class Refused(ValueError):
    """The score cannot be stored; `str()` is a sentence for the runner."""


@transaction.atomic
def record(*, case: Case, entry: ScoreEntry, by: Membership, now: datetime) -> OutcomeScore:
    """The score as stored; the same one of the same day is stored once. Case.DoesNotExist for a stranger."""
    held = _held(case, by)
    facts = INSTRUMENTS[entry.instrument]
    if not facts.low <= entry.value <= facts.high:
        raise Refused(_("This goes from %(low)s to %(high)s.") % {"low": facts.low, "high": facts.high})
    tendon = Tendon.objects.for_case(held.pk).get(side=entry.side.value) if entry.side else None
    row = {
        "clinic_id": held.clinic_id,
        "patient_id": held.patient_id,
        "case_id": held.pk,
        "tendon": tendon,
        "instrument": entry.instrument.value,
        "value": round(entry.value, 2),
        "detail": dict(entry.detail),
        "taken_on": now.astimezone(ZoneInfo(held.patient.time_zone)).date(),
        "source": ScoreSource.PORTAL,
    }
    ScoreDraft.objects.for_case(held.pk).filter(instrument=entry.instrument.value).delete()
    known = OutcomeScore.objects.filter(**row).order_by("id").first()
    if known is not None:
        return known
    score = OutcomeScore.objects.create(**row, recorded_by=by)
    Case.objects.filter(pk=held.pk).update(evaluation_due_at=now)
    return score


@transaction.atomic
def keep_draft(
    *,
    case: Case,
    instrument: Instrument,
    answers: Sequence[Mapping[str, Any]],
    by: Membership,
    now: datetime,
) -> ScoreDraft:
    """The answers so far, in place of those before."""
    held = _held(case, by)
    draft, _made = ScoreDraft.objects.update_or_create(
        clinic_id=held.clinic_id,
        patient_id=held.patient_id,
        case_id=held.pk,
        instrument=instrument.value,
        defaults={"answers": [dict(one) for one in answers], "changed_at": now},
    )
    return draft


def _held(case: Case, by: Membership) -> Case:
    """The runner's own open case, held until the transaction ends."""
    if by.clinic_id != case.clinic_id or by.patient_id != case.patient_id:
        raise Case.DoesNotExist
    held = Case.objects.locked().select_related("patient").get(pk=case.pk)
    if held.status == CaseStatus.CLOSED:
        raise Refused(_("Your care plan is closed, so nothing more can be recorded. Ask your clinic."))
    return held
