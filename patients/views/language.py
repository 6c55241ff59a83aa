"""In which language somebody reads: a runner chooses, or the browser does; the clinic reads English."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from patients.queries import account

KEY = "language"  # in the session: asked once a sign-in, and set with every choice


class AccountLanguage:
    """Inside the request's transaction, where the membership is known; the browser was asked before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        chosen = _chosen(request)
        if chosen:
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _chosen(request: Any) -> str:
    member = request.membership
    if member is None:
        return ""
    if member.patient_id is None:
        return str(settings.LANGUAGE_CODE)
    if KEY not in request.session:
        request.session[KEY] = account.language_of(member.patient_id)
    return str(request.session[KEY])
