"""Gives people their place in a clinic."""

from datetime import datetime

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from patients.models import Clinic, Membership, Patient, Role, User


class MembershipRefused(ValueError):
    """Says in a sentence why the person cannot be given this place."""


@transaction.atomic
def add_staff(
    *,
    clinic: Clinic,
    email: str,
    display_name: str,
    role: Role,
    password: str,
    now: datetime,
    by: Membership | None = None,
    totp_secret: str | None = None,
) -> Membership:
    """`by` is None for a clinic's first member. Without `totp_secret` (base 32) they set up a second factor
    when they first sign in. Raises MembershipRefused, or ValidationError for a weak password."""
    if role == Role.PATIENT:
        raise MembershipRefused("Patients are added with their case.")
    if by is not None and (by.clinic_id != clinic.id or by.role != Role.OWNER):
        raise MembershipRefused("Only an owner of the clinic may add staff.")
    user = _account(email, now)
    if not user.has_usable_password():
        validate_password(password)
        user.set_password(password)
        user.save(update_fields=["password"])
    if totp_secret is not None:
        TOTP.activate(user, totp_secret)
    return _join(user, clinic, role=role, display_name=display_name)


@transaction.atomic
def add_patient(*, patient: Patient, email: str, by: Membership, now: datetime) -> Membership:
    """The account signs in by typed codes only. The place carries the number, never the name: it is not
    protected by the clinic's policy. Raises MembershipRefused."""
    if patient.clinic_id != by.clinic_id:
        raise MembershipRefused("This patient belongs to another clinic.")
    return _join(
        _account(email, now),
        by.clinic,
        role=Role.PATIENT,
        display_name=f"Patient {patient.number}",
        patient=patient,
    )


@transaction.atomic
def add_without_password(
    *, clinic: Clinic, email: str, display_name: str, role: Role, now: datetime
) -> Membership:
    """Staff whose password is theirs to choose (`patients.actions.staff`). Raises MembershipRefused."""
    if role == Role.PATIENT:
        raise MembershipRefused("Patients are added with their case.")
    return _join(_account(email, now), clinic, role=role, display_name=display_name)


@transaction.atomic
def hand_to(*, membership: Membership, email: str, now: datetime) -> None:
    """A patient's place goes to the account of another address. MembershipRefused when it is here already."""
    if membership.role != Role.PATIENT:
        raise MembershipRefused("Staff change their own address.")
    user = _account(email, now)
    others = Membership.objects.for_user(user.pk).filter(clinic_id=membership.clinic_id)
    if others.exclude(pk=membership.pk).exists():
        raise MembershipRefused("Somebody in this clinic already uses that e-mail address.")
    membership.user = user
    membership.save(update_fields=["user"])


def _account(email: str, now: datetime) -> User:
    """The one account of this address, whichever clinic made it first."""
    address = email.strip().lower()
    try:
        with transaction.atomic():
            return User.objects.create_user(address, date_joined=now)
    except IntegrityError:
        return User.objects.get(email=address)


def _join(
    user: User, clinic: Clinic, *, role: Role, display_name: str, patient: Patient | None = None
) -> Membership:
    if Membership.objects.for_user(user.pk).filter(clinic=clinic).exists():
        raise MembershipRefused("Somebody in this clinic already uses that e-mail address.")
    return Membership.objects.create(
        user=user, clinic=clinic, role=role, display_name=display_name, patient=patient
    )
