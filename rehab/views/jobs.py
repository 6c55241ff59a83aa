"""The owner's page on jobs and mail: do they keep up, what came back, and trying it again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from patients.models import OutboxMail
from physio.web.htmx import page
from physio.web.routes import OWNER, access
from rehab.actions import outbox
from rehab.queries import jobs_page


@access(OWNER, "jobs", "read", audit=True)
@require_safe
def jobs(request: Any) -> HttpResponse:
    found = jobs_page.load(clinic_id=request.clinic_id, now=timezone.now())
    return page(request, "clinic/jobs.html", {"jobs": found})


@access(OWNER, "mail", "retry", audit=True)
@require_POST
def mail_retry(request: Any, mail_id: UUID) -> HttpResponse:
    try:
        outbox.retry(mail_id=mail_id, now=timezone.now())
    except OutboxMail.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The mail is tried again within a minute."))
    return redirect("jobs")
