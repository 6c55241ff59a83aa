"""The second factor of the demo's invented staff, for whoever tries the product on their own machine."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings

INVENTED = ".example"  # reserved: no real person has such an address (RFC 2606)


@dataclass(frozen=True)
class DemoCode:
    email: str
    code: str


def current_codes(moment: float) -> list[DemoCode]:
    """`moment` in seconds since 1970. Raises outside development, whoever calls."""
    if not settings.DEVELOPMENT:
        raise RuntimeError("Demo codes exist in development only.")
    apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__email__endswith=INVENTED)
    return [
        DemoCode(
            app.user.email, format_hotp_value(hotp_value(decrypt(app.data["secret"]), int(moment) // 30))
        )
        for app in apps.select_related("user").order_by("user__email", "pk")
    ]
