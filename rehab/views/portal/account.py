"""The runner's account: language, what the record holds, who looked at it, the wish to be forgotten.

Reached with and without an open case, with and without consent: what is stored stays the runner's to read.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patients.actions import account as actions
from patients.queries import account
from patients.queries import care as record_openings
from patients.views.language import KEY
from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.actions import reminders
from rehab.forms.portal.account import AccountForm
from rehab.queries import own_record
from rehab.queries.own_case import Care
from rehab.views.portal.own import with_account, zone_of


@access(PATIENT, "account", "change")
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def my_account(request: Any, *, care: Care | None, now: datetime) -> HttpResponse:
    own = account.of(request.membership)
    initial = {"language": own.language, "time_zone": own.time_zone}
    form = AccountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.choose(membership=request.membership, now=now, **form.cleaned_data)
        reminders.choose(membership=request.membership, choice={}, now=now)  # their hours moved too
        request.session[KEY] = form.cleaned_data["language"]
        with translation.override(form.cleaned_data["language"] or translation.get_language()):
            messages.success(request, _("Saved."))
        return redirect("portal_account")
    status = 422 if request.method == "POST" else 200
    return page(request, "portal/account.html", {"care": care, "form": form, "own": own}, status=status)


@access(PATIENT, "record", "export", audit=True)
@require_safe
@with_account
def record(request: Any, *, care: Care | None, now: datetime) -> HttpResponse:
    """All of it, to read."""
    found = own_record.sections(request.membership)
    empty = [section.title for section in found if not section.rows]
    context = {"care": care, "sections": own_record.to_read(found, zone_of(request, care)), "empty": empty}
    return page(request, "portal/record.html", context)


@access(PATIENT, "record", "export", audit=True)
@require_safe
@with_account
def record_file(request: Any, *, care: Care | None, now: datetime) -> HttpResponse:
    """All of it, for a program. The file's name says nothing about anybody."""
    found = own_record.sections(request.membership)
    said = {"made_at": now, "record": {section.name: section.rows for section in found}}
    headers = {"Content-Disposition": 'attachment; filename="plimsoll-record.json"'}
    return JsonResponse(said, headers=headers, json_dumps_params={"indent": 2, "ensure_ascii": False})


@access(PATIENT, "record", "see who looked", audit=True)
@require_safe
@with_account
def who_looked(request: Any, *, care: Care | None, now: datetime) -> HttpResponse:
    zone = zone_of(request, care)
    looks = account.looks(request.membership, zone)
    opened = record_openings.openings(zone, request.patient_id)
    return page(request, "portal/who_looked.html", {"care": care, "looks": looks, "opened": opened})


@access(PATIENT, "record", "ask for erasure", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def erasure(request: Any, *, care: Care | None, now: datetime) -> HttpResponse:
    """The wish goes to the clinic; nothing is erased here."""
    if request.method != "POST":
        own = account.of(request.membership)
        return page(request, "portal/erasure.html", {"care": care, "own": own})
    if "withdraw" in request.POST:
        actions.withdraw_erasure(membership=request.membership, now=now)
        messages.success(request, _("Taken back. Your record stays as it is."))
    else:
        actions.ask_for_erasure(membership=request.membership, now=now)
        messages.success(request, _("Your clinic has your request."))
    return redirect("portal_erasure")
