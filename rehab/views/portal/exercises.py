"""The exercise sets of half a day, and a session of before that is put right."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.actions import exercises as sets
from rehab.clinical.history import Half
from rehab.forms.portal.entry import told_at
from rehab.forms.portal.exercises import SetsForm, TicksForm
from rehab.models import ExerciseSession
from rehab.queries import own_answer, own_entries, own_exercises
from rehab.queries.own_case import Care
from rehab.queries.own_exercises import Exercises
from rehab.views.portal.own import SAVED, WITHDRAW, form_page, save, take_back, with_care

FORM = "portal/exercises.html"
PART = "sets"  # Today's panel of ticks, saved by htmx while ticking
YESTERDAY = "yesterday"
ABOUT = {Half.AM: time(8), Half.PM: time(20)}  # when yesterday's sets are taken to have been done


@access(PATIENT, "exercise session", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def exercises(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    """`half` of the address or the form says which half of the day; else the one it is now.

    `day` "yesterday": what was done then and not logged.
    """
    half = _half(request, own_exercises.half_of(now, care))
    known = own_answer.work_out(care, now)
    is_yesterday = YESTERDAY in (request.POST.get("day"), request.GET.get("day"))
    told = min(told_at(request.POST) or now, now)  # an entry that waited on a phone is of the day it was told
    day = told.astimezone(care.zone).date() - timedelta(days=is_yesterday)
    due = own_exercises.due(care, known.evaluation, half=half, today=day)
    if due is None:
        return page(request, FORM, {"care": care})
    about: dict[str, Any] = {
        "due": due,
        "notes": own_exercises.coaching(known, due, day),
        "is_yesterday": is_yesterday,
    }
    if request.method != "POST":
        return form_page(request, FORM, SetsForm(exercises=due), care, **about)
    only_ticks = "ticks" in request.POST
    form = (TicksForm if only_ticks else SetsForm)(request.POST, exercises=due)
    at = datetime.combine(day, ABOUT[half], tzinfo=care.zone) if is_yesterday else None

    def act() -> ExerciseSession | None:
        stored = [
            sets.record_half(
                case=care.case, entry=replace(entry, occurred_at=at), by=request.membership, now=now
            )
            for entry in form.entries()
        ]
        if not stored:
            form.add_error(None, _("Tick the sets you did first."))
        return stored[-1] if stored else None

    saved = save(request, form, care, now, act)
    if saved.row is None and not only_ticks:
        return form_page(request, FORM, form, care, saved, **about)
    if request.htmx and request.htmx.target == PART:
        renewed = own_exercises.due(care, known.evaluation, half=half, today=day) or due
        return _panel(request, renewed, care, saved.status if saved.row is None else 200)
    if saved.row is not None:
        messages.success(request, _("Sets saved."), extra_tags=SAVED)
    return redirect("portal_today")


@access(PATIENT, "exercise session", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def session_correct(request: Any, *, session_id: UUID, care: Care, now: datetime) -> HttpResponse:
    session = own_exercises.find_session(care, session_id)
    if request.method != "POST" and not own_entries.is_standing(session):
        return redirect("portal_entries")
    if WITHDRAW in request.POST:
        return take_back(request, session, care, now)
    shown = own_exercises.of_session(session, care)
    about: dict[str, Any] = {"due": shown, "corrects": session}
    if request.method != "POST":
        return form_page(request, FORM, SetsForm(exercises=shown), care, **about)
    form = SetsForm(request.POST, exercises=shown)

    def act() -> ExerciseSession:
        entry = replace(form.entries()[0], occurred_at=session.occurred_at, corrects=session.pk)
        return sets.record(case=care.case, entry=entry, by=request.membership, now=now)

    saved = save(request, form, care, now, act)
    if saved.row is None:
        return form_page(request, FORM, form, care, saved, **about)
    messages.success(request, _("Corrected."), extra_tags=SAVED)
    return redirect("portal_entries")


def _panel(request: Any, renewed: Exercises, care: Care, status: int) -> HttpResponse:
    context = {"exercises": renewed, "ticks": TicksForm(exercises=renewed), "care": care}
    return page(request, "portal/parts/sets.html", context, status=status)


def _half(request: Any, now_half: Half) -> Half:
    said = request.POST.get("half") or request.GET.get("half") or now_half.value
    return Half(said) if said in set(Half) else now_half
