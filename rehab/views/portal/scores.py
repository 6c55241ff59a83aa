"""Outcome scores, one question a screen. Each answer is stored at once, so one may stop and go on later."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.actions import scores as acts
from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.forms.portal import scores as forms
from rehab.queries import own_scores
from rehab.queries.own_case import Care
from rehab.queries.own_scores import Step
from rehab.views.portal.own import SAVED, with_care


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
    known = own_scores.chosen_activities(care)
    if request.method != "POST":
        first = {"name": known[0]} if known else {}
        return _screen(request, asked, forms.form_for(asked.question, initial=first), care, now)
    form = forms.form_for(asked.question, request.POST)
    if not form.is_valid():
        return _screen(request, asked, form, care, now, status=422)
    entry = forms.entry(asked.question, form)
    if entry is None and isinstance(form, forms.ActivitiesForm):
        return _screen(request, asked, forms.next_activity(form.activities, known), care, now)
    if entry is not None:
        try:
            acts.record(case=care.case, entry=entry, by=request.membership, now=now)
        except acts.Refused as refused:
            form.add_error(None, str(refused))
            return _screen(request, asked, form, care, now, status=422)
    messages.success(request, _("Saved."), extra_tags=SAVED)
    later = own_scores.of(care, now).after(step)
    return redirect("portal_score", later.slug) if later else redirect("portal_scores")


def _screen(
    request: Any, asked: Step, form: forms.Kind, care: Care, now: datetime, status: int = 200
) -> HttpResponse:
    about = own_scores.of(care, now)
    later = about.after(asked.slug)
    context = {
        "care": care,
        "asked": asked,
        "form": form,
        "number": [step.slug for step in about.steps].index(asked.slug) + 1,
        "count": len(about.steps),
        "later": later,
        "activity": form.number if isinstance(form, forms.ActivitiesForm) else None,
    }
    return page(request, "portal/score.html", context, status=status)
