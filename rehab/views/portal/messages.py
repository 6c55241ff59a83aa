"""The runner's side of the messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.clinical.red_flags import PATIENT_QUESTIONS, screen
from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.actions import messages
from rehab.clinical.alarming_words import noticed
from rehab.forms.messages import MessageForm
from rehab.queries import messages as threads
from rehab.queries.own_case import Care
from rehab.views.portal.own import SAVED, with_care

ASKED = {one.finding: one.asks for one in PATIENT_QUESTIONS}


@access(PATIENT, "message", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def own_messages(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            messages.write(
                case=care.case, id=form.key, text=form.cleaned_data["text"], by=request.membership, now=now
            )
        except ActRefused as refused:
            form.add_error("text", str(refused))
        else:
            notes.success(request, _("Sent."), extra_tags=SAVED)
            urgent = alarm(form.cleaned_data["text"])
            if urgent is None:
                return redirect("portal_messages")
            return _page(request, care, now, MessageForm(), urgent=urgent)
    return _page(request, care, now, form, status=422 if form.is_bound else 200)


@access(PATIENT, "message", "withdraw", audit=True)
@require_POST
@with_care
def own_message_withdraw(request: Any, *, care: Care, now: datetime, message_id: UUID) -> HttpResponse:
    """Taken back while nobody at the clinic has read it."""
    try:
        messages.withdraw(case=care.case, message_id=message_id, by=request.membership, now=now)
    except ActRefused:
        notes.error(request, _("Your clinic has read it already. Write another message to set it right."))
    else:
        notes.success(request, _("Taken back. Nobody has read it."), extra_tags=SAVED)
    return redirect("portal_messages")


def alarm(text: str) -> dict[str, Any] | None:
    """What the page says first when words in the message can mean something urgent; it says not what of."""
    found = [one.finding for one in noticed(text)]
    if not found:
        return None
    pathway = screen(found).pathway
    return {"pathway": pathway.value, "asks": [ASKED[one] for one in found]}


def _page(
    request: Any, care: Care, now: datetime, form: MessageForm, *, urgent: Any = None, status: int = 200
) -> HttpResponse:
    thread = threads.thread(care.case, runner=_("You"), now=now, zone=care.zone, for_clinic=False)
    context = {"care": care, "thread": thread, "form": form, "urgent": urgent}
    return page(request, "portal/messages.html", context, status=status)
