"""Signing in and out. allauth does the work; these say what went wrong in words, with the right status."""

import logging
from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.actions import invitations, staff
from patients.actions.memberships import MembershipRefused
from patients.adapter import MailNotSent
from patients.forms.clinic import FirstPasswordForm
from patients.views import session_guard
from physio.web.routes import ANONYMOUS, access

log = logging.getLogger(__name__)

PATIENT_PAGES = "/me/"
MAIL_NOT_SENT = "The message could not be sent just now. Please try again in a minute, or phone your clinic."
PASSKEY_REFUSED = "That passkey was not accepted. Try again, or choose another way below."
CODE_EXPIRED = "That code is too old: it works for 15 minutes. Type your address again for a new one."


def _log_refusal(request: HttpRequest) -> None:
    """Which way in, and whose account when that is certain; never what was typed."""
    user = {"user_id": request.user.pk} if request.user.is_authenticated else {}
    log.warning("sign-in refused", extra={"request": request, **user})


class Refused:
    """A form that comes back with its errors is a 422, not a success."""

    def form_invalid(self, form: Form) -> HttpResponse:
        _log_refusal(self.request)  # type: ignore[attr-defined]
        response = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


class PasswordView(Refused, allauth.LoginView):
    """Staff: a password or a passkey, then the second factor. Patients on their way home are sent on."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = self.get_next_url() or ""
        if wanted.startswith(PATIENT_PAGES):
            return HttpResponseRedirect(self.passthrough_next_url(reverse("account_request_login_code")))
        return super().get(request, *args, **kwargs)


class SendsACode(Refused):
    """An address is typed. The answer is the same whether we know it or not."""

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except MailNotSent:
            form.add_error(None, _(MAIL_NOT_SENT))
            response = super().form_invalid(form)
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
            return response


class AskForCodeView(SendsACode, allauth.RequestLoginCodeView):
    """Patients."""


class ForgottenView(SendsACode, allauth.PasswordResetView):
    """Staff who forgot their password."""

    template_name = "account/forgotten.html"


class ForgottenCodeView(Refused, allauth.ConfirmPasswordResetCodeView):
    """The code from the mail, in the browser that asked for it: three tries, fifteen minutes."""

    template_name = "account/forgotten_code.html"


class NewPasswordView(Refused, allauth.CompletePasswordResetView):
    """After the right code. It signs nobody in: the new password and the second factor do."""

    template_name = "account/forgotten_password.html"

    def get_form_class(self) -> type[Form]:
        return FirstPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def form_valid(self, form: Form) -> HttpResponse:
        user = self._process.user
        try:
            staff.reset_password(user=user, password=form.cleaned_data["password"])
        except ValidationError as weak:
            form.add_error("password", weak)
            return self.form_invalid(form)
        except MembershipRefused as refused:
            messages.error(self.request, str(refused))
        else:
            get_adapter().forget_wrong_passwords(self.request, user)
            log.info("password reset", extra={"user_id": user.pk, "request": self.request})
            messages.success(self.request, _("Password saved. Sign in with it and your second factor."))
        self._process.abort()
        return redirect("account_login")


class CodeView(Refused, allauth.ConfirmLoginCodeView):
    """The code from the mail, in the browser that asked for it: three tries, fifteen minutes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.spent = False
        was_waiting = LOGIN_SESSION_KEY in request.session
        response = super().dispatch(request, *args, **kwargs)
        ended = was_waiting and LOGIN_SESSION_KEY not in request.session
        if ended and not self.spent and not request.user.is_authenticated:
            messages.error(request, _(CODE_EXPIRED))
        return response

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            response = super().form_valid(form)
            if self._action == "resend":
                messages.success(self.request, _("If we know that address, a new code is on its way."))
            if form.cleaned_data.get("shared") and self.request.user.is_authenticated:
                session_guard.on_shared_computer(self.request)
            return _joined(self.request, response)
        except MailNotSent:
            messages.error(self.request, _(MAIL_NOT_SENT))
            return self.render_to_response(
                self.get_context_data(form=self._form_to_show()), status=HTTPStatus.SERVICE_UNAVAILABLE
            )

    def form_invalid(self, form: Form) -> HttpResponse:
        response = super().form_invalid(form)
        self.spent = response.status_code == HTTPStatus.FOUND
        return response

    def _form_to_show(self) -> Form:
        return allauth.get_form_class(allauth.app_settings.FORMS, "confirm_login_code", self.form_class)()


class SecondFactorView(Refused, mfa.AuthenticateView):
    def form_valid(self, form: Form) -> HttpResponse:
        return _joined(self.request, super().form_valid(form))


class PasskeyView(Refused, LoginWebAuthnView):
    pass


class SignOutView(allauth.LogoutView):
    pass


class PasswordAgainView(Refused, allauth.ReauthenticateView):
    pass


class SecondFactorAgainView(Refused, mfa.ReauthenticateView):
    pass


class PasskeyAgainView(ReauthenticateWebAuthnView):
    def form_invalid(self, form: Form) -> HttpResponse:
        """Say so here; allauth would send somebody who is signed in to the sign-in page."""
        _log_refusal(self.request)
        messages.error(self.request, _(PASSKEY_REFUSED))
        return self.render_to_response(self.get_context_data(), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@access(ANONYMOUS, "session", "read", before_second_factor=True)
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "account/signed_out.html")


def _joined(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.user.is_authenticated:
        invitations.accept(user=request.user, now=timezone.now())
    return response
