"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from physio.web.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("", include("patients.urls")),
    path("", include("rehab.urls")),
]
