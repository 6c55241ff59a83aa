"""What we answer when allauth asks: who may sign in how, which mail goes out, how secrets are kept."""

import base64
import hashlib
import logging
import smtplib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from patients import emails
from patients.models import User
from patients.queries import memberships

log = logging.getLogger(__name__)


CODE_MAILS = {
    "account/email/login_code": emails.sign_in_code,
    "account/email/password_reset_code": emails.password_code,
}


class MailNotSent(Exception):
    """The mail server did not take the code within EMAIL_TIMEOUT seconds."""


def display(user: User) -> str:
    return user.email


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "That e-mail address and password do not belong together. Please try again."
        ),
        "incorrect_password": _("That is not the password of this account. Please try again."),
        "incorrect_code": _("That code is not right. Check the newest message and type it again."),
        "too_many_login_attempts": _("Too many tries. Please wait a few minutes, then start again."),
        "rate_limited": _("Too many tries. Please wait a few minutes, then start again."),
        "account_inactive": _("This account is closed. Please phone your clinic."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        second_factor = f"{SecondFactorStage.__module__}.{SecondFactorStage.__qualname__}"
        return [
            second_factor if stage == "allauth.mfa.stages.AuthenticateStage" else stage
            for stage in super().get_login_stages()
        ]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Signing in counts as fresh too: nobody types a password twice within five minutes."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0.0)
        return time.time() - newest >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for the address and the place they come from together.

        By the address alone, whoever knows it could keep its owner out from anywhere.
        """
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
        )

    def forget_wrong_passwords(self, request: HttpRequest, user: User) -> None:
        """Whoever forgot theirs has tried a few: those from this place do not count against the new one."""
        self._delete_login_attempts_cached_email(request, email=user.email)

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        """Every way in ends here, also a passkey and after the second factor."""
        log.info("signed in", extra={"user_id": user.pk, "request": request})
        return super().post_login(request, user, **told)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes, which cannot wait for the outbox. allauth has no other mail to send here."""
        compose = CODE_MAILS.get(template_prefix)
        if compose is None:
            raise ValueError(f"No mail is meant to go out for {template_prefix}.")
        mail = compose(code=context["code"], minutes=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60)
        message = EmailMultiAlternatives(mail.subject, mail.text, self.get_from_email(), [email])
        message.attach_alternative(mail.html, "text/html")
        try:
            message.send()
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent from error


class SecondFactorStage(AuthenticateStage):
    """Staff always pass it. A patient's passkey stands instead of the code; their app is asked for."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is None or memberships.is_staff(user.pk):
            return super()._should_handle(request)
        return is_mfa_enabled(user, [Authenticator.Type.TOTP]) and super()._should_handle(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "That code is not right, or was used before. Wait for the next one and try again."
        ),
        "cannot_delete_authenticator": _(
            "This is your only second factor. Add another one before you remove it."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not memberships.is_staff(authenticator.user_id):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Plimsoll"}


def _fernet() -> MultiFernet:
    """Keys from the secret key; an old secret key in SECRET_KEY_FALLBACKS still reads what it wrote."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [
        hashlib.sha256(b"plimsoll second factor:" + secret.encode()).digest() for secret in map(str, secrets)
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
