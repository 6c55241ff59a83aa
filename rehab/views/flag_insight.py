"""Looking at flags instead of working on them: one flag replayed, and how the rules have done."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.queries import flag_replay as replays
from rehab.queries import rule_record


@access(CLINICAL, "flag", "replay", audit=True)
@require_safe
def flag_replay(request: Any, flag_id: UUID) -> HttpResponse:
    found = replays.replay(flag_id, now=timezone.now())
    if found is None:
        raise Http404
    request.accessed_case_id, request.accessed_patient_id = found.case_id, found.patient_id
    return page(request, "clinic/flag_replay.html", {"replay": found})


@access(CLINICAL, "rules", "read")
@require_safe
def rules(request: Any) -> HttpResponse:
    """Counts only: nobody can be recognised in them."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 0
    return page(request, "clinic/rules.html", {"record": rule_record.load(days=days, now=timezone.now())})
