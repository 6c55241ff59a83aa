"""One address, one view, one template: the whole page, or the part of it that htmx asked for."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    parts: tuple[str, ...] = (),
    status: int = 200,
) -> TemplateResponse:
    """The part whose name is htmx's target, if it is one of `parts`; else the whole page.

    A part's name is its `{% partialdef %}`, its element's id and htmx's target.
    """
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target in parts and not (htmx.boosted or htmx.history_restore_request):
        template = f"{template}#{htmx.target}"
    response = TemplateResponse(request, template, context, status=status)
    if parts:
        patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response
