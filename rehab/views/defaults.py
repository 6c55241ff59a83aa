"""The owner's page on the thresholds that new plans start from."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.actions.physio_acts import ActRefused
from physio.web.htmx import page
from physio.web.routes import OWNER, access
from rehab.actions import defaults as actions
from rehab.forms.thresholds import ThresholdForm
from rehab.queries import defaults
from rehab.views.clinic_case import show_refusal


@access(OWNER, "default thresholds", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.mfa")
def default_thresholds(request: Any) -> HttpResponse:
    stands = defaults.in_force()
    posted = request.POST if request.method == "POST" else None
    form = ThresholdForm(posted, stands=stands, authors=defaults.authors(stands))
    if form.is_valid():
        try:
            made = actions.choose(changes=form.changes, by=request.membership, now=timezone.now())
        except ActRefused as refused:
            show_refusal(form, refused)
        else:
            said = _("Saved. New plans start from it; plans that are there stay as they are.")
            messages.success(request, said if made else _("Nothing was changed."))
            return redirect("default_thresholds")
    context = {"form": form, "versions": defaults.history()}
    return page(request, "settings/thresholds.html", context, status=422 if form.is_bound else 200)
