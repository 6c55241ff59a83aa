"""Urgent help: whom to call first, then the questions. Advice comes in the same response as the answer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.clinical.red_flags import screen
from physio.web.routes import PATIENT, access
from rehab.actions import red_flags
from rehab.forms.portal.help import HelpForm
from rehab.queries.own_case import Care
from rehab.views.portal import queued
from rehab.views.portal.own import SAVED, Saved, form_page, with_care_always


@access(PATIENT, "red-flag report", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care_always
def urgent_help(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return form_page(request, "portal/help.html", HelpForm(), care)
    form = HelpForm(request.POST)
    if not form.is_valid():
        return form_page(request, "portal/help.html", form, care, Saved(None, 422))
    entry = form.entry()
    if care.consent.is_withdrawn:  # what to do is told, nothing is kept
        screening = screen(entry.findings)
        if not screening.findings:
            return redirect("portal_consent")
        return form_page(
            request, "portal/help.html", HelpForm(), care, Saved(None, 200, screening), not_stored=True
        )
    row = red_flags.report(case=care.case, entry=entry, by=request.membership, now=now)
    queued.stored(request, form.entry_id)
    screening = screen(entry.findings)
    if not screening.findings:
        messages.success(request, _("Saved: none of these."), extra_tags=SAVED)
        return redirect("portal_today")
    return form_page(request, "portal/help.html", HelpForm(), care, Saved(row, 200, screening))
