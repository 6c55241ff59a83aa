"""Whether anybody at the clinic knows: said only when it is true, and by name when somebody has looked."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rehab.clinical.evaluation import Decision, FindingKind
from rehab.clinical.history import History
from rehab.models import Flag, PainReport, Run
from rehab.models.codes import FlagState
from rehab.queries.own_case import Care

# The flags that a refusal to run puts on the physio's list.
FLAGS = {
    Decision.URGENT_CARE: (FindingKind.RED_FLAG,),
    Decision.STOP_SEEK_ASSESSMENT: (FindingKind.RED_FLAG, FindingKind.WORSENING),
    Decision.STOP_24H: (FindingKind.ELEVATED_24H, FindingKind.OVER_THE_LINE),
    Decision.STOP_REGRESS: (FindingKind.OVER_THE_LINE,),
    Decision.STOP_TEMPORARY: (FindingKind.AT_THE_LINE,),
}


def told(care: Care, decision: Decision | None, now: datetime, history: History | None) -> str:
    """Nothing after a permission; "has been told" once the flag stands; otherwise that it can be seen.

    `history` None: it could not be read.
    """
    if decision is not None and decision.may_run:
        return ""
    flag = _flag(care, decision, now)
    if flag is None:
        return care.looks if _said_anything(care, history) else ""
    if flag.state == FlagState.ACKNOWLEDGED and flag.acknowledged_by and flag.acknowledged_at:
        name = flag.acknowledged_by.display_name.split()[0]
        at = flag.acknowledged_at.astimezone(care.zone)
        return _("%(name)s looked at this on %(day)s at %(time)s.") % {
            "name": name,
            "day": date_format(at, "l"),
            "time": f"{at:%H:%M}",
        }
    return _("%(name)s has been told.") % {"name": care.physio} if care.physio else ""


def _flag(care: Care, decision: Decision | None, now: datetime) -> Flag | None:
    """An older flag says nothing of entries that the jobs have not worked through yet."""
    kinds = FLAGS.get(decision, ()) if decision else ()
    due = care.case.evaluation_due_at
    if due is not None and due <= now:
        kinds = tuple(kind for kind in kinds if kind is FindingKind.RED_FLAG)  # stored with the report itself
    if not kinds:
        return None
    flags = Flag.objects.for_case(care.case.pk).open().filter(kind__in=[kind.value for kind in kinds])
    return flags.select_related("acknowledged_by").order_by("-seen_at", "-id").first()


def _said_anything(care: Care, history: History | None) -> bool:
    """Every stored entry shows on the clinic's own page of the case; without one there is nothing to see."""
    if history is not None:
        return bool(history.runs or history.reports)
    return Run.objects.for_case(care.case.pk).exists() or PainReport.objects.for_case(care.case.pk).exists()
