"""One transaction for each request, inside one clinic: row-level security reads the settings made here.

`set_config(…, true)` lives as long as the transaction: nothing is left for the connection's next visitor.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import resolve_url
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.module_loading import import_string
from psycopg.pq import TransactionStatus

from physio.web.routes import Access, access_of, allows, undeclared

SETTINGS = ("app.clinic", "app.patient", "app.actor", "app.role")
SET = "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(SETTINGS))
SET_WITH_CARE = f"{SET}, set_config('app.care', in_care(%s, %s), true) <> ''"
ADMIT = """
    SELECT set_config('app.care', current_setting('app.care', true) || ',' || %s, true)
    WHERE current_setting('app.care', true) LIKE 'strict:%%'
"""
MEMBERSHIP_KEY = "membership_id"  # in the session: the clinic that the user chose


class Membership(Protocol):
    """What this module needs of `patients.models.Membership`, which it may not import."""

    id: UUID
    user_id: UUID
    clinic_id: UUID
    patient_id: UUID | None
    role: str


class NoTransaction(RuntimeError):
    """A tenant was asked for outside a transaction, where it would be forgotten at once."""


@contextmanager
def tenant(
    *, clinic_id: UUID | str, actor: UUID | str, patient_id: UUID | str | None = None, role: str = ""
) -> Iterator[None]:
    """Inside the clinic until the end of the block: for tasks, commands and tests.

    `actor` is a user's id or the name of the job; the audit keeps it. NoTransaction outside `atomic()`.
    """
    if not connection.in_atomic_block:
        raise NoTransaction("Open a transaction first: with transaction.atomic(), tenant(...):")
    before = _read()
    _write((str(clinic_id), str(patient_id or ""), str(actor), role))
    try:
        yield
    finally:
        # In a failed transaction nothing can be written, and its rollback undoes the settings anyway.
        if (
            connection.connection
            and connection.connection.info.transaction_status == TransactionStatus.INTRANS
        ):
            _write(before)


def at_once(
    statement: str, values: Sequence[Any], *, clinic_id: UUID | str | None, actor: UUID | str
) -> None:
    """One statement inside the clinic (None: outside every one), in one round trip to the server.

    The settings and the statement are sent as one text, which Postgres runs as one transaction: they end with
    it. `statement` is a constant. Inside a transaction of the caller's it is `tenant()` and the statement.
    """
    context = (str(clinic_id or ""), "", str(actor), "")
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            before = _read()
            _write(context)
            cursor.execute(statement, values)
            _write(before)
        else:
            cursor.execute(f"{SET}; {statement}", [*_pairs(context), *values])


def _read() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(["coalesce(current_setting(%s, true), '')"] * 4), SETTINGS)
        return cast(tuple[str, ...], cursor.fetchone())


def _write(values: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET, _pairs(values))


def _pairs(values: tuple[str, ...]) -> list[str]:
    return [part for pair in zip(SETTINGS, values, strict=True) for part in pair]


def _enter(member: Membership) -> bool:
    """The clinic, and whose records are in this physio's care, in one round trip. Whether that is not all."""
    values = (str(member.clinic_id), str(member.patient_id or ""), str(member.user_id), member.role)
    if member.role != "CLINICIAN":
        _write(values)
        return False
    with connection.cursor() as cursor:
        cursor.execute(SET_WITH_CARE, [*_pairs(values), member.id, timezone.now()])
        return bool(cursor.fetchone()[-1])


def admit(patient_id: UUID) -> None:
    """Whom this request has just added is in its care, too."""
    with connection.cursor() as cursor:
        cursor.execute(ADMIT, [str(patient_id)])


class RequestTransaction:
    """Membership, transaction, clinic, view and rendering, rollback on failure, access event: in this order.

    The view finds `request.membership`, `request.clinic_id` and `request.patient_id`. For the access event it
    may set `request.accessed_patient_id` and `request.accessed_case_id`; parts of the address with the names
    `patient_id` and `case_id` are taken by themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if open_doors := undeclared():
            names = ", ".join(f"{route.path} ({route.name})" for route in open_doors)
            raise ImproperlyConfigured(f"Declare who may use these routes with @access: {names}")

    def __call__(self, request: Any) -> HttpResponseBase:
        request.membership = request.clinic_id = request.patient_id = request.access = None
        request.only_own_care = False
        match = _match(request)
        if match is not None:
            request.access = access_of(match)
            if request.access is None:
                raise ImproperlyConfigured(f"Declare who may use {match.route} with @access.")
            if not request.access.database:
                return self.get_response(request)
        with transaction.atomic():
            response = self._inside(request, match)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def _inside(self, request: Any, match: ResolverMatch | None) -> HttpResponseBase:
        member = _membership(request)
        if member is None:
            actor = str(request.user.pk) if request.user.is_authenticated else "anonymous"
            _write(("", "", actor, ""))
        else:
            request.membership, request.clinic_id, request.patient_id = (
                member,
                member.clinic_id,
                member.patient_id,
            )
            request.only_own_care = _enter(member)
        if match is not None and (refused := _refuse(request, request.access)):
            return refused
        response = self.get_response(request)
        if response.streaming:
            # A stream is read after the transaction, where row-level security would show nothing.
            stream = cast(StreamingHttpResponse, response)
            stream.streaming_content = [b"".join(cast(Iterator[bytes], stream.streaming_content))]
        if match is not None and request.access.audit and member is not None and response.status_code < 500:
            _record(request, match, member, response.status_code)
        return response


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    chosen = request.session.get(MEMBERSHIP_KEY)
    return cast(
        Membership | None, _callable(settings.TENANCY_RESOLVER)(user_id=request.user.pk, chosen_id=chosen)
    )


def _refuse(request: Any, declaration: Access) -> HttpResponse | None:
    """Absence looks like denial: a 404. Whoever is not signed in is sent to sign in."""
    if not allows(declaration, request):
        if request.user.is_authenticated:
            raise Http404
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
        return _send(request, redirect_to_login(back).url)
    if (
        request.membership is not None
        and request.membership.role != "PATIENT"
        and not declaration.before_second_factor
        and not _callable(settings.SECOND_FACTOR)(request)
    ):
        return _send(request, resolve_url(settings.SECOND_FACTOR_SETUP_URL))
    return None


def _send(request: HttpRequest, address: str) -> HttpResponse:
    """htmx would put the sign-in page into a part of the page, so it is told to leave the page."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _record(request: Any, match: ResolverMatch, member: Membership, status: int) -> None:
    reached = status < 400
    _callable(settings.ACCESS_EVENT_WRITER)(
        by=member,
        route=match.view_name or match.route,
        method=request.method,
        action=f"{request.access.object} {request.access.action}",
        status=status,
        patient_id=getattr(request, "accessed_patient_id", match.kwargs.get("patient_id"))
        if reached
        else None,
        case_id=getattr(request, "accessed_case_id", match.kwargs.get("case_id")) if reached else None,
        now=timezone.now(),
    )


@cache
def _callable(path: str) -> Callable[..., Any]:
    return cast(Callable[..., Any], import_string(path))
