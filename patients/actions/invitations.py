"""Invites a patient to the portal. The link in the mail offers a code; it signs nobody in."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from patients import emails
from patients.actions import outbox
from patients.models import Invitation, Membership, Patient, Role, User
from patients.queries.invitations import token_hash
from physio.web.tenancy import tenant

VALID_FOR = timedelta(days=14)


class InvitationRefused(ValueError):
    """Says in a sentence why nobody can be invited."""


@transaction.atomic
def send(*, patient: Patient, membership: Membership, by: Membership, now: datetime) -> Invitation:
    """A new invitation to the patient's address, which ends the ones before it."""
    person, clinic = patient.person, by.clinic
    if person is None:
        raise InvitationRefused("This patient's personal details were erased, so nobody can be invited.")
    Invitation.objects.open(now).filter(patient=patient, created_at__lt=now).update(expires_at=now)
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        token_hash=token_hash(token),
        created_by=by,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    mail = emails.invitation(
        clinic_name=clinic.name,
        given_name=person.given_name,
        address=settings.BASE_URL + reverse("invitation", args=[token]),
        expires_at=invitation.expires_at,
        phone=clinic.phone,
    )
    outbox.post(
        mail=mail, to=membership, address=person.email, kind="INVITATION", about=invitation.id, now=now
    )
    patient.invited_at = now
    patient.save(update_fields=["invited_at"])
    return invitation


@transaction.atomic
def accept(*, user: User, now: datetime) -> None:
    """The patient has signed in: their open invitations are used up, in every clinic. Again: does nothing."""
    memberships = Membership.objects.active().for_user(user.pk).filter(role=Role.PATIENT)
    for membership in memberships.order_by("id"):
        with tenant(
            clinic_id=membership.clinic_id,
            actor=user.pk,
            patient_id=membership.patient_id,
            role=membership.role,
        ):
            patient = membership.patient
            Invitation.objects.filter(patient=patient, accepted_at__isnull=True).update(accepted_at=now)
            if patient is not None and patient.joined_at is None:
                patient.joined_at = now
                patient.save(update_fields=["joined_at"])
