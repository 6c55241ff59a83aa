"""Outcome scores, one question a screen. Each answer is stored at once, so one may stop and go on later."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.actions import scores as acts
from assessments.clinical.instruments import Instrument
from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.forms.portal import scores as forms
from rehab.queries import own_scores
from rehab.queries.own_case import Care
from rehab.queries.own_scores import Step
from rehab.views.portal.own import SAVED, with_care

RENAME = "rename"  # asks for another name of the activity that is up
Screen = forms.Kind | forms.NameForm | forms.RatingForm


@access(PATIENT, "score", "read", audit=True)
@require_safe
@with_care
def scores(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    return page(request, "portal/scores.html", {"care": care, "scores": own_scores.of(care, now)})


@access(PATIENT, "score", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def score(request: Any, *, step: str, care: Care, now: datetime) -> HttpResponse:
    asked = own_scores.find(care, step, now)
    if asked.question.instrument is Instrument.PSFS:
        return _activities(request, asked, care, now)
    if request.method != "POST":
        return _screen(request, asked, forms.form_for(asked.question), care, now)
    form = forms.form_for(asked.question, request.POST)
    if not form.is_valid():
        return _screen(request, asked, form, care, now, status=422)
    return _record(request, asked, form, forms.entry(asked.question, form), care, now)


def _activities(request: Any, asked: Step, care: Care, now: datetime) -> HttpResponse:
    """Several screens, one question each; what is answered is kept, and the next visit goes on there."""
    so_far = own_scores.activities_so_far(care, now)
    if request.method != "POST":
        next_up = own_scores.next_activity(care, so_far, renames=RENAME in request.GET)
        return _screen(request, asked, forms.activity_form(next_up), care, now)
    form = forms.activity_form(own_scores.next_activity(care, so_far), request.POST)
    if not form.is_valid():
        return _screen(request, asked, form, care, now, status=422)
    try:
        told = form.told(so_far)
    except IndexError:  # a page from before: the draft has gone on, or was finished
        return redirect("portal_score", asked.slug)
    entry = forms.activities_entry(asked.question, told)
    if entry is not None:
        return _record(request, asked, form, entry, care, now)
    try:
        answers = [{"name": one.name, "rating": one.rating} for one in told]
        acts.keep_draft(
            case=care.case, instrument=Instrument.PSFS, answers=answers, by=request.membership, now=now
        )
    except acts.Refused as refused:
        form.add_error(None, str(refused))
        return _screen(request, asked, form, care, now, status=422)
    messages.success(request, _("Saved."), extra_tags=SAVED)
    return redirect("portal_score", asked.slug)


def _record(
    request: Any, asked: Step, form: Screen, entry: acts.ScoreEntry, care: Care, now: datetime
) -> HttpResponse:
    try:
        acts.record(case=care.case, entry=entry, by=request.membership, now=now)
    except acts.Refused as refused:
        form.add_error(None, str(refused))
        return _screen(request, asked, form, care, now, status=422)
    messages.success(request, _("Saved."), extra_tags=SAVED)
    later = own_scores.of(care, now).after(asked.slug)
    return redirect("portal_score", later.slug) if later else redirect("portal_scores")


def _screen(
    request: Any, asked: Step, form: Screen, care: Care, now: datetime, status: int = 200
) -> HttpResponse:
    about = own_scores.of(care, now)
    is_activity = isinstance(form, forms.NameForm | forms.RatingForm)
    context = {
        "care": care,
        "asked": asked,
        "form": form,
        "number": [step.slug for step in about.steps].index(asked.slug) + 1,
        "count": len(about.steps),
        "later": about.after(asked.slug),
        "activity": form["number"].value() if is_activity else None,
        "name": form["of"].value() if isinstance(form, forms.RatingForm) else "",
    }
    return page(request, "portal/score.html", context, status=status)
