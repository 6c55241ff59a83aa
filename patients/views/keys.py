"""Whether single letters act on the clinic's pages: said once, true on every device of that person."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from patients.actions import account
from patients.forms.keys import KeysForm
from physio.web.routes import STAFF, access


@access(STAFF, "own keys", "change")
@require_POST
def keys_switch(request: Any) -> HttpResponse:
    form = KeysForm(request.POST)
    form.full_clean()
    account.use_single_keys(user=request.user, on=form.cleaned_data["single_keys"])
    return HttpResponse(status=204) if request.htmx else redirect("home")
