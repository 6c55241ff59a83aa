"""What the runner told, with the way to correct it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.queries import own_entries
from rehab.queries.own_case import Care
from rehab.views.portal.own import with_care


@access(PATIENT, "diary", "read", audit=True)
@require_safe
@with_care
def entries(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    return page(request, "portal/entries.html", {"care": care, "lines": own_entries.recent(care, now)})
