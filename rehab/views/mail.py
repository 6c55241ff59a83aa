"""The weekly mail: stopping it with one click, choosing when it comes, seeing what it would say."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from patients.emails import Mail
from physio.web.htmx import page
from physio.web.routes import ANONYMOUS, CLINICAL, PATIENT, access
from rehab import emails
from rehab.actions import weekly as weekly_mail
from rehab.forms.weekly import WeeklyForm
from rehab.queries import stop_tokens, weekly, weekly_caseload


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


NO_CASE = gettext_lazy("No mail: you have no open case.")
SILENCES = {
    weekly.Silence.NO_CASE: NO_CASE,
    weekly.Silence.NOT_JOINED: gettext_lazy("No mail yet: it starts when you have signed in."),
    weekly.Silence.CONSENT_WITHDRAWN: gettext_lazy("No mail: you took your consent back."),
    weekly.Silence.SUSPENDED: gettext_lazy("No mail for now: your physiotherapist has to look first."),
    weekly.Silence.INACTIVE: gettext_lazy("No mail for now: it starts again when you log again."),
    weekly.Silence.NOTHING_TO_SAY: gettext_lazy("No mail yet: there is no plan."),
}


@access(CLINICAL | PATIENT, "weekly mail", "change", audit=True)
@require_http_methods(["GET", "HEAD", "POST"])
def weekly_settings(request: Any) -> HttpResponse:
    now, member = timezone.now(), request.membership
    chosen = {
        "wanted": not member.summary_opt_out,
        "weekday": member.summary_weekday,
        "hour": member.summary_hour,
        "time_zone": member.summary_time_zone,
    }
    form = WeeklyForm(request.POST or None, usual=weekly.usual_zone(member), initial=chosen)
    if request.method == "POST" and form.is_valid():
        weekly_mail.choose(membership=member, **form.cleaned_data, now=now)
        messages.success(request, _("Saved."))
        return redirect("weekly_settings")
    mail, silence = _would_say(member, now)
    due = None if member.summary_opt_out else member.summary_due_at or weekly_mail.next_for(member, now)
    context = {
        "base": "base_portal.html" if request.patient_id else "base_clinic.html",
        "form": form,
        "mail": mail,
        "silence": silence,
        "next": f"{due.astimezone(weekly.zone_of(member)):%A %d %B, %H:%M}" if due else "",
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "mail/weekly_settings.html", context, status=status)


@access(CLINICAL | PATIENT, "weekly mail", "send", audit=True)
@require_POST
def weekly_send(request: Any) -> HttpResponse:
    now = timezone.now()
    mail, silence = _would_say(request.membership, now)
    if mail is None:
        messages.warning(request, silence)
    else:
        weekly_mail.send_now(membership=request.membership, now=now)
        messages.success(request, _("The mail is on its way."))
    return redirect("weekly_settings")


def _would_say(member: Any, now: datetime) -> tuple[Mail | None, str]:
    """The mail as it would go out now, or why there is none."""
    if member.patient_id is None:
        caseload = weekly_caseload.caseload_week(membership_id=member.id, now=now)
        return (emails.caseload_week(caseload), "") if caseload is not None else (None, str(NO_CASE))
    diary = weekly.diary_week(membership_id=member.id, now=now)
    if isinstance(diary, weekly.Silence):
        return None, str(SILENCES[diary])
    return emails.diary_week(diary), ""
