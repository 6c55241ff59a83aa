"""One function per mail: what it says, as subject, text and HTML with its style written into the tags."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: str


def sign_in_code(*, code: str, minutes: int) -> Mail:
    """The subject names neither the code nor anything about health: it shows on a locked phone."""
    return _mail("sign_in_code", {"code": code, "minutes": minutes})


def password_code(*, code: str, minutes: int) -> Mail:
    """For staff who forgot their password."""
    return _mail("password_code", {"code": code, "minutes": minutes})


def invitation(*, clinic_name: str, given_name: str, address: str, expires_at: datetime, phone: str) -> Mail:
    """`address` is the page that offers a code; it signs nobody in."""
    return _mail(
        "invitation",
        {
            "clinic_name": clinic_name,
            "given_name": given_name,
            "address": address,
            "expires_at": expires_at,
            "phone": phone,
        },
    )


def erasure_asked(*, number: int) -> Mail:
    """For the clinic: a number, and where to sign in."""
    return _mail("erasure_asked", {"number": number, "address": settings.BASE_URL})


def consent_changed(*, number: int) -> Mail:
    """For the physiotherapist: that somebody agreed or took it back, not which."""
    return _mail("consent_changed", {"number": number, "address": settings.BASE_URL})


def address_changed(*, clinic_name: str, phone: str) -> Mail:
    """For the address that was used until now: whoever did not ask for it can call."""
    return _mail("address_changed", {"clinic_name": clinic_name, "phone": phone})


def erasure_answered() -> Mail:
    """For the runner: only that there is an answer."""
    return _mail("erasure_answered", {"address": settings.BASE_URL})


def staff_invitation(*, clinic_name: str, name: str, address: str, expires_at: datetime) -> Mail:
    """`address` is the page where the first password is chosen; it signs nobody in."""
    return _mail(
        "staff_invitation",
        {"clinic_name": clinic_name, "name": name, "address": address, "expires_at": expires_at},
    )


def _mail(name: str, values: dict[str, Any]) -> Mail:
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", values).split())
    text = render_to_string(f"emails/{name}.txt", values).strip() + "\n"
    html = css_inline.inline(render_to_string(f"emails/{name}.html", values), load_remote_stylesheets=False)
    return Mail(subject, text, html)
