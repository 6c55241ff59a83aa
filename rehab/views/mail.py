"""The weekly mail: stopping it with one click, and seeing what it would say."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from physio.web.routes import ANONYMOUS, CLINICAL, access
from rehab import emails
from rehab.actions import weekly as weekly_mail
from rehab.queries import stop_tokens, weekly


@access(ANONYMOUS, "weekly mail", "stop", before_second_factor=True)
@csrf_exempt  # RFC 8058: the mail program posts by itself, without a cookie; the signed word is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def mail_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the buttons and changes nothing, because mail scanners follow links."""
    membership_id = stop_tokens.membership_of(token)
    if membership_id is None:
        raise Http404
    done = ""
    if request.method == "POST":
        done = "started" if request.POST.get("wish") == "start" else "stopped"
        change = weekly_mail.subscribe if done == "started" else weekly_mail.unsubscribe
        change(membership_id=membership_id)
    return render(request, "mail/unsubscribe.html", {"done": done})


@access(CLINICAL, "weekly mail", "read", audit=True)
@require_safe
def weekly_preview(request: Any) -> HttpResponse:
    """The member's own weekly mail as it would go out now."""
    week = weekly.caseload_week(membership_id=request.membership.id, now=timezone.now())
    mail = emails.caseload_week(week) if week is not None else None
    return render(request, "clinic/weekly_preview.html", {"mail": mail, "member": request.membership})
