"""The runner's first page."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.clinical.portal_words import PAIN_NOW
from rehab.forms.portal.checks import CheckForm
from rehab.forms.portal.exercises import TicksForm
from rehab.queries import today as todays
from rehab.queries.own_case import Care
from rehab.views.portal.own import with_care


@access(PATIENT, "diary", "read", audit=True)
@require_safe
@with_care
def today(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    shown = todays.of(care, now)
    ticks = TicksForm(exercises=shown.exercises) if shown.exercises else None
    context = {
        "care": care,
        "today": shown,
        "ticks": ticks,
        "check": CheckForm(sides=care.sides) if shown.owed else None,
        "question": PAIN_NOW,
        "log_url": reverse("portal_run_new"),
    }
    return page(request, "portal/today.html", context)
