"""The one question about a run: before it, after it, 24 and 48 hours on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.clinical.sides import Side
from patients.models import Case, Membership
from rehab.actions import diary
from rehab.clinical.history import ReportKind
from rehab.models import PainReport, Run

ABOUT_A_RUN = (ReportKind.AFTER, ReportKind.CHECK_24H, ReportKind.CHECK_48H)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntry(diary.Entry):
    """Pain now, walking normally, 0-10 for each side. `run_id`: the run it is about, if any."""

    kind: ReportKind
    pain: Mapping[Side, int | None]
    run_id: UUID | None = None
    stiffness_minutes: int | None = None


@transaction.atomic
def record(*, case: Case, entry: CheckEntry, by: Membership, now: datetime) -> PainReport:
    """The report as stored; late ones too. diary.Refused or diary.Conflict when it cannot be."""
    if (entry.run_id is None) == (entry.kind in ABOUT_A_RUN):
        raise ValueError("A check after a run names the run; a check before one names none.")
    if entry.run_id is not None:
        _check_after(case, entry.run_id, entry.occurred_at or now)
    values = {
        "kind": entry.kind.value,
        "run_id": entry.run_id,
        **diary.by_side("pain", entry.pain),
        "stiffness_minutes": entry.stiffness_minutes,
    }
    return diary.store(PainReport, case=case, entry=entry, values=values, by=by, now=now)


def _check_after(case: Case, run_id: UUID, occurred_at: datetime) -> None:
    run = Run.objects.for_case(case.pk).get(pk=run_id)
    if occurred_at < run.occurred_at:
        raise diary.Refused("occurred_at", _("That is before the run ended. Give a time after it."))
