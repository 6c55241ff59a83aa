"""The caseload: the worklist of the clinic's physios, and what reception may see of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patients.models import Role
from physio.web.htmx import page
from physio.web.routes import CLINICAL, STAFF, access
from rehab.forms.caseload import filter_form, filters
from rehab.queries import aftercare, messages, reception, worklist

UPDATED = "X-Plimsoll-Updated"  # with a 204: the list on the screen still stands, as of this moment


@access(STAFF, "caseload", "read", audit=True)
@require_safe
def caseload(request: Any) -> HttpResponse:
    now = timezone.now()
    if request.membership.role == Role.RECEPTION:
        return _reception(request, now)
    asked = filters(request.GET, own_id=request.membership.id)
    found = worklist.load(clinic_id=request.clinic_id, filters=asked, now=now)
    zone = ZoneInfo(found.time_zone)
    context = {
        "list": found,
        "filter_form": filter_form(asked, found.clinicians, own_id=request.membership.id),
        "here": request.get_full_path(),
        "check_ins": aftercare.due(zone=zone, now=now),
        "waiting": messages.waiting(membership=request.membership, now=now, zone=zone),
    }
    return page(request, "clinic/caseload.html", context)


@access(CLINICAL, "caseload", "poll")
@require_safe
def caseload_changes(request: Any) -> HttpResponse:
    """204 while the list that is shown still stands; else the page offers the new one."""
    asked = filters(request.GET, own_id=request.membership.id)
    found = worklist.load(clinic_id=request.clinic_id, filters=asked, now=timezone.now())
    if request.GET.get("version") == found.version:
        return HttpResponse(status=204, headers={UPDATED: found.updated})
    return HttpResponse("The list has changed.\n", content_type="text/plain; charset=utf-8")


def _reception(request: Any, now: datetime) -> HttpResponse:
    q = " ".join(request.GET.get("q", "").split())[:80]
    after = request.GET.get("after", "")
    found = reception.load(clinic_id=request.clinic_id, q=q, after=after, now=now)
    return page(request, "clinic/caseload_reception.html", {"list": found})
