"""A physio ends a suspension: the recorded examination, or the note after a worsening was seen."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import clearances
from rehab.forms.red_flags import ClearanceForm, ResumeForm
from rehab.queries import red_flag_page
from rehab.queries.case_head import CaseHead
from rehab.queries.red_flag_page import RedFlagPage
from rehab.views.clinic_case import show_refusal, with_case


@access(CLINICAL, "red flag", "clear", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def red_flag_clear(request: Any, *, head: CaseHead, now: datetime) -> HttpResponse:
    """A red flag first; a worsening once no red flag is open."""
    standing = red_flag_page.load(head.case_id, now)
    posted = request.POST if request.method == "POST" else None
    form = _form(posted, standing)
    if form.is_valid():
        try:
            _clear(request, head, form, now)
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Recorded. The case goes on as you decided."))
            return redirect("case", case_id=head.case_id)
    context = {"head": head, "standing": standing, "form": form}
    return page(request, "clinic/red_flag_clear.html", context, status=422 if form.is_bound else 200)


def _form(posted: Any, standing: RedFlagPage) -> ResumeForm:
    if standing.red_flags:
        return ClearanceForm(posted, findings=standing.findings, stages=standing.stages)
    return ResumeForm(posted, stages=standing.stages)


def _clear(request: Any, head: CaseHead, form: ResumeForm, now: datetime) -> None:
    said = form.cleaned_data
    decided: dict[str, Any] = {
        "case": head.case,
        "note": said["note"],
        "resume_at": said["resume_at"],
        "by": request.membership,
        "now": now,
        "seen": request.POST.getlist("seen"),
    }
    if isinstance(form, ClearanceForm):
        clearances.clear(**decided, examination=form.examination, ruled_out=form.named)
    else:
        clearances.resolve_worsening(**decided)
