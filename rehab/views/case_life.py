"""A case handed over, closed, reopened, and asked after in maintenance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from patients.actions.physio_acts import ActRefused
from patients.models import CaseOutcome, CheckIn
from patients.queries import colleagues
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import case_life
from rehab.forms.aftercare import AftercareForm
from rehab.forms.case_life import CheckInForm, CloseForm, ReopenForm, TransferForm
from rehab.queries import aftercare as watched
from rehab.queries.case_head import CaseHead
from rehab.views.clinic_case import show_refusal, with_case


@dataclass(frozen=True)
class Words:
    title: Any
    says: Any
    button: Any
    done: Any


TRANSFER = Words(
    gettext_lazy("Hand over"),
    gettext_lazy("The case and its patient move to your colleague's list. Everything written stays with it."),
    gettext_lazy("Hand over the case"),
    gettext_lazy("Handed over."),
)
CLOSE = Words(
    gettext_lazy("Close the case"),
    gettext_lazy(
        "The plan ends today and the runner is asked nothing more. The record stays, and the case can be"
        " reopened."
    ),
    gettext_lazy("Close the case"),
    gettext_lazy("The case is closed."),
)
REOPEN = Words(
    gettext_lazy("Reopen the case"),
    gettext_lazy(
        "Running waits in stage 1 until you resume it. The old plan has ended: assess, then write a new one."
    ),
    gettext_lazy("Reopen the case"),
    gettext_lazy("Reopened. Assess the runner, then write the plan."),
)
CHECK_IN = Words(
    gettext_lazy("Monthly check-in"),
    gettext_lazy("Ask the runner how the tendon has been. Nothing moves by the answer alone."),
    gettext_lazy("Save the check-in"),
    gettext_lazy("Check-in saved."),
)


@access(CLINICAL, "case", "transfer", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def case_transfer(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    others = [one for one in colleagues.physios(head.case.clinic_id) if one[0] != str(head.case.clinician_id)]
    form = TransferForm(request.POST if request.method == "POST" else None, colleagues=others)

    def act(said: dict[str, Any]) -> None:
        to = colleagues.physio(head.case.clinic_id, said["clinician"])
        case_life.transfer(case=head.case, to=to, reason=said["reason"], by=request.membership, now=now)

    return _answer(request, head, form, TRANSFER, act)


@access(CLINICAL, "case", "close", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def case_close(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    form = CloseForm(request.POST if request.method == "POST" else None)

    def act(said: dict[str, Any]) -> None:
        outcome = CaseOutcome(said["outcome"])
        case_life.close(
            case=head.case, outcome=outcome, reason=said["reason"], by=request.membership, now=now
        )

    return _answer(request, head, form, CLOSE, act)


@access(CLINICAL, "case", "reopen", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def case_reopen(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    form = ReopenForm(request.POST if request.method == "POST" else None)

    def act(said: dict[str, Any]) -> None:
        case_life.reopen(case=head.case, reason=said["reason"], by=request.membership, now=now)

    return _answer(request, head, form, REOPEN, act)


@access(CLINICAL, "case", "check in", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def case_check_in(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    form = CheckInForm(request.POST if request.method == "POST" else None)

    def act(said: dict[str, Any]) -> None:
        found = CheckIn(said["found"])
        case_life.check_in(case=head.case, found=found, reason=said["reason"], by=request.membership, now=now)

    return _answer(request, head, form, CHECK_IN, act)


@access(CLINICAL, "caseload", "read", audit=True)
@require_safe
def aftercare(request: Any) -> HttpResponse:
    form = AftercareForm(request.GET)
    found = watched.load(clinic_id=request.membership.clinic_id, now=timezone.now(), **form.asked)
    return page(request, "clinic/aftercare.html", {"list": found})


def _answer(
    request: Any, head: CaseHead, form: forms.Form, words: Words, act: Callable[[dict[str, Any]], None]
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, words.done)
            if words is TRANSFER and request.only_own_care:
                return redirect("caseload")  # it is in a colleague's care now
            return redirect("case", case_id=head.case_id)
    context = {"head": head, "form": form, "words": words}
    return page(request, "clinic/case_act.html", context, status=422 if form.is_bound else 200)
