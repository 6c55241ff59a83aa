"""Notes on a case, their drafts, and the timeline in which they stand."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import notes
from rehab.forms.notes import CorrectsForm, DraftForm, NoteForm, TimelineForm
from rehab.models import CaseNote
from rehab.queries import notes as stored
from rehab.queries.case_head import CaseHead
from rehab.queries.moments import clock
from rehab.queries.notes import Draft, Earlier
from rehab.queries.timeline import timeline
from rehab.views.clinic_case import show_refusal, with_case


@access(CLINICAL, "case", "read", audit=True)
@require_safe
@with_case
def case_timeline(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """The whole stream, a page at a time; `more` alone is what a press on "Earlier" adds."""
    asked = TimelineForm(request.GET)
    asked.is_valid()
    zone = ZoneInfo(head.case.clinic.time_zone)
    stream = timeline(head.case_id, now=now, zone=zone, show=asked.wanted, after=asked.after)
    context = {"head": head, "case_id": head.case_id, "stream": stream}
    return page(request, "clinic/case_timeline.html", context, parts=("timeline", "more"))


@access(CLINICAL, "note", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def note_new(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """The form alone: where one is set right, and where one that could not be saved comes back."""
    earlier = _earlier(request, head, now)
    posted = request.POST if request.method == "POST" else None
    form = NoteForm(posted, draft=earlier.text if earlier else "", corrects=earlier.key if earlier else None)
    if form.is_valid():
        try:
            notes.write(
                case=head.case,
                id=form.key,
                text=form.cleaned_data["text"],
                corrects=earlier.key if earlier else None,
                keeps_draft=earlier is not None,
                by=request.membership,
                now=now,
            )
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Note saved."))
            return redirect(f"{reverse('case', kwargs={'case_id': head.case_id})}#time-title")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return page(
        request, "clinic/note_new.html", {"head": head, "form": form, "earlier": earlier}, status=status
    )


def _earlier(request: Any, head: CaseHead, now: datetime) -> Earlier | None:
    asked = CorrectsForm(request.POST if request.method == "POST" else request.GET)
    if not asked.is_valid():
        raise Http404
    note_id = asked.cleaned_data["corrects"]
    if note_id is None:
        return None
    try:
        return stored.earlier(head.case_id, note_id, now=now, zone=ZoneInfo(head.case.clinic.time_zone))
    except CaseNote.DoesNotExist:
        raise Http404 from None


@access(CLINICAL, "note", "draft", audit=True)
@require_POST
@with_case
def note_draft(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """Keeps what has been typed so far."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return page(
            request,
            "clinic/note_new.html",
            {"head": head, "form": form},
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    kept = notes.keep_draft(
        case=head.case, id=form.key, text=form.cleaned_data["text"], by=request.membership, now=now
    )
    if not request.htmx:
        return redirect(f"{reverse('case', kwargs={'case_id': head.case_id})}#time-title")
    zone = ZoneInfo(head.case.clinic.time_zone)
    draft = Draft(kept.text, clock(kept.saved_at, now, zone)) if kept else Draft()
    return page(request, "clinic/parts/draft_state.html", {"draft": draft})
