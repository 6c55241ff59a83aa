"""The checks of the runner: which are owed now, which run they are about, and whether they still count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, UUIDField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.clinical.red_flags import needs_red_flag_question
from assessments.clinical.sides import Side
from physio.web.kept import Kept
from rehab.clinical.evaluation import Evaluation, Owed
from rehab.clinical.history import ReportKind
from rehab.models import PainReport, Run
from rehab.queries.own_case import Care, moment

SLUGS = {ReportKind.CHECK_24H: "24h", ReportKind.CHECK_48H: "48h", ReportKind.AFTER: "after"}
KINDS = {slug: kind for kind, slug in SLUGS.items()}
# Hours after the run's end: when the check counts in full, from and to (rules, A2).
WINDOWS = {ReportKind.CHECK_24H: (20, 28), ReportKind.CHECK_48H: (44, 56)}
ORDER = (
    ReportKind.CHECK_24H,
    ReportKind.CHECK_48H,
    ReportKind.MORNING,
    ReportKind.AFTER,
    ReportKind.PRE_RUN,
)
LOOK_BACK = timedelta(days=10)
A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class OwedCheck:
    """`slug` and `run_id` address the check after a run; both empty for the morning and the pre-run check.

    `is_over`: the time it was asked for is past. `is_late`: so late that it is shown as late.
    """

    kind: ReportKind
    title: str
    due: str
    is_late: bool
    is_over: bool = False
    slug: str = ""
    run_id: UUID | None = None


@dataclass(frozen=True)
class RunCheck:
    """One check of one run. `note` says what the moment means for it; empty when it counts in full."""

    run: Run
    kind: ReportKind
    slug: str
    title: str
    note: str
    is_late: bool
    counts: bool


def owed(care: Care, evaluation: Evaluation | None, now: datetime) -> tuple[OwedCheck, ...]:
    """Those that are open now, checks of a run first."""
    if evaluation is None:
        return ()
    waiting = [one for one in evaluation.running.owed if one.opens_at <= now]
    runs = _by_name(care, now) if any(one.run_id for one in waiting) else {}
    found = [
        _owed(one, runs, care, now)
        for one in sorted(waiting, key=lambda one: (ORDER.index(one.kind), one.due_at))
    ]
    return tuple(one for one in found if one is not None)


def _owed(one: Owed, runs: dict[str, Run], care: Care, now: datetime) -> OwedCheck | None:
    kind = ReportKind(one.kind)
    run = runs.get(one.run_id or "")
    if kind in SLUGS and run is None:
        return None
    return OwedCheck(
        kind=kind,
        title=title(kind, run, care, is_late=now > one.due_at),
        due=_("Due %(when)s") % {"when": moment(one.due_at, care)},
        is_late=now > one.late_after,
        is_over=now > one.due_at,
        slug=SLUGS.get(kind, ""),
        run_id=run.pk if run else None,
    )


def _by_name(care: Care, now: datetime) -> dict[str, Run]:
    """Every name a run of the last days ever had (client ids, corrected ones too) -> the run as it stands."""
    runs = _RUNS.ask(case_id=care.case.pk, moment=now - LOOK_BACK)
    newer = {run.supersedes_id: run for run in runs if run.supersedes_id}
    names = {}
    for run in runs:
        standing = run
        while standing.pk in newer:
            standing = newer[standing.pk]
        names[str(run.client_id)] = standing
    return names


_RUNS: Kept[Run] = Kept(
    lambda case_id, moment: Run.objects.for_case(case_id).since(moment).order_by("received_at", "id"),
    case_id=UUIDField(),
    moment=DateTimeField(),
)


def title(kind: ReportKind, run: Run | None, care: Care, *, is_late: bool = False) -> str:
    if run is None:
        if kind is ReportKind.PRE_RUN:
            return _("Before you run")
        return _("Today") if is_late else _("This morning")
    patterns = {
        ReportKind.AFTER: _("After %(day)s’s run"),
        ReportKind.CHECK_24H: _("A day after %(day)s’s run"),
        ReportKind.CHECK_48H: _("Two days after %(day)s’s run"),
    }
    day = date_format(run.occurred_at.astimezone(care.zone), "l")
    return patterns.get(kind, _("%(day)s’s run")) % {"day": day}


def find(care: Care, run_id: UUID, slug: str, now: datetime) -> RunCheck:
    """Run.DoesNotExist for another runner's run. KeyError for a check that there is not."""
    kind = KINDS[slug]
    runs = Run.objects.for_case(care.case.pk)
    run = runs.get(pk=run_id)
    another = runs.current().filter(occurred_at__gt=run.occurred_at, occurred_at__lte=now).exists()
    note, is_late = _note(kind, run, care, now)
    return RunCheck(
        run=run,
        kind=kind,
        slug=slug,
        title=title(kind, run, care),
        note=note,
        is_late=is_late,
        counts=not another,
    )


def _note(kind: ReportKind, run: Run, care: Care, now: datetime) -> tuple[str, bool]:
    if kind not in WINDOWS:
        return "", False
    opens, closes = (run.occurred_at + timedelta(hours=hours) for hours in WINDOWS[kind])
    if now < opens:
        early = _("This is early. The answer that counts is from %(when)s.")
        return early % {"when": moment(opens, care)}, False
    if now > closes:
        return _("This is later than asked for. It is kept, and shown as late."), True
    return "", False


def asks_red_flags(care: Care, pain: dict[Side, int], at: datetime) -> bool:
    """Whether answers so high, or risen so steeply within a day, ask for the urgent questions."""
    if not any(needs_red_flag_question(value, 0) for value in pain.values()):
        return False  # whatever was said before: no rise is steeper than one from 0
    before = _lowest_of_a_day(care, at)
    return any(needs_red_flag_question(value, before.get(side)) for side, value in pain.items())


def _lowest_of_a_day(care: Care, at: datetime) -> dict[Side, int]:
    runs, reports = (
        model.objects.for_case(care.case.pk)
        .current()
        .since(at - A_DAY)
        .filter(occurred_at__lt=at)
        .order_by()
        .values_list(*(f"pain_{side.label}" for side in Side))
        for model in (Run, PainReport)
    )
    said: dict[Side, list[int]] = {}
    for row in runs.union(reports, all=True):
        for side, value in zip(Side, row, strict=True):
            if value is not None:
                said.setdefault(side, []).append(value)
    return {side: min(values) for side, values in said.items()}
