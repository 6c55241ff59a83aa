"""What an owner sees of the jobs and the mail of their clinic."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, F, Q

from patients.models import Case, Clinic, MailState, OutboxMail
from rehab.clinical.evaluate import RULE_VERSION
from rehab.models import CaseSummary, Flag
from rehab.queries import health
from rehab.queries.health import Check
from rehab.queries.moments import clock
from rehab.queries.watermark import Watermark, watermark

MOST = 50
DAYS = timedelta(days=7)
KINDS = {
    "CASELOAD_WEEK": "Weekly mail to a physiotherapist",
    "DIARY_WEEK": "Weekly mail to a runner",
    "URGENT_FLAG": "Urgent flag",
    "URGENT_ESCALATED": "Urgent flag, to the clinic",
    "INVITATION": "Invitation",
    "ADDRESS_CHANGED": "Address changed",
    "CONSENT_CHANGED": "Consent changed",
}
REASONS = {
    "SUSPENDED": "suspended",
    "INACTIVE": "gone quiet",
    "CONSENT_WITHDRAWN": "consent withdrawn",
    "NOT_JOINED": "not signed in yet",
    "OPTED_OUT": "stopped by the reader",
    "NO_CASE": "no open case",
    "NO_CASES": "no open case",
    "NOTHING_TO_SAY": "nothing to say",
    "NOT_ACTIVE": "has left",
    "OUT_OF_DATE": "too late for its week",
    "BOUNCED": "address does not take mail",
    "OPENED": "opened before it was sent",
}


@dataclass(frozen=True)
class Failed:
    """A case that could not be assessed. `error` is a place in the code, nothing a patient said."""

    case_id: UUID
    number: int
    times: int
    error: str
    again: str


@dataclass(frozen=True)
class Returned:
    mail_id: UUID
    kind: str
    to: str
    written: str
    error: str
    bounced: bool


@dataclass(frozen=True)
class Told:
    """An urgent flag that stands. The clinic is told when nobody opens the case."""

    case_id: UUID
    number: int
    told: str
    escalates: str
    escalated: str


@dataclass(frozen=True)
class JobsPage:
    mark: Watermark
    updated: str
    checks: tuple[Check, ...]
    failed: tuple[Failed, ...]
    cases: int
    current: int  # of them judged by the rules of today
    version: str
    told: tuple[Told, ...]
    waiting: int
    returned: tuple[Returned, ...]
    sent: int
    skipped: tuple[tuple[str, int], ...]

    @property
    def is_well(self) -> bool:
        return all(check.is_well for check in self.checks)

    @property
    def advice(self) -> list[str]:
        """What is wrong, once: four dead jobs are one dead worker."""
        wrong = [check for check in self.checks if not check.is_well]
        dead = [check.advice for check in wrong if check.name.startswith("job ")]
        if len(dead) == len(health.JOBS):
            dead = [health.NO_JOB]
        return [*dead, *(check.advice for check in wrong if not check.name.startswith("job "))]


def load(*, clinic_id: UUID, now: datetime) -> JobsPage:
    """Eight queries at any size."""
    zone = ZoneInfo(Clinic.objects.values_list("time_zone", flat=True).get(id=clinic_id))
    mark = watermark(now=now)
    judged = CaseSummary.objects.exclude(case__status="CLOSED").aggregate(
        cases=Count("id"), current=Count("id", filter=Q(rule_version=RULE_VERSION))
    )
    mails = OutboxMail.objects.aggregate(
        waiting=Count("id", filter=Q(next_attempt_at__isnull=False)),
        sent=Count("id", filter=Q(state=MailState.SENT, sent_at__gte=now - DAYS)),
    )
    return JobsPage(
        mark=mark,
        updated=clock(mark.computed_up_to, now, zone) if mark.computed_up_to else "",
        checks=tuple(health.checks(now=now)),
        failed=_failed(zone, now),
        cases=judged["cases"],
        current=judged["current"],
        version=RULE_VERSION,
        told=_told(zone, now),
        waiting=mails["waiting"],
        returned=_returned(zone, now),
        sent=mails["sent"],
        skipped=_skipped(now),
    )


def mail_counts(*, now: datetime) -> list[tuple[str, str, int]]:
    """Kind, state, number of the mails of the last day, over all clinics: for the operator's metrics."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mail_counts(%s)", [now - timedelta(days=1)])
        return list(cursor.fetchall())


def _failed(zone: ZoneInfo, now: datetime) -> tuple[Failed, ...]:
    cases = Case.objects.open().filter(evaluation_failures__gt=0).select_related("patient")
    return tuple(
        Failed(
            case_id=case.id,
            number=case.patient.number,
            times=case.evaluation_failures,
            error=case.evaluation_error,
            again=clock(case.evaluation_due_at, now, zone) if case.evaluation_due_at else "",
        )
        for case in cases.order_by("-evaluation_failures", "id")[:MOST]
    )


def _told(zone: ZoneInfo, now: datetime) -> tuple[Told, ...]:
    flags = Flag.objects.waiting(now).filter(Q(told_at__isnull=False) | Q(notify_due_at__isnull=False))
    return tuple(
        Told(
            case_id=flag.case_id,
            number=flag.case.patient.number,
            told=clock(flag.told_at, now, zone) if flag.told_at else "",
            escalates=clock(flag.notify_due_at, now, zone) if flag.notify_due_at else "",
            escalated=clock(flag.escalated_at, now, zone) if flag.escalated_at else "",
        )
        for flag in flags.select_related("case__patient").order_by("opened_at", "id")[:MOST]
    )


def _returned(zone: ZoneInfo, now: datetime) -> tuple[Returned, ...]:
    mails = OutboxMail.objects.filter(Q(state=MailState.DEAD) | Q(bounced_at__isnull=False))
    return tuple(
        Returned(
            mail_id=mail.id,
            kind=KINDS.get(mail.kind, mail.kind.capitalize().replace("_", " ")),
            to=mail.who or "",
            written=clock(mail.created_at, now, zone),
            error=mail.bounce_code or mail.last_error,
            bounced=mail.bounced_at is not None,
        )
        for mail in mails.annotate(who=F("recipient_membership__display_name")).order_by(
            "-created_at", "-id"
        )[:MOST]
    )


def _skipped(now: datetime) -> tuple[tuple[str, int], ...]:
    recent = OutboxMail.objects.filter(state=MailState.SKIPPED, created_at__gte=now - DAYS)
    counts = recent.values_list("last_error").annotate(Count("id")).order_by("last_error")
    return tuple((REASONS.get(reason, reason), count) for reason, count in counts)
