"""The front door: each to their own page, and the choice between clinics for those who have more than one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from patients.models import Role
from patients.queries import memberships
from physio.web.routes import ANONYMOUS, SIGNED_IN, access
from physio.web.tenancy import MEMBERSHIP_KEY


@access(ANONYMOUS, "home", "read", before_second_factor=True)
@require_GET
def home(request: Any) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("account_login")
    if request.membership is None:
        return render(request, "patients/no_clinic.html", status=403)
    if request.membership.role == Role.PATIENT:
        return redirect("portal_today")
    return redirect("caseload")


@access(SIGNED_IN, "membership", "read")
@require_GET
def clinics(request: Any) -> HttpResponse:
    current = request.membership.id if request.membership else None
    places = memberships.places(user_id=request.user.pk, current_id=current)
    return render(request, "patients/clinics.html", {"places": places})


@access(SIGNED_IN, "membership", "choose")
@require_POST
def clinic_choose(request: Any) -> HttpResponse:
    chosen = request.POST.get("membership", "")
    places = memberships.places(user_id=request.user.pk, current_id=None)
    place = next((place for place in places if str(place.membership_id) == chosen), None)
    if place is None:
        raise Http404
    request.session[MEMBERSHIP_KEY] = str(place.membership_id)
    messages.success(request, _("You are now in %(clinic)s.") % {"clinic": place.clinic_name})
    return redirect("home")
