"""One run of the runner as it stands, what comes next, and what a new one starts from."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import UUIDField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from physio.web.kept import Kept
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import ReportKind
from rehab.models import PainReport, Run
from rehab.queries import own_answer
from rehab.queries.own_answer import Answer, Known
from rehab.queries.own_case import Care, moment

USUAL = (10, 20, 30, 40)
REMEMBERED = 20  # runs whose shoes and ground are offered again


@dataclass(frozen=True)
class RunPage:
    run: Run
    says: str
    answer: Answer
    next_check: str
    is_checked: bool
    told: str
    beyond: str  # that the plan had less; empty when it had not


@dataclass(frozen=True)
class Choices:
    """What a new run is logged from.

    Four lengths to choose from; `planned` is chosen beforehand, None when the plan asks for no run now.
    `says`: the session as the plan has it. `shoes` and `grounds`: those of the last runs.
    """

    minutes: tuple[int, ...]
    planned: int | None
    says: str = ""
    shoes: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    filled_in: dict[str, Any] = field(default_factory=dict)


def find(care: Care, run_id: UUID) -> Run:
    """The run as it was told under this id. Run.DoesNotExist for another runner's."""
    return Run.objects.for_case(care.case.pk).get(pk=run_id)


def newest(care: Care, run: Run) -> Run:
    """What stands of it now, after its corrections."""
    while (newer := Run.objects.for_case(care.case.pk).filter(supersedes=run).first()) is not None:
        run = newer
    return run


def page(care: Care, run_id: UUID, now: datetime) -> RunPage:
    run = Run.objects.for_case(care.case.pk).current().get(pk=run_id)
    checked = (
        PainReport.objects.for_case(care.case.pk).current().filter(run=run, kind=ReportKind.CHECK_24H.value)
    )
    known = own_answer.work_out(care, now)
    return RunPage(
        run=run,
        says=says(run),
        answer=own_answer.answer(care, known, now),
        next_check=moment(run.occurred_at + timedelta(hours=24), care),
        is_checked=checked.exists(),
        told=care.looks,
        beyond=_beyond(run, known),
    )


def _beyond(run: Run, known: Known) -> str:
    """Longer or harder than the plan is a fact like any other."""
    found = known.evaluation.findings if known.evaluation else ()
    for one in found:
        if one.kind is FindingKind.PLAN_EXCEEDED and str(run.client_id) in {
            reading.entry_id for reading in one.readings
        }:
            return _(
                "Your plan had less for that day. It is recorded as it was; how it feels a day later"
                " decides what comes next."
            )
    return ""


def says(run: Run) -> str:
    """Such as "22 minutes, worst pain left 2/10, right 1/10"."""
    both = {_("left"): run.pain_left, _("right"): run.pain_right}
    said = {side: pain for side, pain in both.items() if pain is not None}
    if len(said) == 1:
        pain = f"{next(iter(said.values()))}/10"
    else:
        pain = _(", ").join(f"{side} {value}/10" for side, value in said.items()) or _("not said")
    told = ngettext("%(n)s minute, worst pain %(pain)s", "%(n)s minutes, worst pain %(pain)s", run.minutes)
    return told % {"n": run.minutes, "pain": pain}


def choices(care: Care, now: datetime) -> Choices:
    """Around what the plan allows now; without that, around the last run."""
    evaluation = own_answer.work_out(care, now).evaluation
    allowed = evaluation.running.allowed if evaluation else None
    last = _LAST.ask(case_id=care.case.pk)
    remembered = _remembered(last)
    if allowed is not None and allowed.minutes_high > 0:
        high = allowed.minutes_high
        return replace(remembered, minutes=_around(high), planned=high, says=allowed.text)
    return replace(remembered, minutes=_around(last[0].minutes)) if last else remembered


_LAST: Kept[Run] = Kept(
    lambda case_id: Run.objects.for_case(case_id).current().order_by("-occurred_at", "-id")[:REMEMBERED],
    case_id=UUIDField(),
)


def _remembered(last: list[Run]) -> Choices:
    """The shoes and the ground of the last runs, newest first."""
    shod = next((run for run in last if run.shoe), None)
    return Choices(
        minutes=USUAL,
        planned=None,
        shoes=tuple(dict.fromkeys(run.shoe for run in last if run.shoe)),
        grounds=tuple(dict.fromkeys(run.surface for run in last if run.surface)),
        filled_in={"shoe": shod.shoe, "shoe_drop_mm": shod.shoe_drop_mm} if shod else {},
    )


def _around(minutes: int) -> tuple[int, ...]:
    step = 1 if minutes <= 5 else 2 if minutes <= 12 else 5
    lowest = max(minutes - 2 * step, 1)
    return tuple(sorted({minutes, *range(lowest, lowest + 4 * step, step)}))[:4]
