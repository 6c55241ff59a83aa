"""What the pages about one case share: the case or a 404, and an answer to a refusal."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from patients.actions.physio_acts import ActRefused
from patients.models import Case
from rehab.queries import case_head
from rehab.queries.case_head import CaseHead

View = Callable[..., HttpResponse]


def with_case(view: View) -> View:
    """Gives the view `head` and `now`. Another clinic's case looks like none at all."""

    @wraps(view)
    def answer(request: HttpRequest, case_id: UUID, **rest: Any) -> HttpResponse:
        now: datetime = timezone.now()
        try:
            head: CaseHead = case_head.find(case_id, now)
        except Case.DoesNotExist:
            raise Http404 from None
        request.accessed_patient_id = head.case.patient_id  # type: ignore[attr-defined]  # for the access event
        request.membership.clinic = head.case.clinic  # type: ignore[attr-defined]  # so no page asks for it again
        return view(request, head=head, now=now, **rest)

    return answer


def came_from(request: Any, otherwise: str) -> str:
    """Where the form was, when that is a page of ours."""
    told = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(told, allowed_hosts=None, require_https=request.is_secure())
    return told if told and ours else otherwise


def show_refusal(form: BaseForm, refused: ActRefused) -> None:
    """The sentence beside the answer to mend, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))
