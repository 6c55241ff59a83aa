"""What a nudge to a runner who has gone quiet starts from: a text in their language, and the quiet flags."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import Case, Membership
from rehab.clinical.evaluation import SILENCE
from rehab.models import CaseSummary, Flag, FlagState
from rehab.queries import messages


@dataclass(frozen=True)
class Nudge:
    """`reaches`: the runner has signed in here and can read it. `reason`: of the open flag, else empty."""

    text: str
    reaches: bool
    reason: str
    templates: tuple[tuple[str, str], ...]


def of(case: Case, *, by: Membership, now: datetime) -> Nudge:
    """`case` with its patient and their person."""
    last = CaseSummary.objects.for_case(case.pk).values_list("last_report_at", flat=True).first()
    flag = quiet_flags(case).first()
    return Nudge(
        text=_text(case, last, by),
        reaches=messages.runner_of(case) is not None,
        reason=flag.reason if flag else "",
        templates=messages.choices(case.clinic_id),
    )


def quiet_flags(case: Case) -> QuerySet[Flag]:
    """The open flags about silence, oldest first."""
    found = Flag.objects.for_case(case.pk).filter(kind__in=SILENCE, state=FlagState.OPEN)
    return found.order_by("opened_at", "id")


def _text(case: Case, last_report_at: datetime | None, by: Membership) -> str:
    """No pain, no advice, no blame: when we last heard, and an offer."""
    person = case.patient.person
    with translation.override(case.patient.language or settings.LANGUAGE_CODE):
        parts = [
            _("Hello %(name)s,") % {"name": person.given_name if person else ""},
            _heard(case, last_report_at),
            _("If something makes it hard to log, write back here and we will look for an easier way."),
            by.display_name,
        ]
        return "\n\n".join(parts)


def _heard(case: Case, last_report_at: datetime | None) -> str:
    if last_report_at is None:
        return _("There is no entry in your diary yet. How are you getting on?")
    local = last_report_at.astimezone(ZoneInfo(case.patient.time_zone))
    return _("Your last entry in the diary is from %(day)s. How are you getting on?") % {
        "day": date_format(local, "l, j F")
    }
