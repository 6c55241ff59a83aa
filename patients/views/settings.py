"""The owner's pages about the clinic: what runners read of it, how it decides, who works there."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from patients.actions import clinics, staff
from patients.actions.memberships import MembershipRefused
from patients.forms.clinic import ChangePasswordForm, ClinicForm, FirstPasswordForm, MemberForm, StaffForm
from patients.models import Membership
from patients.queries import erasures, kept
from patients.queries import staff as members
from physio.web.routes import ANONYMOUS, OWNER, STAFF, access
from physio.web.tenancy import tenant

FORMS = ["GET", "HEAD", "POST"]


@access(OWNER, "clinic", "change", audit=True)
@require_http_methods(FORMS)
@reauthentication_required(app="allauth.mfa")
def clinic_settings(request: Any) -> HttpResponse:
    clinic = request.membership.clinic
    form = ClinicForm(request.POST if request.method == "POST" else None, instance=clinic)
    if form.is_valid():
        clinics.change(clinic=clinic, by=request.membership, values=form.cleaned_data, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("clinic_settings")
    return _form(request, "settings/clinic.html", form)


@access(OWNER, "membership", "read", audit=True)
@require_GET
def member_list(request: Any) -> HttpResponse:
    found = members.members(request.clinic_id, timezone.now())
    wishes = erasures.count_waiting()
    return render(request, "settings/members.html", {"members": found, "wishes": wishes})


@access(OWNER, "patient", "read past records", audit=True)
@require_GET
def past_records(request: Any) -> HttpResponse:
    found = kept.records(clinic_id=request.clinic_id, now=timezone.now())
    return render(request, "settings/records.html", {"records": found})


@access(OWNER, "membership", "create", audit=True)
@require_http_methods(FORMS)
@reauthentication_required(app="allauth.mfa")
def member_new(request: Any) -> HttpResponse:
    form = StaffForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            staff.invite(by=request.membership, now=timezone.now(), **form.cleaned_data)
        except MembershipRefused as refused:
            form.add_error("email", str(refused))
        else:
            told = {"address": form.cleaned_data["email"]}
            messages.success(request, _("The invitation is on its way to %(address)s.") % told)
            return redirect("members")
    return _form(request, "settings/member_new.html", form)


@access(OWNER, "membership", "change", audit=True)
@require_http_methods(FORMS)
@reauthentication_required(app="allauth.mfa")
def member_change(request: Any, staff_id: UUID) -> HttpResponse:
    member = _member(request, staff_id)
    said = {
        "display_name": member.display_name,
        "role": member.role,
        "team": member.team,
        "is_active": member.is_active,
    }
    form = MemberForm(request.POST if request.method == "POST" else None, initial=said)
    if form.is_valid():
        try:
            staff.change(member=member, by=request.membership, now=timezone.now(), **form.cleaned_data)
        except MembershipRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("members")
    return _form(request, "settings/member.html", form, member=member)


@access(OWNER, "membership", "invite", audit=True)
@require_POST
@reauthentication_required(app="allauth.mfa")
def member_invite(request: Any, staff_id: UUID) -> HttpResponse:
    """Send the invitation again, or (`revoke`) end the one that waits."""
    member, now = _member(request, staff_id), timezone.now()
    try:
        if "revoke" in request.POST:
            staff.revoke(member=member, by=request.membership, now=now)
            messages.success(request, _("The invitation no longer works."))
        else:
            staff.send(member=member, by=request.membership, now=now)
            messages.success(request, _("A new invitation is on its way; the one before no longer works."))
    except MembershipRefused as refused:
        messages.error(request, str(refused))
    return redirect("members")


@access(STAFF, "password", "change")
@require_http_methods(FORMS)
@reauthentication_required(app="allauth.mfa")
def password_change(request: Any) -> HttpResponse:
    """One's own. This browser stays signed in, the others do not."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            key = request.session.session_key or ""
            staff.change_password(user=request.user, session_key=key, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Password changed. Everywhere else you are signed out."))
            return redirect("sessions")
    return _form(request, "settings/password.html", form)


@access(ANONYMOUS, "invitation", "accept", before_second_factor=True)
@require_http_methods(FORMS)
def staff_invitation(request: Any, token: str) -> HttpResponse:
    """Choose the first password. It signs nobody in: the sign-in page and the second factor come next."""
    now = timezone.now()
    found = members.by_token(token=token, now=now)
    if found is None:
        raise Http404
    form = FirstPasswordForm(request.POST if request.method == "POST" else None)
    if found.state == "OPEN" and not found.has_password and form.is_valid():
        try:
            with tenant(clinic_id=found.clinic_id, actor=found.user.pk):
                staff.accept(
                    invitation=found.invitation,
                    user=found.user,
                    password=form.cleaned_data["password"],
                    now=now,
                )
        except ValidationError as weak:
            form.add_error("password", weak)
        else:
            messages.success(request, _("Password saved. Sign in with it; then set up your second factor."))
            return redirect("account_login")
    return _form(request, "settings/staff_invitation.html", form, invited=found)


def _member(request: Any, staff_id: UUID) -> Membership:
    try:
        return members.member(request.clinic_id, staff_id)
    except Membership.DoesNotExist:
        raise Http404 from None


def _form(request: Any, template: str, form: Any, **context: Any) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)
