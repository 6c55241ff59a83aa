"""Views that do what goes wrong, each in its own way; a URLconf of their own for the tests of tenancy."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path

from patients.models import Case, Clinic
from physio.web.routes import ANONYMOUS, CLINICAL, PATIENT, SIGNED_IN, STAFF, access


def _cases() -> str:
    return ",".join(str(key) for key in Case.objects.order_by("id").values_list("id", flat=True))


@access(ANONYMOUS, "case", "read", before_second_factor=True)
def cases(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_cases())


@access(STAFF, "case", "read")
def late(request: HttpRequest) -> TemplateResponse:
    """Asks the database while it renders, after the view has returned."""
    template: Any = engines["django"].from_string("{% for case in cases %}{{ case.id }}{% endfor %}")
    return TemplateResponse(request, template, {"cases": Case.objects.order_by("id")})


@access(STAFF, "case", "export")
def stream(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield _cases()

    return StreamingHttpResponse(parts())


@access(STAFF, "clinic", "change")
def answers_500(request: HttpRequest) -> HttpResponse:
    Clinic.objects.update(phone="changed")
    return HttpResponse(status=500)


@access(STAFF, "clinic", "change")
def raises(request: HttpRequest) -> HttpResponse:
    Clinic.objects.update(phone="changed")
    raise RuntimeError("on purpose")


@access(STAFF, "clinic", "change")
def breaks_the_transaction(request: HttpRequest) -> HttpResponse:
    Clinic.objects.update(phone="changed")
    Clinic.objects.update(phone="x" * 50)
    return HttpResponse()


@access(STAFF, "clinic", "change")
def changes(request: HttpRequest) -> HttpResponse:
    Clinic.objects.update(phone="changed")
    return HttpResponse()


@access(CLINICAL, "case", "read", audit=True)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    found = Case.objects.filter(pk=case_id).exists()
    return HttpResponse(str(case_id), status=200 if found else 404)


@access(PATIENT, "case", "read", audit=True)
def own(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_cases())


@access(SIGNED_IN, "account", "read", before_second_factor=True)
def account(request: HttpRequest) -> HttpResponse:
    return HttpResponse("account")


@access(ANONYMOUS, "health", "read", database=False)
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("cases/", cases),
    path("late/", late),
    path("stream/", stream),
    path("answers-500/", answers_500),
    path("raises/", raises),
    path("breaks/", breaks_the_transaction),
    path("changes/", changes),
    path("case/<uuid:case_id>/", case, name="case"),
    path("own/", own, name="own"),
    path("account/", account, name="mfa_index"),
    path("sign-in/", account, name="account_login"),
    path("alive/", alive),
]
