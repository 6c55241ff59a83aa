"""Working on flags. Every act is a plain form; htmx swaps one case on the worklist instead of the page."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from patients.actions.physio_acts import ActRefused
from physio.web.routes import CLINICAL, access
from rehab.actions import flags
from rehab.actions.flags import Act
from rehab.forms.caseload import filters
from rehab.forms.flags import BulkForm, ResolveForm, SnoozeForm, UsefulForm
from rehab.queries import flag_page, peek, worklist
from rehab.views.clinic_case import came_from

UNDO = "undo"  # in the session: the last acts, by key
KEPT = 5


@access(CLINICAL, "flag", "acknowledge", audit=True)
@require_POST
def flag_acknowledge(request: Any, flag_id: UUID) -> HttpResponse:
    now = timezone.now()
    about = _about(request, flag_id)
    return _do(
        request,
        about,
        lambda: flags.acknowledge(flag_id=flag_id, by=request.membership, now=now),
        _("Acknowledged: %(name)s, %(flag)s."),
        now,
    )


@access(CLINICAL, "flag", "snooze", audit=True)
@require_POST
def flag_snooze(request: Any, flag_id: UUID) -> HttpResponse:
    now = timezone.now()
    about = _about(request, flag_id)
    zone = ZoneInfo(about.time_zone)
    form = SnoozeForm(request.POST, today=now.astimezone(zone).date())
    if not form.is_valid():
        return _again(request, about, form, _("Snooze"))
    until = datetime.combine(form.cleaned_data["until"], time(), tzinfo=zone)
    return _do(
        request,
        about,
        lambda: flags.snooze(flag_id=flag_id, until=until, by=request.membership, now=now),
        _("Snoozed until %(day)s: %(name)s, %(flag)s.")
        % {"day": f"{until.day} {until:%b}", "name": "%(name)s", "flag": "%(flag)s"},
        now,
        form=form,
    )


@access(CLINICAL, "flag", "resolve", audit=True)
@require_POST
def flag_resolve(request: Any, flag_id: UUID) -> HttpResponse:
    now = timezone.now()
    about = _about(request, flag_id)
    if about.is_red:
        return redirect("red_flag_clear", case_id=about.case_id)
    form = ResolveForm(request.POST, needs_note=about.needs_note)
    if not form.is_valid():
        return _again(request, about, form, _("Resolve"))
    note = form.cleaned_data["note"]
    return _do(
        request,
        about,
        lambda: flags.resolve(flag_id=flag_id, note=note, by=request.membership, now=now),
        _("Resolved: %(name)s, %(flag)s."),
        now,
        form=form,
    )


@access(CLINICAL, "flag", "judge", audit=True)
@require_POST
def flag_useful(request: Any, flag_id: UUID) -> HttpResponse:
    about = _about(request, flag_id)
    form = UsefulForm(request.POST)
    if form.is_valid():
        useful = form.cleaned_data["useful"]
        now = timezone.now()
        flag = flags.mark_useful(flag_id=flag_id, useful=useful, by=request.membership, now=now)
        if request.htmx:
            shown = peek.view(flag, now=now, zone=ZoneInfo(about.time_zone), stage=None, tel="")
            return render(request, "clinic/parts/judge.html", {"flag": shown, "here": came_from(request, "")})
        messages.success(request, _("Thank you, noted."))
    return _back(request, reverse("case", args=[about.case_id]))


@access(CLINICAL, "flag", "acknowledge", audit=True)
@require_POST
def flags_acknowledge(request: Any) -> HttpResponse:
    now = timezone.now()
    form = BulkForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(map(str, form.errors["flag"])))
        return _back(request, reverse("caseload"))
    ticked = [UUID(one) for one in form.cleaned_data["flag"]]
    done = flags.acknowledge_many(flag_ids=ticked, by=request.membership, now=now)
    if done:
        said = ngettext("Acknowledged: %(n)d patient.", "Acknowledged: %(n)d patients.", len(done)) % {
            "n": len(done)
        }
        messages.success(request, said, extra_tags=_remember(request, done, now))
    if left := len(set(ticked)) - len(done):
        said = ngettext("%(n)d was left as it was.", "%(n)d were left as they were.", left) % {"n": left}
        messages.warning(request, said)
    return _back(request, reverse("caseload"))


@access(CLINICAL, "flag", "undo", audit=True)
@require_POST
def flag_undo(request: Any, flag_id: UUID) -> HttpResponse:
    about = _about(request, flag_id)
    kept = request.session.get(UNDO, {})
    key = request.GET.get("key", "")
    if key not in kept:
        messages.warning(request, _("There is nothing left to undo here."))
        return _back(request, reverse("case", args=[about.case_id]))
    told = kept[key]
    try:
        at = datetime.fromisoformat(told["at"])
        flags.undo(acts=told["acts"], at=at, by=request.membership, now=timezone.now())
    except ActRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Undone. Everything is as it was before."))
    request.session[UNDO] = {name: acts for name, acts in kept.items() if name != key}
    return _back(request, reverse("case", args=[about.case_id]))


def _about(request: Any, flag_id: UUID) -> flag_page.About:
    about = flag_page.about(flag_id)
    if about is None:
        raise Http404
    request.accessed_case_id, request.accessed_patient_id = about.case_id, about.patient_id
    return about


def _do(
    request: Any,
    about: flag_page.About,
    act: Callable[[], Act],
    sentence: str,
    now: datetime,
    form: Form | None = None,
) -> HttpResponse:
    """Do it, say it with a way back, and answer with the case's row or the page it came from."""
    try:
        done = act()
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        said = sentence % {"name": about.name, "flag": about.word.lower()}
        messages.success(request, said, extra_tags=_remember(request, [done], now))
    if request.htmx:
        return _row(request, about, now)
    return _back(request, reverse("case", args=[about.case_id]))


def _again(request: Any, about: flag_page.About, form: Form, label: str) -> HttpResponse:
    """The form on a page of its own, with what was typed and what to mend."""
    context = {"about": about, "form": form, "label": label, "here": request.POST.get("next", "")}
    return render(request, "clinic/flag_form.html", context, status=422)


def _row(request: Any, about: flag_page.About, now: datetime) -> HttpResponse:
    """The case as it now stands on the list that the browser shows; nothing when it has left it."""
    address = QueryDict(urlsplit(request.htmx.current_url or "").query)
    shown = filters(address, own_id=request.membership.id)
    found = worklist.load(clinic_id=request.clinic_id, filters=shown, now=now)
    if found.is_empty:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "list": found,
        "row": found.row(about.case_id),
        "here": f"{reverse('caseload')}?{shown.query()}",
    }
    return render(request, "clinic/flag_done.html", context)


def _remember(request: Any, done: Iterable[Act], now: datetime) -> str:
    """The address that takes it back; empty when nothing changed or it cannot be taken back."""
    acts = flags.remember(done)
    if not acts:
        return ""
    key = uuid.uuid4().hex
    kept = dict(list(request.session.get(UNDO, {}).items())[-(KEPT - 1) :])
    request.session[UNDO] = kept | {key: {"at": now.isoformat(), "acts": acts}}
    back = came_from(request, "")
    query = urlencode({"key": key} | ({"next": back} if back else {}))
    return f"{reverse('flag_undo', args=[acts[0]['flag']])}?{query}"


def _back(request: Any, otherwise: str) -> HttpResponse:
    return redirect(came_from(request, otherwise))
