"""How a runner is reached, and whether they may sign in. No act of treatment: reception may do it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from patients import emails
from patients.actions import invitations, memberships, outbox, sessions
from patients.models import Invitation, Membership, Patient, Person, Role, uuid7


class ContactRefused(ValueError):
    """Says in a sentence why it cannot be changed so."""


@transaction.atomic
def change(
    *,
    patient: Patient,
    given_name: str,
    family_name: str,
    phone: str,
    language: str,
    by: Membership,
) -> None:
    """Names, phone, language; `change_email` has the address.

    Patient.DoesNotExist for whoever is no staff of the clinic, and when the personal details were erased.
    """
    patient, person = _held(patient, by)
    person.given_name, person.family_name = given_name.strip(), family_name.strip()
    person.phone = phone.strip()
    person.save(update_fields=["given_name", "family_name", "phone"])
    patient.language = language
    patient.save(update_fields=["language"])


@transaction.atomic
def change_email(*, patient: Patient, email: str, by: Membership, now: datetime) -> None:
    """The runner's place goes to the account of the new address; the old one is out, and is told.

    The account itself is not renamed: it may have a place at another clinic, which is not ours to give away.
    The same address again does nothing. ContactRefused for one that somebody here uses already.
    """
    patient, person = _held(patient, by)
    old, address = person.email, email.strip().lower()
    if address == old.lower():
        return
    if Patient.objects.exclude(pk=patient.pk).filter(person__email__iexact=address).exists():
        raise ContactRefused("Another patient of the clinic uses this e-mail address.")
    person.email = address
    person.save(update_fields=["email"])
    member = _last_place(patient)
    if member is None:
        return
    reader = member.user_id
    try:
        memberships.hand_to(membership=member, email=address, now=now)
    except memberships.MembershipRefused as refused:
        raise ContactRefused(str(refused)) from refused
    sessions.end_others(user_id=reader, current_key="")
    if old:
        mail = emails.address_changed(clinic_name=by.clinic.name, phone=by.clinic.phone)
        outbox.post(mail=mail, to=member, address=old, kind="ADDRESS_CHANGED", about=uuid7(), now=now)
    if member.is_active:
        invitations.send(patient=patient, membership=member, by=by, now=now)


@transaction.atomic
def close_portal(*, patient: Patient, by: Membership, now: datetime) -> None:
    """Signed out at once, and no way in until it is opened again; the record stays. Twice does nothing."""
    patient, _ = _held(patient, by)
    member = _last_place(patient)
    if member is None or not member.is_active:
        return
    member.is_active = False
    member.save(update_fields=["is_active"])
    sessions.end_others(user_id=member.user_id, current_key="")
    Invitation.objects.open(now).filter(patient=patient).update(expires_at=now)


@transaction.atomic
def open_portal(*, patient: Patient, by: Membership, now: datetime) -> None:
    """The way in, with a new invitation to the address of now. Twice does nothing."""
    patient, _ = _held(patient, by)
    member = _last_place(patient)
    if member is None:
        raise ContactRefused("There is no account. Add the patient again with an e-mail address.")
    if member.is_active:
        return
    member.is_active = True
    member.save(update_fields=["is_active"])
    invitations.send(patient=patient, membership=member, by=by, now=now)


def _held(patient: Patient, by: Membership) -> tuple[Patient, Person]:
    if by.clinic_id != patient.clinic_id or by.role == Role.PATIENT or not by.is_active:
        raise Patient.DoesNotExist
    rows: Any = Patient.objects.known().select_for_update(no_key=True, of=("self",))
    found = rows.select_related("person").get(pk=patient.pk)
    return found, found.person


def _last_place(patient: Patient) -> Membership | None:
    """The one that is active, where there were several."""
    places = Membership.objects.select_related("user").filter(clinic_id=patient.clinic_id, patient=patient)
    return places.order_by("-is_active", "-id").first()
