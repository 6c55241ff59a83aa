"""Who works at the clinic, and as what. An owner's acts; the clinic never loses its last owner."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from patients import emails
from patients.actions import memberships, outbox, sessions
from patients.actions.memberships import MembershipRefused
from patients.models import Membership, Role, StaffInvitation, User
from patients.queries import memberships as queries
from patients.queries.invitations import token_hash

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite(*, email: str, display_name: str, role: Role, by: Membership, now: datetime) -> Membership:
    """A place at the clinic and a mail about it. The account gets its password from its owner alone.

    MembershipRefused when somebody here uses the address already, or `by` is no owner.
    """
    _owner(by)
    member = memberships.add_without_password(
        clinic=by.clinic, email=email, display_name=display_name.strip(), role=role, now=now
    )
    send(member=member, by=by, now=now)
    return member


@transaction.atomic
def send(*, member: Membership, by: Membership, now: datetime) -> StaffInvitation:
    """A new invitation, which ends the ones before it."""
    _owner(by)
    member = _held(member, by)
    if not member.is_active:
        raise MembershipRefused("They no longer work here. Let them in again first.")
    revoke(member=member, by=by, now=now)
    token = secrets.token_urlsafe(24)
    invitation = StaffInvitation.objects.create(
        clinic_id=by.clinic_id,
        membership=member,
        token_hash=token_hash(token),
        created_by=by,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    mail = emails.staff_invitation(
        clinic_name=by.clinic.name,
        name=member.display_name,
        address=settings.BASE_URL + reverse("staff_invitation", args=[token]),
        expires_at=invitation.expires_at,
    )
    outbox.post(
        mail=mail, to=member, address=member.user.email, kind="STAFF_INVITATION", about=invitation.id, now=now
    )
    return invitation


@transaction.atomic
def revoke(*, member: Membership, by: Membership, now: datetime) -> int:
    """End what has not been used. Answers how many that were."""
    _owner(by)
    open_ones = StaffInvitation.objects.open(now).filter(membership=member, created_at__lt=now)
    return open_ones.update(expires_at=now)


@transaction.atomic
def accept(*, invitation: StaffInvitation, user: User, password: str, now: datetime) -> None:
    """The account's first password. ValidationError for a weak one, MembershipRefused when it has one."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise MembershipRefused("This account has a password already. Sign in with it.")
    _choose(user, password)
    StaffInvitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(accepted_at=now)


@transaction.atomic
def change_password(*, user: User, current: str, password: str, session_key: str) -> None:
    """Another password; everywhere else they are signed out. ValidationError names the field at fault."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.check_password(current):
        raise ValidationError({"current": _("That is not the password of this account.")})
    try:
        _choose(user, password)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from None
    sessions.end_others(user_id=user.pk, current_key=session_key)


@transaction.atomic
def reset_password(*, user: User, password: str) -> None:
    """Another password for one that was forgotten; they are signed out everywhere.

    For whoever has shown that they read the account's mail: the second factor is asked for as before.
    ValidationError for a weak one, MembershipRefused when they work at no clinic any more.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or not user.has_usable_password() or not queries.is_staff(user.pk):
        raise MembershipRefused("This account has no password to forget. Ask the owner of your clinic.")
    _choose(user, password)
    sessions.end_others(user_id=user.pk, current_key="")


@transaction.atomic
def change(
    *,
    member: Membership,
    display_name: str,
    role: Role,
    is_active: bool,
    by: Membership,
    now: datetime,
    team: str = "",
) -> Membership:
    """Another name, role, or leaving and coming back. Whoever leaves is signed out at once.

    MembershipRefused when the clinic would be left without an owner, or cases without their physiotherapist.
    """
    _owner(by)
    member = _held(member, by)
    if role == Role.PATIENT:
        raise MembershipRefused("Patients are added with their case.")
    stays_owner = is_active and role == Role.OWNER
    if member.role == Role.OWNER and member.is_active and not stays_owner and not _other_owner(member):
        raise MembershipRefused("The clinic needs an owner. Make somebody else owner first.")
    treats = is_active and role in (Role.OWNER, Role.CLINICIAN)
    if not treats and (count := member.cases.exclude(status="CLOSED").count()):
        raise MembershipRefused(f"They still look after {count} open case(s). Hand those over first.")
    member.display_name, member.role, member.is_active = display_name.strip(), role, is_active
    member.team = " ".join(team.split())
    member.save(update_fields=["display_name", "role", "is_active", "team"])
    if not is_active:
        sessions.end_others(user_id=member.user_id, current_key="")
        revoke(member=member, by=by, now=now)
    return member


def _choose(user: User, password: str) -> None:
    """ValidationError for a weak one."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def _owner(by: Membership) -> None:
    if by.role != Role.OWNER or not by.is_active:
        raise MembershipRefused("Only an owner of the clinic may do that.")


def _held(member: Membership, by: Membership) -> Membership:
    """As it is now, with every owner of the clinic locked, so that two cannot leave at once."""
    owners = Membership.objects.filter(clinic_id=by.clinic_id, role=Role.OWNER).order_by("id")
    list(owners.select_for_update(no_key=True).values_list("id", flat=True))
    return Membership.objects.staff().get(clinic_id=by.clinic_id, pk=member.pk)


def _other_owner(member: Membership) -> bool:
    owners = Membership.objects.active().filter(clinic_id=member.clinic_id, role=Role.OWNER)
    return owners.exclude(pk=member.pk).exists()
