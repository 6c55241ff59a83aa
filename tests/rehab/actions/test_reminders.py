"""Reminders: only for what is not logged yet, once, and nothing about health in them."""

import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from psycopg import Connection

from patients.models import Case, MailState, Membership, OutboxMail, Patient
from rehab.actions import outbox, reminders
from rehab.actions.outbox import Delivery
from rehab.models import ReminderSettings
from rehab.queries import reminders as questions
from rehab.queries import weekly
from tests import factories as make
from tests.rehab.runner import Runner, make_runner
from tests.rehab.views.portal.told import a_check, a_morning, a_run
from tests.services import Inbox
from tests.worker import working

LONDON = ZoneInfo("Europe/London")
MORNING = datetime(2026, 11, 22, 9, 0, tzinfo=LONDON)
EVENING = datetime(2026, 11, 22, 19, 0, tzinfo=LONDON)  # an hour after the runner's NOW
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runner(cluster: object) -> Runner:
    with transaction.atomic():
        return make_runner()


def prepare(now: datetime) -> None:
    with working():
        reminders.prepare(now=now)


def deliver(now: datetime, **options: object) -> Delivery:
    with working(), outbox.post_office(reminders.COMPOSERS, **options) as office:
        while office.deliver_batch(now=now):
            pass
    return office.total


def told(runner: Runner, tell: Callable[..., object], **said: object) -> object:
    with transaction.atomic():
        return tell(runner, **said)


def outcomes(runner: Runner) -> dict[str, str]:
    """Kind of reminder -> what became of it."""
    with make.inside(runner.clinic):
        return {
            mail.dedupe_key.split(":")[2]: mail.last_error or mail.state
            for mail in OutboxMail.objects.filter(kind=reminders.BY_MAIL)
        }


def words_of(message: object) -> str:
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message["Subject"]), *parts])


def test_a_new_runner_is_reminded_with_the_usual_settings(runner: Runner, smtp_sink: Inbox) -> None:
    prepare(MORNING)
    assert deliver(MORNING) == Delivery(sent=1)
    with make.inside(runner.clinic):
        settings = ReminderSettings.objects.get(membership_id=runner.member.pk)
    assert settings.next_reminder_at == EVENING


def test_mail_carries_no_health_data_and_its_link_leads_to_the_form(runner: Runner, smtp_sink: Inbox) -> None:
    prepare(MORNING)
    deliver(MORNING)
    (message,) = smtp_sink.to(runner.member.user.email)
    said = words_of(message)
    assert message["Subject"] == "Plimsoll: something is open for today"
    assert "/me/next/morning/" in said
    assert "020 7946 0018" in said
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for secret in ("pain", "achilles", "tendon", "run ", "running", "heel", "/10", "alex", "stage"):
        assert secret not in said.lower(), secret
    assert str(runner.case.pk) not in said


def test_never_for_what_is_logged_already(runner: Runner, smtp_sink: Inbox) -> None:
    told(runner, a_morning, hours_ago=10)
    prepare(MORNING)
    assert deliver(MORNING) == Delivery(skipped=1)
    assert outcomes(runner) == {"MORNING": "ANSWERED"}


def test_never_after_the_answer_arrived_between_preparing_and_sending(
    runner: Runner, smtp_sink: Inbox
) -> None:
    prepare(MORNING)
    told(runner, a_morning, hours_ago=9)
    assert deliver(MORNING + timedelta(minutes=1)) == Delivery(skipped=1)
    assert not smtp_sink.to(runner.member.user.email)


def test_a_day_after_a_run_the_check_is_asked_for_and_only_then(runner: Runner, smtp_sink: Inbox) -> None:
    run = told(runner, a_run, hours_ago=25)
    day_on = run.occurred_at + timedelta(hours=24)
    prepare(day_on - timedelta(minutes=1))
    assert "DAY_AFTER" not in outcomes(runner)
    prepare(day_on)
    deliver(day_on)
    assert outcomes(runner)["DAY_AFTER"] == MailState.SENT
    (message,) = smtp_sink.to(runner.member.user.email)
    assert "/me/next/day-after/" in words_of(message)


def test_a_check_that_is_answered_is_not_asked_for(runner: Runner, smtp_sink: Inbox) -> None:
    run = told(runner, a_run, hours_ago=25)
    with transaction.atomic():
        a_check(runner, run, hours_after=23)
    day_on = run.occurred_at + timedelta(hours=24)
    prepare(day_on)
    deliver(day_on)
    assert outcomes(runner)["DAY_AFTER"] == "ANSWERED"


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"suspended_at": MORNING}, "SUSPENDED"), ({"status": "CLOSED", "closed_at": MORNING}, "NO_CASE")],
)
def test_none_while_suspended_or_closed(
    runner: Runner, smtp_sink: Inbox, change: dict[str, object], reason: str
) -> None:
    with make.inside(runner.clinic):
        Case.objects.filter(pk=runner.case.pk).update(**change)
    prepare(EVENING)
    deliver(EVENING)
    assert outcomes(runner) == {"EVENING": reason}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("RED_FLAG", "SUSPENDED"), ("WORSENING", "SUSPENDED"), ("INACTIVE", "INACTIVE")],
)
def test_none_with_an_open_red_flag_or_worsening_or_a_long_silence(
    runner: Runner, smtp_sink: Inbox, kind: str, reason: str
) -> None:
    make.make_flag(runner.case, kind=kind)
    prepare(EVENING)
    deliver(EVENING)
    assert outcomes(runner) == {"EVENING": reason}


def test_a_runner_s_own_pause_holds_until_its_day(runner: Runner, smtp_sink: Inbox) -> None:
    with transaction.atomic(), runner.signed_in():
        reminders.choose(membership=runner.member, choice={"paused_until": date(2026, 11, 23)}, now=MORNING)
    prepare(MORNING)
    assert outcomes(runner) == {}
    prepare(MORNING + timedelta(days=1))
    assert outcomes(runner) == {"MORNING": MailState.PENDING}


