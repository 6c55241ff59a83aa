"""What a phone is told about an entry that waited there: stored, or to be looked at again; nothing else.

The queue (static/js/queue.js) sends the same form to the same address as the page would, with a header that
names the account in which it was filled in.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rehab.queries.own_case import Care

OWNER = "X-Plimsoll-Queue"
MISDIRECTED = 421


def owner_of(care: Care) -> str:
    """Names an account to its own phone; it says nothing about anybody."""
    return str(care.case.pk)


def refused(request: Any, care: Care) -> HttpResponse | None:
    """A form that was filled in in another account on the same phone is not taken; it waits for its own."""
    ours = owner_of(care)
    if request.headers.get(OWNER, ours) != ours:
        return JsonResponse({"another": True}, status=MISDIRECTED)
    if request.POST.get("owner", ours) != ours:
        messages.error(request, _("You are signed in as somebody else now. That form was not saved here."))
        return redirect("portal_today")
    return None


def stored(request: Any, entry_id: UUID | str) -> None:
    """The entry is in the database, now or from an earlier try."""
    request.stored_entry_id = entry_id


def has_to_look(request: Any, status: int) -> HttpResponse | None:
    """To the queue: this entry has no place here any more, so it must not wait and hold up the others."""
    return JsonResponse({"look": True}, status=status) if OWNER in request.headers else None


def answer(request: Any, response: HttpResponse) -> HttpResponse:
    """To a page its page; to the queue the one word it waits for."""
    if OWNER not in request.headers:
        return response
    entry_id = getattr(request, "stored_entry_id", None)
    if entry_id is not None:
        return JsonResponse({"stored": str(entry_id)})
    return has_to_look(request, response.status_code if response.status_code >= 400 else 422) or response
