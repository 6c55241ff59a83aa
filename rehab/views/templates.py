"""The protocols a clinic can choose from: ours with their sources, and its own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from physio.web.htmx import page
from physio.web.routes import CLINICAL, access
from rehab.actions import templates
from rehab.models import OwnTemplate
from rehab.queries import plan_page


@access(CLINICAL, "protocol template", "read")
@require_safe
def protocols(request: Any) -> HttpResponse:
    context = {"own": plan_page.templates(), "built_in": plan_page.built_in()}
    return page(request, "clinic/protocols.html", context)


@access(CLINICAL, "protocol template", "retire")
@require_POST
def template_retire(request: Any, template_id: UUID) -> HttpResponse:
    try:
        templates.retire(template_id=template_id, by=request.membership, now=timezone.now())
    except OwnTemplate.DoesNotExist as absent:
        raise Http404 from absent
    messages.success(request, _("Retired. Plans made from it stay as they are."))
    return redirect("protocols")
