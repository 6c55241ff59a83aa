"""Reminders of what is not logged yet: due rows, an outbox, and a last look at the moment of sending."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings as project
from django.db import transaction

from patients.emails import Mail
from patients.models import Membership, OutboxMail, Role
from physio.web.tenancy import tenant
from rehab import emails
from rehab.actions import heartbeats
from rehab.actions.mail_leases import ACTOR
from rehab.actions.mail_writing import Compose, Skipped
from rehab.clinical import reminders as times
from rehab.clinical.reminders import Moment, ReminderKind
from rehab.models import PushSubscription, ReminderSettings, Run
from rehab.queries import due, reminders, weekly
from rehab.queries.reminders import Reminder, Silence

BY_MAIL, BY_PUSH = "REMINDER", "REMINDER_PUSH"  # kinds in the outbox
BATCH = 500
HEARTBEAT = "reminders"
LOOK_BACK = timedelta(days=2)  # a run longer ago is reminded of no more
NAMESPACE = UUID("0e2b3c4e-3f5f-4a0b-9b57-3f4c2a1d9b60")  # only to make equal keys give equal Message-IDs


def prepare(*, now: datetime) -> int:
    """Put the reminders that are due into the outbox and set when to look again. Returns how many runners."""
    looked_at = 0
    while found := due.reminders(now=now, wanted=BATCH):
        before = looked_at
        for clinic_id, member_ids in due.in_batches(found, BATCH):
            with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
                _give_settings(member_ids, now)
                looked_at += _prepare_clinic(member_ids, now)
        if looked_at == before:  # all of them are in other hands
            break
    heartbeats.beat(name=HEARTBEAT, now=now, detail={"looked_at": looked_at})
    return looked_at


def _give_settings(member_ids: list[UUID], now: datetime) -> None:
    """The usual ones, for whoever has none; their first look is right now."""
    known = ReminderSettings.objects.filter(membership_id__in=member_ids).values("membership_id")
    new = Membership.objects.filter(id__in=member_ids, is_active=True, role=Role.PATIENT).exclude(
        id__in=known
    )
    ReminderSettings.objects.bulk_create(
        [_usual(member, now) for member in new.order_by("id")], ignore_conflicts=True
    )


def _usual(member: Membership, now: datetime) -> ReminderSettings:
    return ReminderSettings(
        clinic_id=member.clinic_id, membership=member, patient_id=str(member.patient_id), next_reminder_at=now
    )


def _prepare_clinic(member_ids: list[UUID], now: datetime) -> int:
    """The next look is set in the same transaction, so that nobody is asked twice or forgotten."""
    waiting = ReminderSettings.objects.filter(membership_id__in=member_ids, next_reminder_at__lte=now)
    rows = list(
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("membership", "patient")
        .order_by("id")
    )
    ends = _last_run_ends((row.patient_id for row in rows), now)
    browsers: dict[UUID, list[UUID]] = {}
    for member_id, one in PushSubscription.objects.filter(
        membership_id__in=[row.membership_id for row in rows if row.by_push]
    ).values_list("membership_id", "id"):
        browsers.setdefault(member_id, []).append(one)
    mails = []
    for row in rows:
        wishes, zone, end = reminders.wishes(row), ZoneInfo(row.patient.time_zone), ends.get(row.patient_id)
        if row.membership.is_active and not _paused(row, now, zone):
            for moment in times.due(now, wishes, zone, end):
                mails += _mails(row, moment, browsers.get(row.membership_id, ()), now)
        row.next_reminder_at = times.next_look(now, wishes, zone, end) if row.membership.is_active else None
    OutboxMail.objects.bulk_create(mails, ignore_conflicts=True)
    ReminderSettings.objects.bulk_update(rows, ("next_reminder_at",))
    return len(rows)


def _paused(row: ReminderSettings, now: datetime, zone: ZoneInfo) -> bool:
    return row.paused_until is not None and now.astimezone(zone).date() < row.paused_until


def _last_run_ends(patient_ids: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    runs = Run.objects.current().filter(
        patient_id__in=list(patient_ids), occurred_at__gt=now - LOOK_BACK, occurred_at__lte=now
    )
    return dict(runs.order_by("occurred_at", "id").values_list("patient_id", "occurred_at"))


def _mails(
    row: ReminderSettings, moment: Moment, browsers: Iterable[UUID], now: datetime
) -> list[OutboxMail]:
    """Empty: each is written when it is sent, if it is still wanted then."""
    about = f"reminder:{row.membership_id}:{moment.kind}:{moment.day}"
    found = []
    if row.by_mail:
        headers = emails.reminder_stop_headers(row.membership_id)
        found.append(_mail(row, BY_MAIL, f"{about}:mail", headers, now))
    if row.by_push:
        found += [_mail(row, BY_PUSH, f"{about}:{browser}", {}, now) for browser in browsers]
    return found


def _mail(row: ReminderSettings, kind: str, key: str, headers: dict[str, str], now: datetime) -> OutboxMail:
    return OutboxMail(
        clinic_id=row.clinic_id,
        kind=kind,
        dedupe_key=key,
        recipient_membership_id=row.membership_id,
        to_address="",
        subject="",
        text="",
        headers=headers,
        message_id=f"<{uuid5(NAMESPACE, key)}@{urlsplit(project.BASE_URL).hostname}>",
        next_attempt_at=now,
        created_at=now,
    )


def _compose_mail(mail: OutboxMail, now: datetime) -> Mail:
    reminder = _still_wanted(mail, now)
    address = weekly.address_of(reminder.membership_id)
    if not address:
        raise Skipped(Silence.NOT_ACTIVE)
    mail.to_address = address
    return emails.reminder(reminder)


def _compose_push(mail: OutboxMail, now: datetime) -> Mail:
    return emails.reminder_push(_still_wanted(mail, now))


def _still_wanted(mail: OutboxMail, now: datetime) -> Reminder:
    """The last look: what was answered, stopped or put on hold since is not sent."""
    kind = ReminderKind(mail.dedupe_key.split(":")[2])
    if now >= mail.created_at + times.STILL_WORTH:
        raise Skipped(Silence.OUT_OF_DATE)
    found = reminders.still_wanted(
        membership_id=UUID(str(mail.recipient_membership_id)),
        kind=kind,
        by_push=mail.kind == BY_PUSH,
        now=now,
    )
    if isinstance(found, Silence):
        raise Skipped(found)
    return found


COMPOSERS: Mapping[str, Compose] = {BY_MAIL: _compose_mail, BY_PUSH: _compose_push}


@transaction.atomic
def choose(*, membership: Membership, choice: Mapping[str, object], now: datetime) -> ReminderSettings:
    """The runner's own wishes. The next look is right after, so that an earlier hour is not missed."""
    usual = _usual(membership, now)
    row, _ = ReminderSettings.objects.get_or_create(
        clinic_id=membership.clinic_id,
        membership_id=membership.pk,
        defaults={"patient_id": usual.patient_id, "next_reminder_at": now},
    )
    for name, value in choice.items():
        setattr(row, name, value)
    row.next_reminder_at = now
    row.save(update_fields=[*choice, "next_reminder_at"])
    return row


@transaction.atomic
def set_mails(*, membership_id: UUID, wanted: bool, now: datetime) -> None:
    """From the link in a mail, which signs nobody in. Twice is as good as once."""
    member = Membership.objects.filter(pk=membership_id, role=Role.PATIENT).first()
    if member is None:
        return
    with tenant(clinic_id=member.clinic_id, actor="link in a mail", patient_id=member.patient_id):
        ReminderSettings.objects.filter(membership_id=member.pk).update(by_mail=wanted, next_reminder_at=now)
