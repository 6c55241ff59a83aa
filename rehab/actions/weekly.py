"""The weekly mail: one a person and ISO week, due at the hour they chose in their own zone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from patients.actions.outbox import unwritten
from patients.emails import Mail
from patients.models import Membership, OutboxMail, Role
from physio.web.tenancy import tenant
from rehab import emails
from rehab.actions import heartbeats
from rehab.actions.mail_leases import ACTOR
from rehab.actions.mail_writing import Compose, Skipped, Together
from rehab.queries import due, telling, weekly, weekly_caseload

CASELOAD_WEEK, DIARY_WEEK = "CASELOAD_WEEK", "DIARY_WEEK"  # kinds of mail
KINDS = {Role.OWNER: CASELOAD_WEEK, Role.CLINICIAN: CASELOAD_WEEK, Role.PATIENT: DIARY_WEEK}
BATCH = 500
HEARTBEAT = "weekly"
WRITE_DUE = """
    UPDATE patients_membership AS stored SET summary_due_at = new.due_at
    FROM unnest(%s::uuid[], %s::timestamptz[]) AS new(id, due_at)
    WHERE stored.id = new.id
"""


def next_due(*, now: datetime, weekday: int, hour: int, zone: ZoneInfo) -> datetime:
    """The next such hour after `now`, in UTC.

    An hour that the clocks skip falls after the gap; of one that comes twice the first counts.
    """
    today = now.astimezone(zone).date()
    ahead = (weekday - today.weekday()) % 7
    for days in (ahead, ahead + 7):
        local = datetime.combine(today + timedelta(days=days), time(hour), tzinfo=zone)
        if local.astimezone(UTC) > now:
            return local.astimezone(UTC)
    raise AssertionError("one of two weeks lies ahead")


def prepare(*, now: datetime) -> int:
    """Put the mails that are due into the outbox and set each member's next due time. Returns how many."""
    schedule_new(now=now)
    prepared = 0
    while found := due.summaries(now=now, wanted=BATCH):
        before = prepared
        for clinic_id, member_ids in due.in_batches(found, BATCH):
            with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
                prepared += _prepare_clinic(member_ids, now)
        if prepared == before:  # all of them are in other hands
            break
    heartbeats.beat(name=HEARTBEAT, now=now, detail={"prepared": prepared}, done=prepared)
    return prepared


def _prepare_clinic(member_ids: list[UUID], now: datetime) -> int:
    """A member's next due time is set in the same transaction, so that nobody is asked twice or forgotten."""
    waiting = Membership.objects.filter(id__in=member_ids, summary_due_at__lte=now)
    members = list(
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("clinic", "patient")
        .order_by("id")
    )
    wanted = [member for member in members if member.role in KINDS and not member.summary_opt_out]
    OutboxMail.objects.bulk_create([_mail(member, now) for member in wanted], ignore_conflicts=True)
    for member in members:
        member.summary_due_at = next_for(member, now) if member in wanted else None
    _write_due(members)
    return len(members)


def schedule_new(*, now: datetime) -> int:
    """Give everybody who should have a weekly mail and has no due time their first one. Returns how many.

    Who is choosing theirs at this moment is left to it.
    """
    new = Membership.objects.filter(
        summary_due_at__isnull=True, is_active=True, summary_opt_out=False, role__in=KINDS
    )
    count = 0
    for clinic_id in list(new.order_by("clinic_id").values_list("clinic_id", flat=True).distinct()):
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
            undecided = new.filter(clinic_id=clinic_id).select_for_update(skip_locked=True, of=("self",))
            members = list(undecided.select_related("clinic", "patient").order_by("id"))
            for member in members:
                member.summary_due_at = next_for(member, now)
            _write_due(members)
            count += len(members)
    return count


