"""The one question, at its moments: before a run, after it, a day and two days on, in the morning."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from physio.web.routes import PATIENT, access
from rehab.actions import checks, mornings
from rehab.clinical.history import ReportKind
from rehab.clinical.portal_words import ANOTHER_RUN, PAIN_NOW
from rehab.forms.portal.checks import CheckForm
from rehab.forms.portal.help import HelpForm
from rehab.models import PainReport
from rehab.queries import own_checks, own_entries
from rehab.queries.own_case import Care
from rehab.views.portal.own import SAVED, WITHDRAW, form_page, save, take_back, with_care

FORM = "portal/check_form.html"


@access(PATIENT, "check", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def check(request: Any, *, run_id: UUID, kind: str, care: Care, now: datetime) -> HttpResponse:
    if kind not in own_checks.KINDS:
        raise Http404
    about = own_checks.find(care, run_id, kind, now)

    def act(form: CheckForm) -> PainReport:
        entry = form.entry(about.kind, care.zone, about.run)
        return checks.record(case=care.case, entry=entry, by=request.membership, now=now)

    return _answer(request, care, now, act, title=about.title, about=about)


@access(PATIENT, "check", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def before(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    def act(form: CheckForm) -> PainReport:
        entry = form.entry(ReportKind.PRE_RUN, care.zone, None)
        return checks.record(case=care.case, entry=entry, by=request.membership, now=now)

    return _answer(request, care, now, act, title=_("Before you run"))


@access(PATIENT, "check", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def morning(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    def act(form: CheckForm) -> PainReport:
        entry = form.morning(care.zone)
        return mornings.record(case=care.case, entry=entry, by=request.membership, now=now)

    return _answer(request, care, now, act, title=_("Morning check"), asks_stiffness=True)


@access(PATIENT, "check", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_care
def check_correct(request: Any, *, report_id: UUID, care: Care, now: datetime) -> HttpResponse:
    report = own_entries.find_report(care, report_id)
    if request.method != "POST" and not own_entries.is_standing(report):
        return redirect("portal_entries")
    if WITHDRAW in request.POST:
        return take_back(request, report, care, now)

    def act(form: CheckForm) -> PainReport:
        entry = form.correction(report, care.zone)
        return checks.record(case=care.case, entry=entry, by=request.membership, now=now)

    before = {f"pain_{side.label}": getattr(report, f"pain_{side.label}") for side in care.sides}
    title = own_checks.title(ReportKind(report.kind), report.run, care)
    return _answer(
        request,
        care,
        now,
        act,
        title=title,
        initial={**before, "stiffness_minutes": report.stiffness_minutes},
        corrects=report,
        asks_stiffness=report.kind == ReportKind.MORNING,
    )


def _answer(
    request: Any,
    care: Care,
    now: datetime,
    act: Callable[[CheckForm], PainReport],
    *,
    initial: dict[str, int | None] | None = None,
    **context: Any,
) -> HttpResponse:
    context |= {"question": PAIN_NOW, "another_run": ANOTHER_RUN}
    if request.method != "POST":
        return form_page(request, FORM, CheckForm(sides=care.sides, initial=initial), care, **context)
    form = CheckForm(request.POST, sides=care.sides, initial=initial)
    form.today = now.astimezone(care.zone).date()
    saved = save(request, form, care, now, lambda: act(form))
    if saved.row is None:
        return form_page(request, FORM, form, care, saved, **context)
    if saved.screening is not None:
        return form_page(request, "portal/help.html", HelpForm(), care, saved, told=True)
    if own_checks.asks_red_flags(care, form.pain, saved.row.occurred_at):
        return form_page(request, "portal/help.html", HelpForm(), care, saved, asked_after="answer")
    correct_it = reverse("portal_check_correct", args=[saved.row.pk])
    messages.success(request, _("Saved."), extra_tags=f"{SAVED} {correct_it}")
    return redirect("portal_today")
