"""What the runner agrees to: asked before the diary opens, to be read and taken back at any time."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.queries import consents
from physio.web.htmx import page
from physio.web.routes import PATIENT, access
from rehab.actions import consents as actions
from rehab.queries import own_case
from rehab.views.portal.own import zone_of

GIVE, WITHDRAW = "give", "withdraw"


@access(PATIENT, "consent", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: Any) -> HttpResponse:
    """Also for a runner without an open case."""
    request.accessed_patient_id = request.patient_id
    now, wish = timezone.now(), request.POST.get("wish")
    if request.method == "POST" and wish == GIVE:
        was_withdrawn = consents.of(request.patient_id).is_withdrawn
        actions.give(membership=request.membership, now=now)
        messages.success(request, _("Thank you. The diary is open."))
        # What was told of urgent signs meanwhile is not stored: it is asked again first.
        return redirect("portal_help" if was_withdrawn else "portal_today")
    if request.method == "POST" and wish == WITHDRAW:
        actions.withdraw(membership=request.membership, now=now)
        return redirect("portal_consent")
    care = own_case.find_any(request.patient_id)
    context = {
        "care": care,
        "consent": consents.of(request.patient_id),
        "parts": consents.PARTS,
        "zone": zone_of(request, care).key,
    }
    return page(request, "portal/consent.html", context, status=422 if request.method == "POST" else 200)
