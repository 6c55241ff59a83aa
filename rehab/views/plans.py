"""Writing a plan: protocol and dose for each leg, from a day on; and the printed page of it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import programmes
from rehab.forms.plans import NOT_CHANGED, PlanForms
from rehab.queries import plan_page, plan_print
from rehab.queries.case_head import CaseHead
from rehab.queries.plan_page import PlanPage
from rehab.views.clinic_case import with_case

TEMPLATE = "clinic/plan_new.html"
PARTS = ("filled-left", "filled-right", "sees-left", "sees-right")


@access(CLINICAL, "plan", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def plan_new(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """A POST with `preview` only fills in and shows; nothing is stored."""
    posted = request.POST if request.method == "POST" else None
    stands = plan_page.load(head.case_id)
    forms = PlanForms(posted, page=stands, tendons=head.tendons, today=head.today)
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
    if forms.already_saved:
        return True
    legs, start = forms.wishes(), forms.start.start
    if not legs and start is None:
        forms.refuse(ActRefused(str(NOT_CHANGED)))
        return False
    try:
        programmes.assign(
            case=head.case,
            legs=legs,
            starts_on=forms.start.cleaned_data["starts_on"],
            start=start,
            by=request.membership,
            now=now,
        )
    except ActRefused as refused:
        forms.refuse(refused)
        return False
    return True


@access(CLINICAL, "plan", "read", audit=True)
@require_GET
@with_case
def plan_print_page(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    return page(request, "clinic/plan_print.html", {"head": head, "sheet": plan_print.load(head, now)})
