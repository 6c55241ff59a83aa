"""The access registry: every route says who may do what to which kind of object. Undeclared means refused.

@access(CLINICAL, "case", "read", audit=True)
def case_page(request, case_id): ...
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver


class Who(StrEnum):
    ANONYMOUS = "ANONYMOUS"
    SIGNED_IN = "SIGNED_IN"
    PATIENT = "PATIENT"
    CLINICIAN = "CLINICIAN"
    RECEPTION = "RECEPTION"
    OWNER = "OWNER"


Roles = frozenset[Who]
ANONYMOUS: Roles = frozenset({Who.ANONYMOUS})  # everybody, signed in or not
SIGNED_IN: Roles = frozenset({Who.SIGNED_IN})  # whoever has signed in, member of a clinic or not
PATIENT: Roles = frozenset({Who.PATIENT})
CLINICIAN: Roles = frozenset({Who.CLINICIAN})
RECEPTION: Roles = frozenset({Who.RECEPTION})
OWNER: Roles = frozenset({Who.OWNER})
CLINICAL: Roles = CLINICIAN | OWNER
STAFF: Roles = CLINICAL | RECEPTION


@dataclass(frozen=True, slots=True)
class Access:
    """`audit`: each answer writes an access event. `before_second_factor`: staff may come here without one.

    `database=False`: the route must answer without a database, so it gets no transaction and no membership.
    """

    roles: Roles
    object: str
    action: str
    audit: bool = False
    before_second_factor: bool = False
    database: bool = True

    @property
    def is_public(self) -> bool:
        return Who.ANONYMOUS in self.roles


View = TypeVar("View", bound=Callable[..., Any])


def access(
    roles: Roles,
    object: str,
    action: str,
    *,
    audit: bool = False,
    before_second_factor: bool = False,
    database: bool = True,
) -> Callable[[View], View]:
    """Declare a view. Put it outermost, above `require_POST` and the like."""
    declaration = Access(roles, object, action, audit, before_second_factor, database)

    def declare(view: View) -> View:
        view.access = declaration  # type: ignore[attr-defined]  # a function takes any attribute
        return view

    return declare


_SIGN_IN = Access(ANONYMOUS, "session", "create", before_second_factor=True)
_NEW_PASSWORD = Access(ANONYMOUS, "password", "reset", before_second_factor=True)
_OWN_SESSION = Access(SIGNED_IN, "session", "change", before_second_factor=True)
_OWN_FACTOR = Access(SIGNED_IN, "second factor", "change", before_second_factor=True)
# Views of libraries, by the name of their route.
OTHERS: dict[str, Access] = {
    "account_login": _SIGN_IN,
    "account_request_login_code": _SIGN_IN,
    "account_confirm_login_code": _SIGN_IN,
    "account_reset_password": _NEW_PASSWORD,
    "account_confirm_password_reset_code": _NEW_PASSWORD,
    "account_complete_password_reset": _NEW_PASSWORD,
    "account_inactive": _SIGN_IN,
    "mfa_authenticate": _SIGN_IN,
    "mfa_login_webauthn": _SIGN_IN,
    "account_logout": _SIGN_IN,  # also the way out of a sign-in that was begun
    "account_reauthenticate": _OWN_SESSION,
    "mfa_reauthenticate": _OWN_SESSION,
    "mfa_reauthenticate_webauthn": _OWN_SESSION,
    "mfa_index": _OWN_FACTOR,
    "mfa_activate_totp": _OWN_FACTOR,
    "mfa_deactivate_totp": _OWN_FACTOR,
    "mfa_generate_recovery_codes": _OWN_FACTOR,
    "mfa_view_recovery_codes": _OWN_FACTOR,
    "mfa_download_recovery_codes": _OWN_FACTOR,
    "mfa_add_webauthn": _OWN_FACTOR,
    "mfa_edit_webauthn": _OWN_FACTOR,
    "mfa_remove_webauthn": _OWN_FACTOR,
    "mfa_list_webauthn": _OWN_FACTOR,
}


@dataclass(frozen=True, slots=True)
class Route:
    path: str
    name: str
    view: Callable[..., Any]

    @property
    def access(self) -> Access | None:
        return _declared(self.view, self.name)


def _declared(view: Callable[..., Any], name: str | None) -> Access | None:
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else OTHERS.get(name or "")


def access_of(match: ResolverMatch) -> Access | None:
    return _declared(match.func, match.view_name)


def routes(resolver: URLResolver | None = None, path: str = "", space: str = "") -> Iterator[Route]:
    """Every route of the URLconf, with its namespace in the name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(here, f"{space}{pattern.name or ''}", pattern.callback)
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern, here, inner)


def undeclared() -> list[Route]:
    return [route for route in routes() if route.access is None]


def allows(declaration: Access, request: HttpRequest) -> bool:
    """Whether this visitor may come to the route at all; which objects they reach, the database says."""
    if declaration.is_public:
        return True
    if not request.user.is_authenticated:
        return False
    if Who.SIGNED_IN in declaration.roles:
        return True
    membership = getattr(request, "membership", None)
    return membership is not None and membership.role in declaration.roles
