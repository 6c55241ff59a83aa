"""A user's second factor: the authenticator app, passkeys and recovery codes."""

from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from qrcode.image.svg import SvgPathFillImage

from patients.queries import second_factor
from patients.views.sign_in import Refused
from physio.web.routes import SIGNED_IN, access


def _passed(request: HttpRequest, kind: Authenticator.Type) -> None:
    """Setting a factor up proves that its owner has it: this session counts as passed."""
    factor = second_factor.newest(request.user.pk, kind)
    record_authentication(request, request.user, "mfa", id=factor.pk, type=kind.value)


class FreshSignIn:
    """For who has nothing to confirm with, a patient with codes only: the sign-in itself must be fresh."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        adapter = get_account_adapter()
        stale = request.user.is_authenticated and adapter.is_reauthentication_required(app="allauth.mfa")
        if stale and not adapter.get_reauthentication_methods(request.user):
            messages.info(
                request, _("For your safety: sign out, sign in again, then do this within five minutes.")
            )
            return HttpResponseRedirect(reverse("sessions"))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class SetUpAppView(FreshSignIn, Refused, ActivateTOTPView):
    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        _passed(self.request, Authenticator.Type.TOTP)
        return response


class RemoveAppView(Refused, DeactivateTOTPView):
    pass


class AddPasskeyView(FreshSignIn, Refused, AddWebAuthnView):
    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        _passed(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskeyView(RemoveWebAuthnView):
    def form_valid(self, form: Form) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_list_webauthn"))
        return super().form_valid(form)


@access(SIGNED_IN, "second factor", "change", before_second_factor=True)
@never_cache
@reauthentication_required(app="allauth.mfa")
def app_key_picture(request: HttpRequest) -> HttpResponse:
    """The QR code of the key that the set-up page has just made, as a picture of its own: no inline data."""
    secret: Any = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    picture = BytesIO()
    qrcode.make(get_adapter().build_totp_url(request.user, secret), image_factory=SvgPathFillImage).save(
        picture
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")
