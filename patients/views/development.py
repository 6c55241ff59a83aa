"""Only routed in development: the local sink's mail, and the demo staff's current codes."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from patients.queries import demo
from physio.web.routes import ANONYMOUS, access

# For a sandboxed frame: the mail's own inline styles, no scripts, nothing from elsewhere.
FRAMED_MAIL = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


def _folder() -> Path:
    if not settings.DEVELOPMENT_MAIL_DIR:
        raise Http404("PLIMSOLL_MAIL_DIR is not set, so no local mail is kept.")
    return Path(settings.DEVELOPMENT_MAIL_DIR)


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  # what policy.default makes
    return message


def _facts(path: Path, message: EmailMessage) -> dict[str, Any]:
    return {
        "name": path.name,
        "subject": message["Subject"],
        "to": message["To"],
        "date": message["Date"],
    }


@access(ANONYMOUS, "development", "read", before_second_factor=True)
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    paths = sorted(
        _folder().rglob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True
    )
    mails = [_facts(path, _read(path)) for path in paths[:100]]
    return render(request, "patients/development/mail_list.html", {"mails": mails})


@access(ANONYMOUS, "development", "read", before_second_factor=True)
@require_GET
def mail(request: HttpRequest, name: str) -> HttpResponse:
    path = next((path for path in _folder().rglob("*.eml") if path.name == name), None)
    if path is None:
        raise Http404
    message = _read(path)
    body = message.get_body(preferencelist=("plain",))
    return render(
        request,
        "patients/development/mail.html",
        {
            "mail": _facts(path, message),
            "headers": [(key, value) for key, value in message.items() if key.lower().startswith("list-")],
            "text": body.get_content() if body else "",
            "has_html": message.get_body(preferencelist=("html",)) is not None,
        },
    )


@access(ANONYMOUS, "development", "read", before_second_factor=True)
@require_GET
@xframe_options_sameorigin
@csp(FRAMED_MAIL)  # type: ignore[arg-type]  # its type forgets the parts of the address
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    path = next((path for path in _folder().rglob("*.eml") if path.name == name), None)
    body = _read(path).get_body(preferencelist=("html",)) if path else None
    if body is None:
        raise Http404
    return HttpResponse(body.get_content())


@access(ANONYMOUS, "development", "read", before_second_factor=True)
@require_GET
def demo_codes(request: HttpRequest) -> HttpResponse:
    moment = time.time()
    codes = demo.current_codes(moment)
    return render(
        request, "patients/development/demo_codes.html", {"codes": codes, "seconds": 30 - int(moment) % 30}
    )
