"""Another physio's patient: found by name, opened with a reason; and what was opened so, for the owner."""

from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patients.actions import care as actions
from patients.actions.physio_acts import ActRefused
from patients.forms.care import ReasonForm
from patients.models import Patient
from patients.queries import care
from physio.web.routes import CLINICAL, OWNER, access


@access(CLINICAL, "patient", "find", audit=True)
@require_safe
def patients_of_others(request: Any) -> HttpResponse:
    """Names and numbers only. Where every physio sees every record, the caseload has them all."""
    if not request.only_own_care:
        return redirect("caseload")
    q = " ".join(request.GET.get("q", "").split())[:80]
    return render(request, "patients/others.html", {"q": q, "found": care.others(q)})


@access(CLINICAL, "record", "open with a reason", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
def record_open(request: Any, patient_id: UUID) -> HttpResponse:
    try:
        patient, somebody = care.somebody(patient_id)
    except Patient.DoesNotExist as absent:
        raise Http404 from absent
    if case_id := care.newest_case_id(patient_id):  # theirs already
        return redirect("case", case_id=case_id)
    if not request.only_own_care:
        return redirect("caseload")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        try:
            opened = actions.open_record(patient=patient, by=request.membership, now=now, **form.cleaned_data)
        except ActRefused as refused:
            form.add_error("reason", str(refused))
        else:
            until = opened.ends_at.astimezone(ZoneInfo(request.membership.clinic.time_zone))
            messages.success(
                request,
                _("Open to you until %(time)s. The owner and the runner can read your reason.")
                % {"time": f"{until:%H:%M}"},
            )
            return redirect("record_open", patient_id=patient_id)  # sees the record now, and goes on to it
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "somebody": somebody, "hours": actions.OPEN_FOR.seconds // 3600}
    return render(request, "patients/record_open.html", context, status=status)


@access(OWNER, "record", "see what was opened", audit=True)
@require_safe
def record_openings(request: Any) -> HttpResponse:
    zone = ZoneInfo(request.membership.clinic.time_zone)
    return render(request, "settings/openings.html", {"openings": care.openings(zone)})
