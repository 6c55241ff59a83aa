"""System checks: nothing starts with a door that nobody thought about."""

from typing import Any

from django.core.checks import CheckMessage, Error

from physio.web.policies import declared
from physio.web.routes import undeclared


def every_route_is_declared(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The route {route.path} ({route.name or 'without a name'}) does not say who may use it.",
            hint="Put @access(...) on its view, or name it in physio.web.routes.OTHERS.",
            id="web.E001",
        )
        for route in undeclared()
    ]


def every_model_declares_its_grants(**kwargs: Any) -> list[CheckMessage]:
    try:
        declared()
    except LookupError as missing:
        return [Error(str(missing), id="web.E002")]
    return []
