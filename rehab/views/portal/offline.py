"""The installed app: its worker, the blank forms it keeps for a dead spot, and who the queue belongs to.

No page here says anything about anybody's health; they are the only ones a phone keeps.
"""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe

from assessments.clinical.red_flags import PATIENT_STEPS, SHORT_QUESTION, Pathway
from assessments.clinical.sides import Side
from physio.web.htmx import page
from physio.web.routes import ANONYMOUS, PATIENT, access
from rehab.clinical.portal_words import PAIN_NOW
from rehab.forms.portal.checks import CheckForm
from rehab.forms.portal.help import HelpForm
from rehab.forms.portal.runs import RunForm
from rehab.queries import shell
from rehab.queries.own_case import Care
from rehab.views.portal import queued
from rehab.views.portal.own import with_care_always

BOTH = tuple(Side)  # which side it is about is not kept in a page
MINUTES = (10, 15, 20, 25, 30, 40)


@access(ANONYMOUS, "app", "read", before_second_factor=True)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it changes whenever anything that it keeps does."""
    text = shell.worker_script(language=getattr(request, "LANGUAGE_CODE", ""))
    return HttpResponse(
        text, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@access(PATIENT, "app", "read")
@require_safe
@with_care_always
def blank(request: Any, *, slug: str, care: Care, now: datetime) -> HttpResponse:
    """One of the pages that a phone keeps."""
    context: dict[str, Any] = {"care": care, "slug": slug, "question": PAIN_NOW}
    if slug == "run":
        context["form"] = RunForm(sides=BOTH, minutes=MINUTES)
    elif slug == "check":
        context["form"] = CheckForm(sides=BOTH)
    elif slug == "help":
        context["form"] = HelpForm()
    elif slug == "urgent":
        context["now"] = PATIENT_STEPS[Pathway.EMERGENCY]
        context["today"] = PATIENT_STEPS[Pathway.URGENT_SAME_DAY]
    elif slug == "kept":
        context["short_question"] = SHORT_QUESTION
    elif slug != "start":
        raise Http404
    return page(request, f"portal/offline/{slug}.html", context)


@access(PATIENT, "app", "read")
@require_safe
@with_care_always
def introduce(request: Any, *, care: Care, now: datetime) -> HttpResponse:
    """Whose entries may be sent in this session, and the token that goes with them."""
    return JsonResponse({"owner": queued.owner_of(care), "token": get_token(request)})
