"""Log a run, see what comes next, correct it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.actions import runs
from rehab.forms.portal.help import HelpForm
from rehab.forms.portal.runs import RunForm, answers_of
from rehab.models import Run
from rehab.queries import own_checks, own_runs
from rehab.queries.own_case import Care
from rehab.views.portal.own import SAVED, WITHDRAW, form_page, gone_or, save, take_back, with_care

FORM = "portal/run_form.html"


@access(PATIENT, "run", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def run_new(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    if request.method != "POST":
        choices = own_runs.choices(care, now)
        form = RunForm(
            sides=care.sides,
            minutes=choices.minutes,
            planned=choices.planned,
            filled_in=choices.filled_in,
        )
        return form_page(request, FORM, form, care, choices=choices)
    # The choices may have changed since the page was drawn; any whole number of minutes is an answer.
    form = RunForm(request.POST, sides=care.sides, minutes=_with_answer(request, ()))
    return _record(request, form, care, now)


@access(PATIENT, "run", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def run_correct(request: Any, *, run_id: UUID, care: Care, now: datetime) -> HttpResponse:
    run = own_runs.find(care, run_id)
    if request.method != "POST":
        newest = own_runs.newest(care, run)
        if newest != run:
            return gone_or(newest, "portal_run_correct")
        form = RunForm(sides=care.sides, minutes=(), is_correction=True, initial=answers_of(run, care.zone))
        choices = own_runs.choices(care, now)
        return form_page(request, FORM, form, care, run=run, choices=choices)
    if WITHDRAW in request.POST:
        return take_back(request, run, care, now)
    form = RunForm(
        request.POST, sides=care.sides, minutes=(), is_correction=True, initial=answers_of(run, care.zone)
    )
    return _record(request, form, care, now, run)


@access(PATIENT, "run", "read", audit=True)
@require_safe
@with_care
def run(request: Any, *, run_id: UUID, care: Care, now: datetime) -> HttpResponse:
    return page(request, "portal/run.html", {"care": care, "shown": own_runs.page(care, run_id, now)})


def _record(
    request: Any, form: RunForm, care: Care, now: datetime, corrects: Run | None = None
) -> HttpResponse:
    form.today = now.astimezone(care.zone).date()

    def act() -> Run:
        entry = form.entry(care.zone, corrects)
        return runs.record(case=care.case, entry=entry, by=request.membership, now=now)

    saved = save(request, form, care, now, act)
    if saved.row is None:
        choices = own_runs.choices(care, now)  # only now: a run that is stored needs none
        if corrects is None:
            form.offer(_with_answer(request, choices.minutes), choices.filled_in)
        return form_page(request, FORM, form, care, saved, run=corrects, choices=choices)
    if saved.screening is not None:
        return form_page(request, "portal/help.html", HelpForm(), care, saved, told=True)
    if own_checks.asks_red_flags(care, form.pain, saved.row.occurred_at):
        return form_page(request, "portal/help.html", HelpForm(), care, saved, asked_after="run")
    messages.success(request, _("Corrected.") if corrects else _("Run saved."), extra_tags=SAVED)
    return redirect("portal_run", run_id=saved.row.pk)


def _with_answer(request: Any, minutes: tuple[int, ...]) -> tuple[int, ...]:
    said = request.POST.get("minutes", "")
    if said.isdecimal() and 1 <= int(said) <= 600:
        return tuple(sorted({*minutes, int(said)}))
    return minutes
