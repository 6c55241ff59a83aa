"""What the portal's views share: the runner's own case, and how a form is saved or comes back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import models
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.clinical.red_flags import PATIENT_QUESTIONS, Finding, Screening, patient_steps, screen
from patients.queries import account
from physio.web.htmx import page
from rehab.actions import diary, red_flags, withdrawals
from rehab.actions.red_flags import RedFlagEntry
from rehab.actions.withdrawals import Withdrawable
from rehab.forms.portal.entry import EntryForm
from rehab.models import DiaryRow
from rehab.queries import own_case
from rehab.queries.own_case import Care
from rehab.views.portal import queued

MOMENT = "occurred_at"
WITHDRAW = "withdraw"  # the button that takes an entry back
# On a message: the page need no longer keep what was typed (static/js/portal.js). With a space and an address
# after it, the message has a link to correct what was saved.
SAVED = "saved"


@dataclass(frozen=True)
class Saved:
    """`row` None: the form comes back with `status`. `screening`: urgent signs were told and are stored."""

    row: DiaryRow | None
    status: int
    screening: Screening | None = None


def with_care(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view gets the runner's own case and the moment; another runner's things are not found.

    Without the runner's consent, not asked yet or taken back, it is the page about it instead.
    """
    return _with_care(view, needs_consent=True)


def with_care_always(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same whether consent is given or not: urgent help and the blank pages of the app."""
    return _with_care(view, needs_consent=False)


def with_account(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view gets the runner's own case, None when none is open, and the moment."""

    @wraps(view)
    def inner(request: Any, **parts: Any) -> HttpResponse:
        care = own_case.find_any(request.patient_id)
        request.accessed_patient_id = request.patient_id
        request.accessed_case_id = care.case.pk if care else None
        return view(request, care=care, now=timezone.now(), **parts)

    return inner


def zone_of(request: Any, care: Care | None) -> ZoneInfo:
    """The runner's own, also without an open case."""
    return care.zone if care else ZoneInfo(account.of(request.membership).time_zone)


def _with_care(view: Callable[..., HttpResponse], *, needs_consent: bool) -> Callable[..., HttpResponse]:
    @wraps(view)
    def inner(request: Any, **parts: Any) -> HttpResponse:
        care = own_case.find_any(request.patient_id)
        if care is None:
            return queued.has_to_look(request, 409) or _no_case(request)
        request.accessed_patient_id = request.patient_id
        request.accessed_case_id = care.case.pk
        if another := queued.refused(request, care):
            return another
        if needs_consent and not care.consent.is_given:
            return queued.answer(request, _ask_for_consent(request, care, timezone.now()))
        try:
            response = view(request, care=care, now=timezone.now(), **parts)
            return queued.answer(request, response)
        except diary.Refused:  # an urgent sign, and the case was closed just now
            return queued.has_to_look(request, 409) or _no_case(request)
        except (models.ObjectDoesNotExist, Http404) as absent:
            if told := queued.has_to_look(request, 404):
                return told
            raise Http404 from absent

    return inner


def _no_case(request: Any) -> HttpResponse:
    """Nothing can be stored; whoever tells of an urgent sign still reads what to do."""
    told = _told(request)
    return page(request, "portal/no_case.html", {"steps": patient_steps(screen(told)) if told else ()})


def _told(request: Any) -> list[Finding]:
    asked = {question.finding.value for question in PATIENT_QUESTIONS}
    return [Finding(code) for code in request.POST.getlist("findings") if code in asked]


def _ask_for_consent(request: Any, care: Care, now: datetime) -> HttpResponse:
    """Urgent first; stored, as on the page of urgent help, unless consent was taken back: else somebody could
    agree, and be told to run. htmx is told to leave the page, not to put one into a part."""
    if told := _told(request):
        is_stored = not care.consent.is_withdrawn
        if is_stored:
            _store_signs(request, EntryForm(request.POST), told, care, now)
        context = {"care": care, "urgent": advice(screen(told), care), "not_stored": not is_stored}
        return page(request, "portal/help.html", context)
    if request.htmx:
        return HttpResponse(status=403, headers={"HX-Redirect": reverse("portal_consent")})
    return redirect("portal_consent")


def save(
    request: Any, form: EntryForm, care: Care, now: datetime, act: Callable[[], DiaryRow | None]
) -> Saved:
    """Urgent signs are stored whatever else is wrong with the form. A refusal lands at its field."""
    valid = form.is_valid()
    screening = _store_findings(request, form, care, now)
    if not valid:
        return Saved(None, 422, screening)
    try:
        row = act()
        if row is not None:
            queued.stored(request, form.entry_id)
        return Saved(row, 200, screening)
    except diary.Refused as refused:
        field = "time" if refused.field == MOMENT and "time" in form.fields else None
        form.add_error(field, str(refused))
        return Saved(None, 422, screening)
    except diary.Conflict as conflict:
        form.add_error(None, str(conflict))
        return Saved(None, 409, screening)


def _store_findings(request: Any, form: EntryForm, care: Care, now: datetime) -> Screening | None:
    findings = form.cleaned_data.get("findings")
    return _store_signs(request, form, findings, care, now) if findings else None


def _store_signs(
    request: Any, form: EntryForm, findings: Sequence[Finding], care: Care, now: datetime
) -> Screening:
    entry = RedFlagEntry(client_id=uuid5(form.entry_id, "findings"), findings=findings, told_at=form.told_at)
    red_flags.report(case=care.case, entry=entry, by=request.membership, now=now)
    return screen(findings)


def take_back(request: Any, row: Withdrawable, care: Care, now: datetime) -> HttpResponse:
    """The entry is withdrawn and kept; sent twice, it is withdrawn once."""
    client_id = uuid5(row.pk, WITHDRAW)
    try:
        withdrawals.withdraw(case=care.case, row=row, client_id=client_id, by=request.membership, now=now)
    except (diary.Refused, diary.Conflict) as refused:
        messages.error(request, str(refused))
    else:
        queued.stored(request, request.POST.get("client_id", ""))
        messages.success(request, _("Taken back. What you told before is kept."), extra_tags=SAVED)
    return redirect("portal_entries")


def gone_or(newest: DiaryRow, name: str) -> HttpResponse:
    """To the entry as it stands now; to the list when it was taken back."""
    return redirect("portal_entries") if newest.voided else redirect(name, newest.pk)


def advice(screening: Screening | None, care: Care) -> dict[str, Any] | None:
    """What an urgent answer shows first on the page; None without one."""
    if screening is None or not screening.findings:
        return None
    return {
        "pathway": screening.pathway.value,
        "steps": patient_steps(screening),
        "suspends": screening.suspends,
    }


def form_page(
    request: Any, template: str, form: Form, care: Care, saved: Saved | None = None, **context: Any
) -> HttpResponse:
    """The form, blank or with what was typed and what is to mend."""
    urgent = advice(saved.screening, care) if saved else None
    return page(
        request,
        template,
        {"care": care, "form": form, "urgent": urgent, **context},
        status=saved.status if saved else 200,
    )