def test_stopped_kinds_and_mails_are_not_sent(runner: Runner, smtp_sink: Inbox) -> None:
    prepare(MORNING)
    with transaction.atomic():
        reminders.set_mails(membership_id=runner.member.pk, wanted=False, now=MORNING)
    assert deliver(MORNING) == Delivery(skipped=1)
    assert outcomes(runner) == {"MORNING": "NOT_WANTED"}
    prepare(EVENING)
    assert outcomes(runner) == {"MORNING": "NOT_WANTED"}
    with transaction.atomic():
        for _ in range(2):
            reminders.set_mails(membership_id=runner.member.pk, wanted=True, now=EVENING + timedelta(hours=4))
    prepare(MORNING + timedelta(days=1))
    assert deliver(MORNING + timedelta(days=1)) == Delivery(sent=1)


def test_whoever_left_gets_none(runner: Runner, smtp_sink: Inbox) -> None:
    prepare(MORNING)
    with make.inside(runner.clinic):
        Membership.objects.filter(pk=runner.member.pk).update(is_active=False)
    assert deliver(MORNING) == Delivery(skipped=1)
    assert outcomes(runner) == {"MORNING": "NOT_ACTIVE"}


def test_whoever_is_only_invited_gets_none_until_they_come_in(
    runner: Runner, as_superuser: Connection, smtp_sink: Inbox
) -> None:
    """Nothing is owed to a diary that they have not seen yet."""
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("DELETE FROM patients_consent")  # the product never does
    prepare(MORNING)
    assert deliver(MORNING) == Delivery(skipped=1)
    assert outcomes(runner) == {"MORNING": "NOT_JOINED"}
    with make.inside(runner.clinic):
        week = weekly.diary_week(membership_id=runner.member.pk, now=MORNING)
        assert week is weekly.Silence.NOT_JOINED
        Patient.objects.filter(pk=runner.patient.pk).update(joined_at=MORNING)
    prepare(MORNING + timedelta(days=1))
    assert deliver(MORNING + timedelta(days=1)) == Delivery(sent=1)


def test_a_mail_server_away_for_hours_leaves_no_old_reminder(runner: Runner, smtp_sink: Inbox) -> None:
    prepare(MORNING)
    assert deliver(MORNING + timedelta(hours=4)) == Delivery(skipped=1)
    assert outcomes(runner) == {"MORNING": "OUT_OF_DATE"}


def test_once_a_day_however_often_the_tick_comes(runner: Runner, smtp_sink: Inbox) -> None:
    for minutes in range(0, 170, 17):
        with make.inside(runner.clinic):
            ReminderSettings.objects.update(next_reminder_at=MORNING)  # as if it had been forgotten
        prepare(MORNING + timedelta(minutes=minutes))
        deliver(MORNING + timedelta(minutes=minutes))
    assert len(smtp_sink.to(runner.member.user.email)) == 1


@pytest.mark.twin("S46")
def test_without_the_dedupe_key_it_would_be_sent_again(runner: Runner, smtp_sink: Inbox) -> None:
    """The twin of the test above."""
    for day in range(2):
        with make.inside(runner.clinic):
            ReminderSettings.objects.update(next_reminder_at=MORNING)
            OutboxMail.objects.update(dedupe_key=f"another:{runner.member.pk}:MORNING:{day}:mail")
        prepare(MORNING)
        deliver(MORNING)
    assert len(smtp_sink.to(runner.member.user.email)) == 2


def test_the_evening_asks_for_sets_only_while_some_are_open(runner: Runner, smtp_sink: Inbox) -> None:
    prepare(EVENING)
    assert deliver(EVENING) == Delivery(sent=1)
    (message,) = smtp_sink.to(runner.member.user.email)
    assert "/me/next/evening/" in words_of(message)


@pytest.mark.check("S46")
def test_two_at_once_prepare_and_send_each_reminder_once(
    cluster: object, smtp_sink: Inbox, tried: Callable[..., None]
) -> None:
    """S46: two ticks and two mailers at the same time, over 40 runners."""
    with transaction.atomic():
        first = make_runner()
        others = [make_runner(clinic=first.clinic, slug=f"harbour{number}") for number in range(39)]
        runners = [first, *others]
    problems: list[BaseException] = []

    def at_once(work: Callable[[], object]) -> None:
        def run() -> None:
            try:
                work()
            except BaseException as problem:
                problems.append(problem)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    def send() -> None:
        with outbox.post_office(reminders.COMPOSERS) as office:
            while office.deliver_batch(now=MORNING):
                pass

    with working():  # the threads' connections take the role from the same settings
        at_once(lambda: reminders.prepare(now=MORNING))
        reminders.prepare(now=MORNING)
        at_once(send)
    assert not problems
    sent = [len(smtp_sink.to(runner.member.user.email)) for runner in runners]
    tried("S46", runners=len(runners), reminders=sum(sent), doubled=sum(number > 1 for number in sent))
    assert sent == [1] * 40


def test_push_says_nothing_but_that_something_is_open(runner: Runner, smtp_sink: Inbox) -> None:
    reminder = questions.Reminder(
        membership_id=runner.member.pk,
        kind=questions.ReminderKind.DAY_AFTER,
        slug="day-after",
        clinic_name=runner.clinic.name,
        phone=runner.clinic.phone,
        emergency_number="999",
        language="",
    )
    said = json.loads(reminders.emails.reminder_push(reminder).text)
    assert said == {
        "title": "Plimsoll",
        "body": "Your diary has something open for today.",
        "path": "/me/next/day-after/",
    }
