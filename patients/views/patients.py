"""Adding a runner to the clinic."""

from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.actions import patients
from patients.forms.patients import NewPatientForm
from patients.models import Role
from patients.queries import cases
from physio.web.routes import STAFF, access


@access(STAFF, "patient", "create", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
def patient_new(request: Any) -> HttpResponse:
    now, clinic = timezone.now(), request.membership.clinic
    form = NewPatientForm(
        request.POST or None,
        initial={"time_zone": clinic.time_zone},
        today=now.astimezone(ZoneInfo(clinic.time_zone)).date(),
    )
    if request.method != "POST":
        return render(request, "patients/patient_new.html", {"form": form})
    if form.is_valid():
        try:
            patient = patients.add(clinic=clinic, by=request.membership, now=now, **form.cleaned_data)
        except patients.AlreadyHere as refused:
            form.add_error("email", str(refused))
        except patients.PatientRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                _("Added. The invitation is on its way to %(address)s.")
                % {"address": form.cleaned_data["email"]},
            )
            case_id = cases.open_case_id(patient.id)
            request.accessed_patient_id, request.accessed_case_id = patient.id, case_id
            if request.membership.role == Role.RECEPTION:
                return redirect("patient_contact", patient_id=patient.id)
            return redirect("assessment_new", case_id=case_id)
    return render(
        request, "patients/patient_new.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )
