"""Ends sessions that were left alone.

Staff: 15 minutes without a request of their own, 12 hours at most. Patients: 30 days without a request, or
15 minutes on a computer that others use too, where the pages keep nothing in the browser either.
A page that asks for news by itself (`X-Plimsoll-Poll`) does not count as use.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.actions import sessions
from patients.models import Role

STAFF_IDLE = timedelta(minutes=15)
STAFF_LONGEST = timedelta(hours=12)
PATIENT_IDLE = timedelta(days=30)
SHARED_IDLE = timedelta(minutes=15)
NOTE_EVERY = timedelta(
    minutes=1
)  # the last use is kept this finely, so a session ends that much early at most
POLL_HEADER = "X-Plimsoll-Poll"
STARTED, SEEN = "signed_in_at", "seen_at"
SHARED = "shared_computer"  # the portal's templates leave out what would keep something


class SessionGuard:
    """Stands inside the request's transaction, where the membership is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.access is not None and not request.access.database:
            return self.get_response(request)
        now = timezone.now()
        if request.user.is_authenticated:
            staff = request.membership is None or request.membership.role != Role.PATIENT
            if sentence := _ended(request, staff=staff, now=now):
                logout(request)
                messages.info(request, sentence)
                return _ask_to_sign_in(request, staff=staff)
            if POLL_HEADER not in request.headers:
                _note(request, now)
        response = self.get_response(request)
        if request.user.is_authenticated and STARTED not in request.session:
            request.session[STARTED] = request.session[SEEN] = now.timestamp()
        return response


def passed_second_factor(request: HttpRequest) -> bool:
    """In this session, not just set up once. A passkey counts: it asks for its own PIN or finger."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def on_shared_computer(request: HttpRequest) -> None:
    """The cookie goes with the browser, the session with a quarter of an hour."""
    request.session[SHARED] = True
    request.session.set_expiry(0)


def _ended(request: HttpRequest, *, staff: bool, now: datetime) -> str | None:
    """Why this session is over, in a sentence; None while it is not."""
    started, seen = request.session.get(STARTED), request.session.get(SEEN)
    if started is None or seen is None:
        return None
    idle = timedelta(seconds=now.timestamp() - seen)
    if staff and timedelta(seconds=now.timestamp() - started) >= STAFF_LONGEST:
        return _("You were signed out: a session lasts twelve hours at most. Please sign in again.")
    if staff and idle >= STAFF_IDLE:
        return _("You were signed out after 15 minutes without use. Please sign in again.")
    if not staff and request.session.get(SHARED) and idle >= SHARED_IDLE:
        return _("You were signed out after 15 minutes without use. Please ask for a new code.")
    if not staff and idle >= PATIENT_IDLE:
        return _("You were signed out after 30 days without use. Please ask for a new code.")
    return None


def _ask_to_sign_in(request: Any, *, staff: bool) -> HttpResponse:
    """To the right sign-in page, and back here afterwards when this was a page and not a form.

    To htmx a 401 that makes the whole page go there, or the sign-in form would land in a fragment.
    """
    url = reverse("account_login" if staff else "account_request_login_code")
    here = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    if here and (request.htmx or request.method in ("GET", "HEAD")):
        back = QueryDict(mutable=True)
        back["next"] = here
        url = f"{url}?{back.urlencode()}"
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return redirect(url)


def _note(request: HttpRequest, now: datetime) -> None:
    session = request.session
    if STARTED not in session:
        session[STARTED] = now.timestamp()
    if now.timestamp() - session.get(SEEN, 0.0) >= NOTE_EVERY.total_seconds():
        session[SEEN] = now.timestamp()
        sessions.seen(session_key=session.session_key or "", now=now)
