"""The runner's side of the messages."""

from datetime import datetime
from typing import Any

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.actions import messages
from rehab.forms.messages import MessageForm
from rehab.queries import messages as threads
from rehab.queries.own_case import Care
from rehab.views.portal.own import SAVED, with_care


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
            return redirect("portal_messages")
    thread = threads.thread(care.case, runner=_("You"), now=now, zone=care.zone, for_clinic=False)
    status = 422 if form.is_bound else 200
    return page(
        request, "portal/messages.html", {"care": care, "thread": thread, "form": form}, status=status
    )
