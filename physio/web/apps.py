"""What every app stands on: tenancy, the access registry, headers."""

from django.apps import AppConfig
from django.core.checks import register


class WebConfig(AppConfig):
    name = "physio.web"
    label = "web"

    def ready(self) -> None:
        from physio.web import checks  # the models are loaded only now

        register(checks.every_route_is_declared)
        register(checks.every_model_declares_its_grants)
