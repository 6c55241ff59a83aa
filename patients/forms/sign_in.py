"""allauth's sign-in forms, in our words. A code is typed; the keyboard that comes up knows it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as SecondFactorReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import User
from patients.queries import memberships


def _code_field(form: forms.Form, label: Any, hint: Any, *, inputmode: str = "numeric") -> None:
    field = form.fields["code"]
    field.label, field.help_text = label, hint
    field.widget = forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "inputmode": inputmode,
            "class": "input code-input",
            "maxlength": 20,
        }
    )
    field.widget.is_required = True
    field.error_messages["required"] = _("Type the code.")


def _email_field(field: forms.Field) -> None:
    field.label = _("E-mail address")
    field.widget.attrs.pop("placeholder", None)
    field.error_messages["required"] = _("Type your e-mail address.")
    field.error_messages["invalid"] = _("That is not a whole e-mail address. It looks like name@example.com.")


def _password_field(field: forms.Field) -> None:
    field.label, field.help_text = _("Password"), ""
    field.widget.attrs.pop("placeholder", None)
    field.error_messages["required"] = _("Type your password.")


class PasswordForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email_field(self.fields["login"])
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        _password_field(self.fields["password"])


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _password_field(self.fields["password"])


def _count(action: str, key: str) -> None:
    if not ratelimit.consume(context.request, action=action, key=key):
        raise get_adapter().validation_error("too_many_login_attempts")


def _count_by_place(email: str) -> None:
    """By address and place: by address alone, anybody could use up the codes of anybody."""
    _count("codes_from_place", f"{email.lower()} from {get_adapter().get_client_ip(context.request)}")


class AskForCodeForm(RequestLoginCodeForm):
    """A code by mail is one factor: staff are never sent one, and the page looks the same to all."""

    _user: User | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email_field(self.fields["email"])
        self.fields["email"].help_text = _("The one your clinic wrote down for you.")

    def clean_email(self) -> str:
        _count_by_place(self.cleaned_data["email"])
        email: str = super().clean_email()
        if self._user is not None and memberships.is_staff(self._user.pk):
            self._user = None
        return email


class CodeForm(ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("Code"), _("Eight digits, from the newest mail."))
        self.fields["shared"] = forms.BooleanField(
            required=False,
            label=_("Others use this computer too"),
            help_text=_("You are signed out after 15 minutes without use, and nothing is kept here."),
        )


class ForgottenForm(ResetPasswordForm):
    """Staff only: patients have no password, and who was only invited has the invitation.

    The page looks the same to all.
    """

    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email_field(self.fields["email"])

    def clean_email(self) -> str:
        _count_by_place(self.cleaned_data["email"])
        _count("password_codes", self.cleaned_data["email"].lower())
        email: str = super().clean_email()
        self.users = [
            user for user in self.users if user.has_usable_password() and memberships.is_staff(user.pk)
        ]
        return email


class ForgottenCodeForm(ConfirmPasswordResetCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("Code"), _("Eight digits, from the newest mail."))


class SecondFactorForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(
            self,
            _("Code"),
            _("Six digits from your authenticator app, or one of your recovery codes."),
            inputmode="text",
        )


class SecondFactorAgainForm(SecondFactorReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(
            self,
            _("Code"),
            _("Six digits from your authenticator app, or a recovery code."),
            inputmode="text",
        )


class SetUpAppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("Code from the app"), _("Six digits, to show that the app has the key."))
