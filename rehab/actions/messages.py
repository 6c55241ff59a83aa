"""Runner and clinic write to each other. A notice by e-mail says that something waits, never what."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.actions.again import row_of
from patients.actions.outbox import unwritten
from patients.actions.physio_acts import PHYSIOS, ActRefused
from patients.emails import Mail
from patients.models import Case, Membership, OutboxMail, Role
from patients.queries import consents
from rehab import emails
from rehab.actions.mail_writing import Compose, Skipped
from rehab.models import Message, MessageSettled, MessageTemplate, MessageWithdrawn
from rehab.models.message import Sender
from rehab.queries import messages as threads
from rehab.queries import telling
from rehab.queries.weekly import address_of

TO_CLINIC, TO_RUNNER = "MESSAGE_TO_CLINIC", "MESSAGE_TO_RUNNER"  # kinds of mail
ALARMING = "MESSAGE_ALARMING"  # words in it can mean something urgent


@transaction.atomic
def write(*, case: Case, id: UUID, text: str, by: Membership, now: datetime) -> Message:
    """The message; the one already there when the same form comes again with the same words.

    The other side gets one mail for what waits unread, however many messages that is. ActRefused when there
    is nothing to send; Case.DoesNotExist for whoever is neither the case's runner nor a physio of its clinic.
    """
    sender = _sender(case, by)
    Case.objects.locked().get(pk=case.pk)  # two presses: one row
    id, known = row_of(Message.objects.for_case(case.pk), id, text.strip(), lambda row: row.text)
    if known is not None:
        return known
    if consents.of(case.patient_id).is_withdrawn:
        raise ActRefused(
            "The runner took their consent back, so no message reaches them here. Phone them.", "text"
        )
    if not text.strip():
        raise ActRefused("Write the message before you send it.", "text")
    message = Message.objects.create(**_row(case), id=id, sender=sender, by=by, at=now, text=text.strip())
    if sender is Sender.RUNNER:
        _notify(TO_CLINIC, threads.waiting_since(case.pk), case.clinician, now)
        if threads.alarms(message.text):
            _alarm(message, case, now)
    else:
        runner = threads.runner_of(case)
        if runner is not None:
            _notify(TO_RUNNER, threads.unread_since(case.patient_id, case.pk), runner, now)
    return message


@transaction.atomic
def withdraw(*, case: Case, message_id: UUID, by: Membership, now: datetime) -> MessageWithdrawn:
    """Taken back by its own side before the other has read it; twice is once.

    Message.DoesNotExist for the other side's. ActRefused once it was read.
    """
    sender = _sender(case, by)
    Case.objects.locked().get(pk=case.pk)  # two presses: one row
    message = Message.objects.for_case(case.pk).get(pk=message_id, sender=sender)
    known = MessageWithdrawn.objects.for_case(case.pk).filter(message=message).first()
    if known is not None:
        return known
    read_at = threads.read_by_clinic(case) if sender is Sender.RUNNER else threads.read_by_runner(case)
    if message.at <= read_at:
        raise ActRefused("It has been read already. Write another message to set it right.")
    return MessageWithdrawn.objects.create(**_row(case), message=message, by=by, at=now)


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


def _alarm(message: Message, case: Case, now: datetime) -> None:
    """A mail of its own, at once, to whoever looks after the case; to the others when nobody does."""
    mails = [
        unwritten(
            to=one, kind=ALARMING, key=f"{ALARMING.lower()}:{message.pk}:{one.pk}", now=now, urgent=True
        )
        for one in telling.listeners(case)
    ]
    OutboxMail.objects.bulk_create(mails, ignore_conflicts=True)


def _compose_alarming(mail: OutboxMail, now: datetime) -> Mail:
    """Also when the runner took it back: they wrote it."""
    message = Message.objects.select_related("patient").get(pk=mail.dedupe_key.split(":")[1])
    if _answered(message):
        raise Skipped("READ")
    mail.to_address = _address(mail)
    return emails.message_alarming(case_id=message.case_id, number=message.patient.number)


def _answered(message: Message) -> bool:
    answers = Message.objects.for_case(message.case_id).from_clinic().standing().filter(at__gt=message.at)
    settled = MessageSettled.objects.for_case(message.case_id).filter(up_to__gte=message.at)
    return answers.exists() or settled.exists()


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


COMPOSERS: Mapping[str, Compose] = {
    TO_CLINIC: _compose_to_clinic,
    TO_RUNNER: _compose_to_runner,
    ALARMING: _compose_alarming,
}
