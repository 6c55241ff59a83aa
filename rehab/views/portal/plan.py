"""My plan and my progress: read only."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.queries import my_plan, progress
from rehab.queries.own_case import Care
from rehab.views.portal.own import with_care


@access(PATIENT, "plan", "read", audit=True)
@require_safe
@with_care
def plan(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    return page(request, "portal/plan.html", {"care": care, "plan": my_plan.of(care, now)})


@access(PATIENT, "progress", "read", audit=True)
@require_safe
@with_care
def shown_progress(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    context = {
        "care": care,
        "progress": progress.of(care, now),
        "twelve_weeks": request.GET.get("weeks") == "12",
    }
    return page(request, "portal/progress.html", context)
