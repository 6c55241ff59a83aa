"""Is this process alive and able to answer? Asked by container platforms; it touches no patient data."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from physio.web.routes import ANONYMOUS, access


@access(ANONYMOUS, "health", "read", database=False)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
