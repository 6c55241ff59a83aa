"""Reminders: where their links lead, and when and how a runner wants them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from physio.web.htmx import page
from physio.web.routes import ANONYMOUS, PATIENT, access
from rehab.actions import push
from rehab.actions import reminders as actions
from rehab.forms.portal.reminders import PushEndForm, PushForm, RemindersForm
from rehab.queries import reminders, stop_tokens
from rehab.queries.own_case import Care
from rehab.views.portal.own import with_care


@access(PATIENT, "diary", "read", audit=True)
@require_safe
@with_care
def open_next(request: Any, *, slug: str, care: Care, now: datetime) -> HttpResponse:
    """From a reminder to the form it is about; when it was answered meanwhile, the page says so."""
    if slug == reminders.ENTRY:
        return redirect("portal_run_new")
    kind = reminders.KINDS.get(slug)
    if kind is None:
        raise Http404
    place = reminders.place(care=care, kind=kind, now=now)
    if place is None:
        return page(request, "portal/nothing_open.html", {"care": care})
    return redirect(reverse(place.name, kwargs=place.parts))


@access(PATIENT, "reminders", "change")
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def my_reminders(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    chosen = reminders.chosen(request.membership)
    form = RemindersForm(request.POST or None, initial=chosen.hours)
    if request.method == "POST" and form.is_valid():
        actions.choose(membership=request.membership, choice=form.cleaned_data, now=now)
        messages.success(request, _("Saved."))
        return redirect("portal_reminders")
    context = {"care": care, "form": form, "chosen": chosen, "push_key": settings.PUSH_PUBLIC_KEY}
    status = 422 if request.method == "POST" else 200
    return page(request, "portal/reminders.html", context, status=status)


@access(PATIENT, "reminders", "change")
@require_POST
@with_care
def push_start(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    form = PushForm(request.POST)
    try:
        if not form.is_valid():
            raise push.NotOffered(_("Your browser did not give an address for messages. E-mail still works."))
        push.subscribe(membership=request.membership, now=now, **form.cleaned_data)
    except push.NotOffered as refused:
        messages.error(request, str(refused))
        return redirect("portal_reminders")
    actions.choose(membership=request.membership, choice={"by_push": True}, now=now)
    messages.success(request, _("Reminders now also come to this device."))
    return redirect("portal_reminders")


@access(PATIENT, "reminders", "change")
@require_POST
@with_care
def push_end(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    """One browser when it names itself, else all of them."""
    form = PushEndForm(request.POST)
    endpoint = form.cleaned_data["endpoint"] if form.is_valid() else None
    push.unsubscribe(membership=request.membership, endpoint=endpoint)
    if not reminders.chosen(request.membership).browsers:
        actions.choose(membership=request.membership, choice={"by_push": False}, now=now)
    messages.success(request, _("Messages to devices are off."))
    return redirect("portal_reminders")


@access(ANONYMOUS, "reminders", "stop", before_second_factor=True)
@csrf_exempt  # RFC 8058: the mail program posts by itself, without a cookie; the signed word is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the buttons and changes nothing, because mail scanners follow links."""
    membership_id = stop_tokens.membership_of(token, of=stop_tokens.REMINDERS)
    if membership_id is None:
        raise Http404
    done = ""
    if request.method == "POST":
        done = "started" if request.POST.get("wish") == "start" else "stopped"
        actions.set_mails(membership_id=membership_id, wanted=done == "started", now=timezone.now())
    return render(request, "mail/reminders_stop.html", {"done": done})
