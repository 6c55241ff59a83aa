"""Whether staff have set up a second factor; recovery codes alone are none."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from patients.models import User


def is_set_up(user: User) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))
