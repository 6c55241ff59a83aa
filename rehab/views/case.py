"""One case: its page, and the peek that the worklist opens under its row."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from patients.models import Case
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.forms.compare import CompareForm
from rehab.forms.flags import ResolveForm, SnoozeForm
from rehab.forms.notes import NoteForm
from rehab.queries import case_page, compare, notes, peek
from rehab.queries.case_head import CaseHead
from rehab.views.clinic_case import with_case

SNOOZE_DAYS = 2


@access(CLINICAL, "case", "read", audit=True)
@require_safe
def case(request: Any, case_id: UUID) -> HttpResponse:
    now = timezone.now()
    try:
        found = case_page.load(case_id=case_id, now=now)
    except Case.DoesNotExist as absent:
        raise Http404 from absent
    request.accessed_patient_id = found.patient_id
    zone = ZoneInfo(found.time_zone)
    today = now.astimezone(zone).date()
    draft = notes.draft(case_id, request.membership.id, now=now, zone=zone)
    forms = [
        {
            "flag": flag,
            "snooze": SnoozeForm(
                today=today,
                initial={"until": today + timedelta(days=SNOOZE_DAYS)},
                auto_id=f"snooze-{flag.id}-%s",
            ),
            "resolve": ResolveForm(needs_note=flag.needs_note, auto_id=f"resolve-{flag.id}-%s"),
        }
        for flag in found.flags
    ]
    return page(
        request,
        "clinic/case.html",
        {"case": found, "flags": forms, "note": NoteForm(draft=draft.text), "draft": draft},
    )


@access(CLINICAL, "case", "read", audit=True)
@require_safe
@with_case
def case_compare(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    form = CompareForm(request.GET, usual=compare.usual(head))
    before, after = form.periods
    context = {"head": head, "form": form, "compared": compare.compare(head, before, after, now)}
    return page(request, "clinic/case_compare.html", context, status=422 if form.errors else 200)


@access(CLINICAL, "case", "read", audit=True)
@require_safe
def case_peek(request: Any, case_id: UUID) -> HttpResponse:
    """A part of the worklist only: anybody else is sent to the case."""
    if not request.htmx:
        return redirect("case", case_id=case_id)
    now = timezone.now()
    try:
        found = peek.peek(case_id=case_id, now=now)
    except Case.DoesNotExist as absent:
        raise Http404 from absent
    request.accessed_patient_id = found.patient_id
    until = now.astimezone(ZoneInfo(found.time_zone)).date() + timedelta(days=SNOOZE_DAYS)
    shown = urlsplit(request.htmx.current_url or "")
    here = f"{reverse('caseload')}?{shown.query}" if shown.query else reverse("caseload")
    context = {
        "peek": found,
        "snooze_until": until.isoformat(),
        "snooze_days": SNOOZE_DAYS,
        "here": here,
    }
    return page(request, "clinic/peek.html", context)
