"""The page behind the link in an invitation. Looking at it changes nothing; its one button sends a code."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from patients.adapter import MailNotSent
from patients.forms.sign_in import AskForCodeForm
from patients.queries import invitations
from patients.queries.invitations import InvitationState
from patients.views.sign_in import MAIL_NOT_SENT
from physio.web.routes import ANONYMOUS, access


@access(ANONYMOUS, "invitation", "read", before_second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Any, token: str) -> HttpResponse:
    found = invitations.find(token=token, now=timezone.now())
    if found is None:
        raise Http404
    if request.method != "POST" or found.state != InvitationState.OPEN:
        return render(
            request, "patients/invitation.html", {"invitation": found, "open": found.state == "OPEN"}
        )
    form = AskForCodeForm({"email": found.email})
    if not form.is_valid():
        return _again(request, found, form.errors["email"][0], HTTPStatus.TOO_MANY_REQUESTS)
    try:
        LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=found.email)
    except MailNotSent:
        return _again(request, found, MAIL_NOT_SENT, HTTPStatus.SERVICE_UNAVAILABLE)
    return redirect("account_confirm_login_code")


def _again(
    request: Any, found: invitations.InvitationFound, problem: str, status: HTTPStatus
) -> HttpResponse:
    context = {"invitation": found, "open": True, "problem": problem}
    return render(request, "patients/invitation.html", context, status=status)
