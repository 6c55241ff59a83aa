"""Runners who ask to be erased: the owner erases or says why the record has to stay."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patients.actions import erasure as actions
from patients.actions.physio_acts import ActRefused
from patients.forms.erasure import EraseForm, RefuseForm
from patients.models import ErasureRequest
from patients.queries import erasures
from physio.web.routes import OWNER, access


@access(OWNER, "erasure", "read", audit=True)
@require_safe
def erasure_list(request: Any) -> HttpResponse:
    return render(request, "settings/erasures.html", {"wishes": erasures.waiting(timezone.now())})


@access(OWNER, "erasure", "answer", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.mfa")
def erasure_answer(request: Any, wish_id: UUID) -> HttpResponse:
    now = timezone.now()
    try:
        found, wish = erasures.wish(wish_id, now)
    except ErasureRequest.DoesNotExist as absent:
        raise Http404 from absent
    request.accessed_patient_id = found.patient_id
    erasing, refusing = "erase" in request.POST, "refuse" in request.POST
    erase = EraseForm(request.POST if erasing else None, number=wish.number)
    refuse = RefuseForm(request.POST if refusing else None)
    try:
        if erasing and erase.is_valid():
            actions.erase(wish=found, by=request.membership, now=now)
            messages.success(
                request, _("Erased. Number %(number)s is all that is left.") % {"number": wish.number}
            )
            return redirect("erasures")
        if refusing and refuse.is_valid():
            actions.refuse(wish=found, by=request.membership, now=now, **refuse.cleaned_data)
            messages.success(request, _("Refused. The runner reads your reason in the portal."))
            return redirect("erasures")
    except ActRefused as refused:
        (erase if erasing else refuse).add_error(refused.field or None, str(refused))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if erasing or refusing else HTTPStatus.OK
    return render(
        request, "settings/erasure.html", {"wish": wish, "erase": erase, "refuse": refuse}, status=status
    )
