"""Where I am signed in, and the way to end it there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from patients.actions import sessions as actions
from patients.queries import sessions
from physio.web.routes import SIGNED_IN, access


@access(SIGNED_IN, "session", "read")
@require_GET
def session_list(request: Any) -> HttpResponse:
    found = sessions.of_user(request.user.pk, current_key=request.session.session_key, now=timezone.now())
    return render(request, "usersessions/session_list.html", {"sessions": found, "others": len(found) > 1})


@access(SIGNED_IN, "session", "end")
@require_POST
def session_end(request: Any, session_id: int) -> HttpResponse:
    if not actions.end(user_id=request.user.pk, session_id=session_id):
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


@access(SIGNED_IN, "session", "end")
@require_POST
def session_end_others(request: Any) -> HttpResponse:
    count = actions.end_others(user_id=request.user.pk, current_key=request.session.session_key or "")
    messages.success(
        request,
        ngettext("Signed out in one other place.", "Signed out in %(count)s other places.", count)
        % {"count": count},
    )
    return redirect("sessions")
