"""Every route says who may use it (S8)."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path

from physio.web.checks import every_model_declares_its_grants, every_route_is_declared
from physio.web.routes import ANONYMOUS, Who, access, routes, undeclared
from physio.web.tenancy import RequestTransaction


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@access(ANONYMOUS, "page", "read")
def declared_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("declared/", declared_view), path("forgotten/", forgotten, name="forgotten")]


@pytest.mark.check("S8")
def test_every_route_of_the_product_is_declared(tried: Callable[..., None]) -> None:
    every = list(routes())
    tried("S8", routes=len(every))
    assert len(every) >= 10
    assert [f"{route.path} ({route.name})" for route in undeclared()] == []


def test_every_declaration_names_roles_an_object_and_an_action() -> None:
    for route in routes():
        assert route.access is not None
        assert route.access.roles, route.path
        assert route.access.roles <= set(Who)
        assert route.access.object, route.path
        assert route.access.action, route.path


def test_whatever_shows_patients_to_staff_is_audited() -> None:
    about_patients = {"case", "patient", "person", "diary", "worklist", "run", "assessment", "plan", "flag"}
    for route in routes():
        declaration = route.access
        if declaration and declaration.object in about_patients and not declaration.is_public:
            assert declaration.audit, f"{route.path} shows a {declaration.object} and writes no access event"


@pytest.mark.urls("tests.web.test_routes")
@pytest.mark.twin("S8")
def test_a_forgotten_route_stops_the_start() -> None:
    clear_url_caches()
    assert [error.id for error in every_route_is_declared()] == ["web.E001"]
    with pytest.raises(ImproperlyConfigured, match="forgotten/"):
        RequestTransaction(lambda request: HttpResponse())


def test_every_model_declares_its_grants() -> None:
    assert every_model_declares_its_grants() == []
