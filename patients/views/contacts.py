"""How a runner is reached and whether they may sign in: pages for the front desk, with nothing clinical."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patients.actions import contacts
from patients.forms.patients import ContactForm, EmailForm
from patients.models import Patient
from patients.queries import care
from patients.queries import contacts as found
from patients.queries.contacts import Contact
from physio.web.routes import STAFF, access

FORMS = ["GET", "HEAD", "POST"]


@access(STAFF, "patient", "contact", audit=True)
@require_http_methods(FORMS)
def patient_contact(request: Any, patient_id: UUID) -> HttpResponse:
    contact = _contact(request, patient_id)
    names = ("given_name", "family_name", "phone", "language")
    said = {name: getattr(contact, name) for name in names}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=said)
    if form.is_valid():
        contacts.change(patient=contact.patient, by=request.membership, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("patient_contact", patient_id=patient_id)
    return _page(request, "patients/contact.html", form, contact)


@access(STAFF, "patient", "change address", audit=True)
@require_http_methods(FORMS)
@reauthentication_required(app="allauth.mfa")
def patient_email(request: Any, patient_id: UUID) -> HttpResponse:
    contact = _contact(request, patient_id)
    form = EmailForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            contacts.change_email(
                patient=contact.patient, by=request.membership, now=timezone.now(), **form.cleaned_data
            )
        except contacts.ContactRefused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(
                request, _("Changed. The address before is told; the new one gets an invitation.")
            )
            return redirect("patient_contact", patient_id=patient_id)
    return _page(request, "patients/email.html", form, contact)


@access(STAFF, "patient", "open and close portal", audit=True)
@require_POST
def patient_portal(request: Any, patient_id: UUID) -> HttpResponse:
    patient, by, now = _contact(request, patient_id).patient, request.membership, timezone.now()
    if "close" in request.POST:
        contacts.close_portal(patient=patient, by=by, now=now)
        messages.success(
            request, _("They are signed out and cannot sign in here until you let them in again.")
        )
    elif "open" in request.POST:
        try:
            contacts.open_portal(patient=patient, by=by, now=now)
        except contacts.ContactRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("They may sign in again. An invitation is on its way."))
    return redirect("patient_contact", patient_id=patient_id)


def _contact(request: Any, patient_id: UUID) -> Contact:
    """Whoever gives the way in another address can read the record, so it is closed as the record is."""
    if request.only_own_care and care.newest_case_id(patient_id) is None:
        raise Http404
    try:
        return found.find(patient_id)
    except Patient.DoesNotExist:
        raise Http404 from None


def _page(request: Any, template: str, form: Any, contact: Contact) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, template, {"form": form, "contact": contact}, status=status)