def _write_due(members: Sequence[Membership]) -> None:
    """Two arrays; Django's own would write a CASE with a branch for each member."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE_DUE, [[one.id for one in members], [one.summary_due_at for one in members]])


@transaction.atomic
def unsubscribe(*, membership_id: UUID) -> None:
    """Twice is as good as once."""
    Membership.objects.filter(id=membership_id).update(summary_opt_out=True, summary_due_at=None)


@transaction.atomic
def subscribe(*, membership_id: UUID) -> None:
    """Wanted again: the next preparation gives the member their due time."""
    Membership.objects.filter(id=membership_id).update(summary_opt_out=False)


@transaction.atomic
def choose(
    *, membership: Membership, wanted: bool, weekday: int, hour: int, time_zone: str, now: datetime
) -> None:
    """When it comes from now on; a mail of this ISO week that has gone is not followed by another."""
    membership.summary_opt_out = not wanted
    membership.summary_weekday, membership.summary_hour = weekday, hour
    membership.summary_time_zone = time_zone
    membership.summary_due_at = next_for(membership, now) if wanted else None
    membership.save(
        update_fields=(
            "summary_opt_out", "summary_weekday", "summary_hour", "summary_time_zone", "summary_due_at",
        )
    )  # fmt: skip


@transaction.atomic
def send_now(*, membership: Membership, now: datetime) -> None:
    """Besides the weekly one, also to whoever stopped it; once in ten minutes however often asked."""
    stamp = f"now-{now:%Y%m%d%H}{now.minute // 10}"
    mail = _mail(membership, now, stamp)
    OutboxMail.objects.bulk_create([mail], ignore_conflicts=True)


def next_for(member: Membership, now: datetime) -> datetime:
    """When the member's next weekly mail is due."""
    return next_due(
        now=now,
        weekday=member.summary_weekday,
        hour=member.summary_hour,
        zone=weekly.zone_of(member),
    )


def _mail(member: Membership, now: datetime, stamp: str = "") -> OutboxMail:
    """Empty: it is written when it is sent. The address is found then too."""
    return unwritten(
        to=member,
        kind=KINDS[Role(member.role)],
        key=":".join(["summary", str(member.id), *([stamp] if stamp else []), _iso_week(now, member)]),
        now=now,
        headers=emails.stop_headers(member.id),
    )


def _iso_week(now: datetime, member: Membership) -> str:
    year, week, _ = now.astimezone(weekly.zone_of(member)).isocalendar()
    return f"{year}-W{week:02}"


def _compose_caseload(mail: OutboxMail, now: datetime) -> Mail:
    return _only(_compose_caseloads([mail], now), mail)


def _compose_caseloads(mails: Sequence[OutboxMail], now: datetime) -> dict[UUID, Mail | Skipped]:
    found, members = _readers(mails, now)
    weeks = weekly_caseload.caseload_weeks(membership_ids=[one.id for one in members.values()], now=now)
    for mail_id, member in members.items():
        week = weeks.get(member.id)
        found[mail_id] = Skipped("NO_CASES") if week is None else emails.caseload_week(week)
    return found


def _compose_diary(mail: OutboxMail, now: datetime) -> Mail:
    return _only(_compose_diaries([mail], now), mail)


def _compose_diaries(mails: Sequence[OutboxMail], now: datetime) -> dict[UUID, Mail | Skipped]:
    found, members = _readers(mails, now)
    weeks = weekly.diary_weeks(membership_ids=[one.id for one in members.values()], now=now)
    for mail_id, member in members.items():
        week = weeks[member.id]
        found[mail_id] = Skipped(week.value) if isinstance(week, weekly.Silence) else emails.diary_week(week)
    return found


def _only(written: Mapping[UUID, Mail | Skipped], mail: OutboxMail) -> Mail:
    found = written[mail.id]
    if isinstance(found, Skipped):
        raise found
    return found


def _readers(
    mails: Sequence[OutboxMail], now: datetime
) -> tuple[dict[UUID, Mail | Skipped], dict[UUID, Membership]]:
    """The mails that are no longer wanted, and whom each of the others is for; sets their addresses."""
    ids = [mail.recipient_membership_id for mail in mails if mail.recipient_membership_id is not None]
    members = Membership.objects.select_related("clinic", "patient").in_bulk(ids)
    addresses = weekly.addresses_of(ids)
    came_back = telling.returned_from(ids)
    skipped: dict[UUID, Mail | Skipped] = {}
    readers: dict[UUID, Membership] = {}
    for mail in mails:
        member = members[UUID(str(mail.recipient_membership_id))]
        address = addresses.get(member.id, "")
        if member.summary_opt_out and ":now-" not in mail.dedupe_key:
            skipped[mail.id] = Skipped("OPTED_OUT")
        elif not mail.dedupe_key.endswith(_iso_week(now, member)):
            skipped[mail.id] = Skipped("OUT_OF_DATE")  # the mail server was away until the next one was due
        elif not address:
            skipped[mail.id] = Skipped("NOT_ACTIVE")
        elif (member.id, address) in came_back:
            skipped[mail.id] = Skipped("BOUNCED")
        else:
            mail.to_address, readers[mail.id] = address, member
    return skipped, readers


COMPOSERS: Mapping[str, Compose] = {CASELOAD_WEEK: _compose_caseload, DIARY_WEEK: _compose_diary}
TOGETHER: Mapping[str, Together] = {CASELOAD_WEEK: _compose_caseloads, DIARY_WEEK: _compose_diaries}
