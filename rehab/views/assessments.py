"""The new assessment: the red-flag screen, each leg, what it suggests, what the physio decides."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.actions.assessments import screening_of
from assessments.actions.entry import AssessmentEntry
from assessments.forms.assessments import AssessmentForms
from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import assessments
from rehab.clinical.advice import advise_leg, advise_screen
from rehab.queries import earlier
from rehab.queries.case_head import CaseHead
from rehab.views.clinic_case import with_case

TEMPLATE, PART = "clinic/assessment_new.html", "suggestion"


@access(CLINICAL, "assessment", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def assessment_new(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """A POST with `preview` only shows the suggestion; nothing is stored."""
    posted = request.POST if request.method == "POST" else None
    forms = AssessmentForms(posted, sides=head.sides, today=head.today, birth_date=head.birth_date)
    before = () if "preview" in request.POST else earlier.assessments(head)
    if posted is None:
        return page(request, TEMPLATE, {"head": head, "forms": forms, "earlier": before})
    entry = forms.entry() if forms.is_valid() else None
    context = {"head": head, "forms": forms, "earlier": before, **_suggested(head, entry)}
    if "preview" in posted:
        return page(request, TEMPLATE, context, parts=(PART,), status=200 if entry else 422)
    if entry:
        try:
            found = assessments.record(case=head.case, entry=entry, by=request.membership, now=now)
        except ActRefused as refused:
            forms.refuse(refused)
        else:
            if found.red_flags:
                messages.warning(request, _("Recorded. A red flag suspends the case until it is cleared."))
                return redirect("case", case_id=head.case_id)
            messages.success(request, _("Assessment recorded."))
            return redirect("plan_new", case_id=head.case_id)
    return page(request, TEMPLATE, context, status=422)


def _suggested(head: CaseHead, entry: AssessmentEntry | None) -> dict[str, Any]:
    """What the answers suggest; nothing while they cannot be read."""
    if entry is None:
        return {"invalid": True}
    screening = screening_of(entry.screen, birth_date=head.birth_date, on=head.today)
    return {
        "screen": advise_screen(screening),
        "legs": [advise_leg(one.side, one.palpation, one.decided_type) for one in entry.tendons],
    }
