"""Writing a plan: protocol and dose for each leg, from a day on; and the printed page of it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import plans, programmes
from rehab.forms.plan_end import EndForm
from rehab.forms.plans import NOT_CHANGED, SAVED_BEFORE, PlanForms
from rehab.queries import plan_page, plan_print
from rehab.queries.case_head import CaseHead
from rehab.queries.plan_page import PlanPage
from rehab.views.clinic_case import show_refusal, with_case

TEMPLATE = "clinic/plan_new.html"
PARTS = ("leg-left", "leg-right", "filled-left", "filled-right", "sees-left", "sees-right")

END = {
    "title": gettext_lazy("End the exercises"),
    "says": gettext_lazy(
        "What was prescribed until then stays as it was. Running and its stage do not change."
    ),
    "button": gettext_lazy("End the plan"),
}


@access(CLINICAL, "plan", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def plan_new(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """A POST with `preview` only fills in and shows; nothing is stored."""
    posted = request.POST if request.method == "POST" else None
    stands = plan_page.load(head.case_id)
    forms = PlanForms(posted, page=stands, tendons=head.tendons, today=head.today, on_hold=head.suspended)
    context = {"head": head, "stands": stands, "forms": forms, "has_plan": bool(stands.plans)}
    if posted is None:
        return page(request, TEMPLATE, context)
    if "preview" in posted:
        return page(request, TEMPLATE, {**context, "preview": True}, parts=PARTS)
    if _save(request, head, stands, forms, now):
        messages.success(request, _("Plan saved. The runner sees it now."))
        return redirect("case", case_id=head.case_id)
    return page(request, TEMPLATE, context, status=422)


def _save(request: Any, head: CaseHead, stands: PlanPage, forms: PlanForms, now: datetime) -> bool:
    if stands.assessment is None or not forms.is_valid():
        return False
    legs, start = forms.wishes(), forms.start.start
    if forms.already_saved:  # pressed twice; or gone back, and something else was meant
        if legs:
            forms.refuse(ActRefused(str(SAVED_BEFORE)))
        return not legs
    named = forms.named()
    if not legs and start is None and not named:
        forms.refuse(ActRefused(str(NOT_CHANGED)))
        return False
    try:
        programmes.assign(
            case=head.case,
            legs=legs,
            starts_on=forms.start.cleaned_data["starts_on"],
            start=start,
            named=named,
            by=request.membership,
            now=now,
        )
    except ActRefused as refused:
        forms.refuse(refused)
        return False
    return True


@access(CLINICAL, "plan", "end", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def plan_end(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """The exercises of a leg end on a day; running stays as it is."""
    stands = plan_page.load(head.case_id)
    form = EndForm(request.POST if request.method == "POST" else None, plans=stands.plans, today=head.today)
    if form.is_valid():
        try:
            plans.end(case=head.case, **form.ending(head.tendons), by=request.membership, now=now)
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The plan ends on that day."))
            return redirect("case", case_id=head.case_id)
    context = {"head": head, "form": form, "words": END}
    return page(request, "clinic/case_act.html", context, status=422 if form.is_bound else 200)


@access(CLINICAL, "plan", "read", audit=True)
@require_GET
@with_case
def plan_print_page(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    return page(request, "clinic/plan_print.html", {"head": head, "sheet": plan_print.load(head, now)})
