"""Whether a reminder is still wanted, asked at the moment of sending, and where its link leads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from patients.models import Membership
from patients.queries.consents import has_come_in
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import Half, ReportKind
from rehab.clinical.reminders import ReminderKind, Wishes
from rehab.models import ExerciseSession, Flag, Plan, PushSubscription, ReminderSettings
from rehab.queries import own_answer, own_case, own_checks
from rehab.queries.own_case import Care
from rehab.queries.own_checks import OwedCheck
from rehab.queries.pauses import before_pause

SLUGS = {
    ReminderKind.MORNING: "morning",
    ReminderKind.DAY_AFTER: "day-after",
    ReminderKind.EVENING: "evening",
}
KINDS = {slug: kind for kind, slug in SLUGS.items()}
ENTRY = "entry"  # the other link of a reminder, to a run that is not logged yet; a mail does not say "run"
CHECKS = {ReminderKind.MORNING: ReportKind.MORNING, ReminderKind.DAY_AFTER: ReportKind.CHECK_24H}
WEEK = timedelta(days=6)


class Silence(StrEnum):
    """Why a reminder is not sent after all."""

    NOT_ACTIVE = "NOT_ACTIVE"
    NOT_WANTED = "NOT_WANTED"
    NO_CASE = "NO_CASE"
    NOT_JOINED = "NOT_JOINED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    SUSPENDED = "SUSPENDED"
    PAUSED = "PAUSED"
    INACTIVE = "INACTIVE"
    CANNOT_ASSESS = "CANNOT_ASSESS"
    ANSWERED = "ANSWERED"
    QUIET_HOURS = "QUIET_HOURS"
    OUT_OF_DATE = "OUT_OF_DATE"


@dataclass(frozen=True)
class Reminder:
    """What a reminder tells: where to sign in, and whom to call. `language` may be empty: not chosen."""

    membership_id: UUID
    kind: ReminderKind
    slug: str
    clinic_name: str
    phone: str
    emergency_number: str
    language: str


@dataclass(frozen=True)
class Place:
    """The form a reminder's link leads to: the name of its page and the parts of its address."""

    name: str
    parts: dict[str, object]


@dataclass(frozen=True)
class Chosen:
    """What a runner wants now: the form's first values, and in how many browsers messages come."""

    hours: dict[str, object]
    browsers: int


def chosen(membership: Membership) -> Chosen:
    """The usual settings while the runner has none of their own."""
    settings = ReminderSettings.objects.filter(membership_id=membership.pk).first() or ReminderSettings()
    names = ("morning", "day_after", "evening", "by_mail", "morning_hour", "evening_hour", "quiet_from")
    return Chosen(
        hours={name: getattr(settings, name) for name in (*names, "quiet_until", "paused_until")},
        browsers=PushSubscription.objects.filter(membership_id=membership.pk).count(),
    )


def wishes(settings: ReminderSettings) -> Wishes:
    """The kinds that are wanted by any channel."""
    wanted = {
        ReminderKind.MORNING: settings.morning,
        ReminderKind.DAY_AFTER: settings.day_after,
        ReminderKind.EVENING: settings.evening,
    }
    by_any = settings.by_mail or settings.by_push
    return Wishes(
        kinds=frozenset(kind for kind, yes in wanted.items() if yes and by_any),
        morning_hour=settings.morning_hour,
        evening_hour=settings.evening_hour,
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
    )


def still_wanted(
    *, membership_id: UUID, kind: ReminderKind, by_push: bool, now: datetime
) -> Reminder | Silence:
    """ReminderSettings.DoesNotExist for whoever has none."""
    settings = ReminderSettings.objects.select_related("membership").get(membership_id=membership_id)
    if not settings.membership.is_active:
        return Silence.NOT_ACTIVE
    wished = wishes(settings)
    by_this = settings.by_push if by_push else settings.by_mail
    if kind not in wished.kinds or not by_this:
        return Silence.NOT_WANTED
    care = own_case.find_any(settings.patient_id)
    if care is None:
        return Silence.NO_CASE
    if silence := _silent(care, settings, now):
        return silence
    local = now.astimezone(care.zone)
    if wished.is_quiet(local.hour):
        return Silence.QUIET_HOURS
    if silence := _answered(care, kind, now):
        return silence
    return Reminder(
        membership_id=membership_id,
        kind=kind,
        slug=SLUGS[kind],
        clinic_name=care.clinic,
        phone=care.phone,
        emergency_number=care.emergency_number,
        language=care.case.patient.language,
    )


def place(*, care: Care, kind: ReminderKind, now: datetime) -> Place | None:
    """None when nothing of this kind is open any more."""
    if kind is ReminderKind.EVENING:
        return Place("portal_exercises", {}) if _sets_open(care, now.astimezone(care.zone).date()) else None
    check = _open_check(care, kind, now)
    if check is None:
        return None
    if check.run_id is None:
        return Place("portal_morning", {})
    return Place("portal_check", {"run_id": check.run_id, "kind": check.slug})


def subscription(subscription_id: UUID) -> PushSubscription | None:
    return PushSubscription.objects.filter(pk=subscription_id).first()


def _silent(care: Care, settings: ReminderSettings, now: datetime) -> Silence | None:
    if care.consent.is_withdrawn:
        return Silence.CONSENT_WITHDRAWN
    if not has_come_in(care.case.patient, care.consent):
        return Silence.NOT_JOINED
    flags = set(Flag.objects.open().for_case(care.case.pk).values_list("kind", flat=True))
    if care.on_hold:
        return Silence.SUSPENDED
    today = now.astimezone(care.zone).date()
    if (settings.paused_until and today < settings.paused_until) or before_pause(care.case.pk):
        return Silence.PAUSED
    return Silence.INACTIVE if FindingKind.INACTIVE.value in flags else None


def _answered(care: Care, kind: ReminderKind, now: datetime) -> Silence | None:
    if kind is ReminderKind.EVENING:
        return None if _sets_open(care, now.astimezone(care.zone).date()) else Silence.ANSWERED
    known = own_answer.work_out(care, now)
    if known.evaluation is None:
        return Silence.CANNOT_ASSESS
    wanted = CHECKS[kind]
    owed = own_checks.owed(care, known.evaluation, now)
    return None if any(one.kind is wanted for one in owed) else Silence.ANSWERED


def _open_check(care: Care, kind: ReminderKind, now: datetime) -> OwedCheck | None:
    owed = own_checks.owed(care, own_answer.work_out(care, now).evaluation, now)
    return next((one for one in owed if one.kind is CHECKS[kind]), None)


def _sets_open(care: Care, today: date) -> bool:
    """Whether a plan in force still asks for a session today; some days a week may be rest days."""
    if care.on_hold:
        return False
    plans = list(Plan.objects.for_case(care.case.pk).on(today).order_by("id"))
    done = list(
        ExerciseSession.objects.for_case(care.case.pk)
        .current()
        .filter(local_date__range=(today - WEEK, today), reps_done__gt=0)
        .values_list("plan_id", "local_date", "half")
    )
    return any(
        _asks_today(plan, {(day, half) for plan_id, day, half in done if plan_id == plan.pk}, today)
        for plan in plans
    )


def _asks_today(plan: Plan, done: set[tuple[date, str]], today: date) -> bool:
    halves = {half for day, half in done if day == today}
    finished = Half.PM.value in halves if plan.sessions_per_day >= len(Half) else bool(halves)
    days_before = {day for day, _ in done if day != today}
    return not finished and len(days_before) < plan.days_per_week
