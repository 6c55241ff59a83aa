"""The clinic's side of the messages: what waits, one thread, and the texts the clinic often sends."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import messages, nudges
from rehab.forms.messages import MessageForm, NudgeForm, SettleForm, TemplateChoice, TemplateForm
from rehab.models import Message, MessageTemplate
from rehab.queries import messages as threads
from rehab.queries import nudge
from rehab.queries.case_head import CaseHead
from rehab.views.clinic_case import came_from, show_refusal, with_case


@access(CLINICAL, "message", "read", audit=True)
@require_safe
def messages_waiting(request: Any) -> HttpResponse:
    now, zone = timezone.now(), ZoneInfo(request.membership.clinic.time_zone)
    waiting = threads.waiting(membership=request.membership, now=now, zone=zone)
    return page(request, "clinic/messages.html", {"waiting": waiting})


@access(CLINICAL, "message", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def case_messages(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return _thread(request, head, now, MessageForm(text=_chosen_text(request)))
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            messages.write(
                case=head.case, id=form.key, text=form.cleaned_data["text"], by=request.membership, now=now
            )
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            notes.success(request, _("Sent. The runner gets a notice by e-mail."))
            return redirect("case_messages", case_id=head.case_id)
    return _thread(request, head, now, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@access(CLINICAL, "message", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def case_nudge(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """A message that is written already, to a runner who has gone quiet."""
    start = nudge.of(head.case, by=request.membership, now=now)
    posted = request.POST if request.method == "POST" else None
    form = NudgeForm(posted, text=_chosen_text(request) or start.text)
    if form.is_valid():
        said = form.cleaned_data
        try:
            nudges.send(
                case=head.case, id=form.key, text=said["text"], seen=said["seen"],
                by=request.membership, now=now,
            )  # fmt: skip
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            notes.success(request, _("Sent to %(name)s. They get a notice by e-mail.") % {"name": head.name})
            return redirect(came_from(request, reverse("case", args=[head.case_id])))
    context = {"head": head, "nudge": start, "form": form, "here": came_from(request, "")}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return page(request, "clinic/case_nudge.html", context, status=status)


@access(CLINICAL, "message", "withdraw", audit=True)
@require_POST
@with_case
def case_message_withdraw(request: Any, *, head: CaseHead, now: datetime, message_id: UUID) -> HttpResponse:
    """Taken back while the runner has not read it."""
    try:
        messages.withdraw(case=head.case, message_id=message_id, by=request.membership, now=now)
    except Message.DoesNotExist:
        raise Http404 from None
    except ActRefused as refused:
        notes.error(request, str(refused))
    else:
        notes.success(request, _("Taken back. The runner never sees it."))
    return redirect("case_messages", case_id=head.case_id)


@access(CLINICAL, "message", "settle", audit=True)
@require_POST
@with_case
def case_messages_settle(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    form = SettleForm(request.POST)
    if form.is_valid():
        messages.settle(case=head.case, up_to=form.cleaned_data["up_to"], by=request.membership, now=now)
        notes.success(request, _("Noted: no answer needed."))
    else:
        notes.error(request, _("The page was out of date. Look at the messages again."))
    return redirect("case_messages", case_id=head.case_id)


@access(CLINICAL, "message template", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
def message_templates(request: Any) -> HttpResponse:
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _kept(request, form, None):
        return redirect("message_templates")
    found = threads.templates(request.clinic_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return page(request, "clinic/message_templates.html", {"form": form, "found": found}, status=status)


@access(CLINICAL, "message template", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
def message_template(request: Any, template_id: UUID) -> HttpResponse:
    """Change one, or remove it."""
    try:
        if request.method == "POST" and "remove" in request.POST:
            messages.drop_template(by=request.membership, template_id=template_id)
            notes.success(request, _("Removed."))
            return redirect("message_templates")
        found = {one.pk: one for one in threads.templates(request.clinic_id)}[template_id]
        form = TemplateForm(
            request.POST if request.method == "POST" else None,
            initial={"title": found.title, "text": found.text},
        )
        if form.is_valid() and _kept(request, form, template_id):
            return redirect("message_templates")
    except (KeyError, MessageTemplate.DoesNotExist):
        raise Http404 from None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return page(request, "clinic/message_template.html", {"form": form, "one": found}, status=status)


def _kept(request: Any, form: TemplateForm, template_id: UUID | None) -> bool:
    try:
        messages.keep_template(by=request.membership, template_id=template_id, **form.cleaned_data)
    except ActRefused as refused:
        show_refusal(form, refused)
        return False
    notes.success(request, _("Saved."))
    return True


def _chosen_text(request: Any) -> str:
    chosen = TemplateChoice(request.GET)
    if not chosen.is_valid():
        return ""
    try:
        return threads.template_text(request.clinic_id, chosen.cleaned_data["template"])
    except MessageTemplate.DoesNotExist:
        raise Http404 from None


def _thread(
    request: Any, head: CaseHead, now: datetime, form: MessageForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    zone = ZoneInfo(head.case.clinic.time_zone)
    thread = threads.thread(head.case, runner=head.name, now=now, zone=zone, for_clinic=True)
    context = {"head": head, "thread": thread, "form": form}
    return page(request, "clinic/case_messages.html", context, status=status)
