"""Runner and clinic write to each other. A notice by e-mail says that something waits, never what."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.actions.outbox import unwritten
from patients.actions.physio_acts import PHYSIOS, ActRefused
from patients.emails import Mail
from patients.models import Case, Membership, OutboxMail, Role
from rehab import emails
from rehab.actions.outbox import Compose, Skipped
from rehab.models import Message, MessageSettled, MessageTemplate
from rehab.models.message import Sender
from rehab.queries import messages as threads
from rehab.queries.weekly import address_of

TO_CLINIC, TO_RUNNER = "MESSAGE_TO_CLINIC", "MESSAGE_TO_RUNNER"  # kinds of mail


@transaction.atomic
def write(*, case: Case, id: UUID, text: str, by: Membership, now: datetime) -> Message:
    """The message; the one already there when the same form comes again.

    The other side gets one mail for what waits unread, however many messages that is. ActRefused when there
    is nothing to send; Case.DoesNotExist for whoever is neither the case's runner nor a physio of its clinic.
    """
    sender = _sender(case, by)
    known = Message.objects.for_case(case.pk).filter(pk=id).first()
    if known is not None:
        return known
    if not text.strip():
        raise ActRefused("Write the message before you send it.", "text")
    message = Message.objects.create(**_row(case), id=id, sender=sender, by=by, at=now, text=text.strip())
    if sender is Sender.RUNNER:
        _notify(TO_CLINIC, threads.waiting_since(case.pk), case.clinician, now)
    else:
        runner = threads.runner_of(case)
        if runner is not None:
            _notify(TO_RUNNER, threads.unread_since(case.patient_id, case.pk), runner, now)
    return message


@transaction.atomic
def settle(*, case: Case, up_to: datetime, by: Membership, now: datetime) -> MessageSettled:
    """What the runner wrote by `up_to` waits no longer; anything later still does."""
    if by.clinic_id != case.clinic_id or by.role not in PHYSIOS:
        raise Case.DoesNotExist
    return MessageSettled.objects.create(**_row(case), by=by, at=now, up_to=min(up_to, now))


@transaction.atomic
def keep_template(
    *, by: Membership, title: str, text: str, template_id: UUID | None = None
) -> MessageTemplate:
    """A new template, or the changed one. ActRefused for a title that is taken."""
    mine = MessageTemplate.objects.filter(clinic_id=by.clinic_id)
    same = mine.filter(title__iexact=title.strip())
    if (same.exclude(pk=template_id) if template_id else same).exists():
        raise ActRefused("There is a template with that title already.", "title")
    template = mine.get(pk=template_id) if template_id else MessageTemplate(clinic_id=by.clinic_id)
    template.title, template.text = title.strip(), text.strip()
    template.save()
    return template


@transaction.atomic
def drop_template(*, by: Membership, template_id: UUID) -> None:
    """MessageTemplate.DoesNotExist for another clinic's."""
    MessageTemplate.objects.get(clinic_id=by.clinic_id, pk=template_id).delete()


def _sender(case: Case, by: Membership) -> Sender:
    if by.clinic_id == case.clinic_id:
        if by.role == Role.PATIENT and by.patient_id == case.patient_id:
            return Sender.RUNNER
        if by.role in PHYSIOS:
            return Sender.CLINIC
    raise Case.DoesNotExist


def _row(case: Case) -> dict[str, UUID]:
    return {"clinic_id": case.clinic_id, "patient_id": case.patient_id, "case_id": case.pk}


def _notify(kind: str, first: Message | None, to: Membership, now: datetime) -> None:
    """One mail for a row of unread messages: its key is the first of them."""
    if first is None:
        return
    mail = unwritten(to=to, kind=kind, key=f"{kind.lower()}:{first.pk}", now=now)
    OutboxMail.objects.bulk_create([mail], ignore_conflicts=True)


def _compose_to_clinic(mail: OutboxMail, now: datetime) -> Mail:
    first = Message.objects.select_related("patient").get(pk=mail.dedupe_key.split(":")[1])
    if threads.waiting_since(first.case_id) is None:
        raise Skipped("READ")
    mail.to_address = _address(mail)
    return emails.message_to_clinic(case_id=first.case_id, number=first.patient.number)


def _compose_to_runner(mail: OutboxMail, now: datetime) -> Mail:
    first = Message.objects.select_related("clinic", "patient").get(pk=mail.dedupe_key.split(":")[1])
    if threads.unread_since(first.patient_id, first.case_id) is None:
        raise Skipped("READ")
    mail.to_address = _address(mail)
    return emails.message_to_runner(clinic=first.clinic, language=first.patient.language)


def _address(mail: OutboxMail) -> str:
    address = address_of(mail.recipient_membership_id) if mail.recipient_membership_id else ""
    if not address:
        raise Skipped("NOT_ACTIVE")
    return address


COMPOSERS: Mapping[str, Compose] = {TO_CLINIC: _compose_to_clinic, TO_RUNNER: _compose_to_runner}
