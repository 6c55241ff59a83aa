"""What the runner told in the last weeks, newest first, with what each entry said before it was corrected."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rehab.clinical.history import Half, ReportKind
from rehab.clinical.portal_words import HALVES, REPORTS
from rehab.models import ExerciseSession, PainReport, Run
from rehab.queries import own_runs
from rehab.queries.own_case import Care
from rehab.queries.own_checks import WINDOWS
from rehab.queries.translated import say

LOOK_BACK = timedelta(days=28)
Told = Run | PainReport | ExerciseSession
LATER = timedelta(hours=6)  # told so long after it happened: said beside the entry


@dataclass(frozen=True)
class Line:
    """`run_id`, `report_id` or `session_id` is where it can be corrected. `was`: what it said before.

    `taken_back`: it no longer counts. `mark`: that it came late, or no longer says how its run settled.
    """

    day: date
    at: str
    what: str
    says: str
    told_later: str
    was: tuple[str, ...]
    run_id: UUID | None = None
    report_id: UUID | None = None
    session_id: UUID | None = None
    taken_back: bool = False
    mark: str = ""


def recent(care: Care, now: datetime) -> tuple[Line, ...]:
    since = now - LOOK_BACK
    rows: list[Told] = []
    rows += Run.objects.for_case(care.case.pk).since(since).order_by("occurred_at", "id")
    rows += PainReport.objects.for_case(care.case.pk).since(since).order_by("occurred_at", "id")
    rows += ExerciseSession.objects.for_case(care.case.pk).since(since).order_by("occurred_at", "id")
    by_id = {row.pk: row for row in rows}
    replaced = {row.supersedes_id for row in rows}
    standing = [row for row in rows if row.pk not in replaced]
    standing.sort(key=lambda row: (row.occurred_at, row.pk), reverse=True)
    runs = {row.pk: row for row in rows if isinstance(row, Run)}
    ends = [run.occurred_at for run in runs.values() if run.pk not in replaced and not run.voided]
    return tuple(_line(row, by_id, care, mark=_mark(row, runs, ends)) for row in standing)


def _mark(row: Told, runs: dict[UUID, Run], ends: list[datetime]) -> str:
    """What the moment of a check means for its run."""
    run = runs.get(row.run_id) if isinstance(row, PainReport) and row.run_id else None
    if run is None or not isinstance(row, PainReport) or row.kind not in WINDOWS:
        return ""
    if any(run.occurred_at < end < row.occurred_at for end in ends):
        return _("after another run, so it does not count for this one")
    hours = (row.occurred_at - run.occurred_at) / timedelta(hours=1)
    opens, closes = WINDOWS[ReportKind(row.kind)]
    return _("early") if hours < opens else _("late") if hours > closes else ""


def find_report(care: Care, report_id: UUID) -> PainReport:
    """The report as it was told under this id. PainReport.DoesNotExist for another runner's."""
    return PainReport.objects.for_case(care.case.pk).select_related("run").get(pk=report_id)


def is_standing(row: Told) -> bool:
    """Neither corrected nor withdrawn since."""
    return type(row).objects.for_case(row.case_id).current().filter(pk=row.pk).exists()


def _line(row: Told, by_id: dict[UUID, Told], care: Care, *, mark: str) -> Line:
    local = row.occurred_at.astimezone(care.zone)
    was = []
    older = by_id.get(row.supersedes_id) if row.supersedes_id else None
    while older is not None:
        if _says(older) != _says(row) and not _only_grew(older, row):
            was.append(_says(older))
        older = by_id.get(older.supersedes_id) if older.supersedes_id else None
    late = row.received_at - row.occurred_at >= LATER
    return Line(
        day=row.local_date,
        at=f"{local:%H:%M}",
        what=_what(row),
        says=_says(row),
        told_later=_("told %(when)s") % {"when": _day(row.received_at.astimezone(care.zone))}
        if late and not was
        else "",
        was=tuple(was),
        run_id=row.pk if isinstance(row, Run) else None,
        report_id=row.pk if isinstance(row, PainReport) else None,
        session_id=row.pk if isinstance(row, ExerciseSession) else None,
        taken_back=row.voided,
        mark=mark,
    )


def _only_grew(older: Told, row: Told) -> bool:
    """Ticking set after set is no correction."""
    if not isinstance(older, ExerciseSession) or not isinstance(row, ExerciseSession):
        return False
    return older.reps_done <= row.reps_done


def _day(local: datetime) -> str:
    return f"{date_format(local, _('j F'))}{_(', ')}{local:%H:%M}"


def _what(row: Told) -> str:
    if isinstance(row, Run):
        return _("Run")
    if isinstance(row, PainReport):
        return say(REPORTS[ReportKind(row.kind)])
    return _("Sets, %(half)s") % {"half": say(HALVES[Half(row.half)])}


def _says(row: Told) -> str:
    if isinstance(row, Run):
        return own_runs.says(row)
    if isinstance(row, PainReport):
        both = ((_("left"), row.pain_left), (_("right"), row.pain_right))
        said = [(side, pain) for side, pain in both if pain is not None]
        if len(said) == 1:
            return f"{said[0][1]}/10"
        return _(", ").join(f"{side} {pain}/10" for side, pain in said)
    return ngettext("%(n)s repetition", "%(n)s repetitions", row.reps_done) % {"n": row.reps_done}
