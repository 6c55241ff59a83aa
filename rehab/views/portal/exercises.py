"""The exercise sets of half a day."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.actions import exercises as sets
from rehab.clinical.history import Half
from rehab.forms.portal.exercises import SetsForm, TicksForm
from rehab.models import ExerciseSession
from rehab.queries import own_answer, own_exercises
from rehab.queries.own_case import Care
from rehab.views.portal.own import SAVED, form_page, save, with_care

PART = "sets"  # Today's panel of ticks, saved by htmx while ticking


@access(PATIENT, "exercise session", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def exercises(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    """`half` of the address or the form says which half of today; else the one it is now."""
    half = _half(request, own_exercises.half_of(now, care))
    evaluation = own_answer.work_out(care, now).evaluation
    today = now.astimezone(care.zone).date()
    due = own_exercises.due(care, evaluation, half=half, today=today)
    if due is None:
        return page(request, "portal/exercises.html", {"care": care})
    if request.method != "POST":
        return form_page(request, "portal/exercises.html", SetsForm(exercises=due), care, due=due)
    only_ticks = "ticks" in request.POST
    form = (TicksForm if only_ticks else SetsForm)(request.POST, exercises=due)

    def act() -> ExerciseSession | None:
        stored = [
            sets.record_half(case=care.case, entry=entry, by=request.membership, now=now)
            for entry in form.entries()
        ]
        if not stored:
            form.add_error(None, "Tick the sets you did first.")
        return stored[-1] if stored else None

    saved = save(request, form, care, now, act)
    if saved.row is None and not only_ticks:
        return form_page(request, "portal/exercises.html", form, care, saved, due=due)
    if request.htmx and request.htmx.target == PART:
        renewed = own_exercises.due(care, evaluation, half=half, today=today) or due
        context = {"exercises": renewed, "ticks": TicksForm(exercises=renewed), "care": care}
        return page(request, "portal/parts/sets.html", context)
    if saved.row is not None:
        messages.success(request, "Sets saved.", extra_tags=SAVED)
    return redirect("portal_today")


def _half(request: Any, now_half: Half) -> Half:
    said = request.POST.get("half") or request.GET.get("half") or now_half.value
    return Half(said) if said in set(Half) else now_half
