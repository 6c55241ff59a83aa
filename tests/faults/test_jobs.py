"""Real Postgres, broker, worker, beat and SMTP: whatever is killed or doubled, nothing is lost or doubled.

The short forms of S38, S39 and S46; each says how much it tried.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.utils import timezone

from patients.models import MailState, Membership
from physio.embedded.processes import Child
from rehab.actions import mail_leases, weekly
from rehab.queries import health
from rehab.queries.watermark import STALE_AFTER, watermark
from tests import factories as make
from tests.cluster import Clone
from tests.faults.caseload import everybody, found, make_due, waiting
from tests.faults.conftest import TIMES
from tests.services import Broker, Inbox, nudge, part_environment, wait_for
from tests.worker import working

TICK = {"PLIMSOLL_TICK_SECONDS": "1"}
Start = Callable[..., Child]


def test_beat_and_worker_find_what_is_due_and_the_next_thing_too(
    celery_worker_process: Start, as_superuser: psycopg.Connection
) -> None:
    cases = make_due(1, clinics=2)
    celery_worker_process(beat=True, **TICK)
    wait_for(lambda: len(found(as_superuser)) == 2, "both flags")
    cases += make_due(1, clinics=1)
    wait_for(lambda: found(as_superuser) == everybody(cases), "the flag of the case that came later")


@pytest.mark.check("S38")
def test_a_worker_killed_in_the_middle_of_a_sweep_loses_and_doubles_nothing(
    celery_worker_process: Start, as_superuser: psycopg.Connection, tried: Callable[..., None]
) -> None:
    cases = make_due(5, clinics=16 * TIMES)
    in_the_middle = 0
    kills = [20 + 20 * kill for kill in range(2 if TIMES == 1 else 3 * TIMES)]
    for enough in kills:
        worker = celery_worker_process(beat=True, **TICK)
        wait_for(lambda enough=enough: len(cases) - waiting(as_superuser) >= enough, f"{enough} cases")
        os.killpg(worker.pid, signal.SIGKILL)
        in_the_middle += 0 < waiting(as_superuser) < len(cases)
        assert len(found(as_superuser)) == len(set(found(as_superuser)))
    celery_worker_process(beat=True, **TICK)
    wait_for(lambda: waiting(as_superuser) == 0, "the rest of the cases")
    flagged = found(as_superuser)
    lost = len({case.id for case in cases} - {*flagged})
    doubled = len(flagged) - len(set(flagged))
    tried("S38", kills=len(kills), in_the_middle=in_the_middle, cases=len(cases), lost=lost, doubled=doubled)
    assert flagged == everybody(cases)
    assert in_the_middle >= 1, "no kill came in the middle: nothing was tried"


@pytest.mark.check("S46")
def test_sweeps_at_once_double_nothing(
    cluster: Clone, smtp_sink: Inbox, as_superuser: psycopg.Connection, tried: Callable[..., None]
) -> None:
    cases = make_due(6, clinics=6 * TIMES)
    command = [sys.executable, "manage.py", "sweep"]
    env = part_environment(cluster.worker_url, smtp_sink)
    with ExitStack() as running:
        parts = [
            running.enter_context(
                subprocess.Popen(
                    command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
                )
            )
            for _ in range(3)
        ]
        said = [part.communicate(timeout=180)[0] for part in parts]
    assert [part.returncode for part in parts] == [0, 0, 0], said
    tried("S46", sweeps=3, cases=len(cases), evaluated=sum(int(words.split()[0]) for words in said))
    assert sum(int(words.split()[0]) for words in said) == len(cases), said
    assert found(as_superuser) == everybody(cases)


@pytest.mark.check("S46")
def test_mailers_at_once_send_each_mail_once(
    celery_worker_process: Start,
    smtp_sink: Inbox,
    as_superuser: psycopg.Connection,
    tried: Callable[..., None],
) -> None:
    clinic = make.make_clinic()
    mails = [make.make_mail(clinic) for _ in range(60 * TIMES)]
    for _ in range(2):
        celery_worker_process(beat=True, **TICK)
    wait_for(lambda: len(smtp_sink.messages) >= len(mails), "the mails")
    wait_for(lambda: _states(as_superuser) == {MailState.SENT.value: len(mails)}, "the mails ticked off")
    sent = [str(message["Message-ID"]) for message in smtp_sink.messages]
    tried("S46", mailers=2, beats=2, mails=len(mails), sent=len(sent), doubled=len(sent) - len(set(sent)))
    assert sorted(sent) == sorted(mail.message_id for mail in mails)


@pytest.mark.check("S38")
def test_a_mailer_killed_repeats_a_mail_only_under_its_message_id(
    celery_worker_process: Start,
    smtp_sink: Inbox,
    as_superuser: psycopg.Connection,
    tried: Callable[..., None],
) -> None:
    clinic = make.make_clinic()
    mails = {make.make_mail(clinic).message_id for _ in range(150)}
    worker = celery_worker_process(beat=True, **TICK)
    wait_for(lambda: len(smtp_sink.messages) >= 20, "the first mails")
    os.killpg(worker.pid, signal.SIGKILL)
    assert len(smtp_sink.messages) < len(mails), "the kill came too late: nothing was tried"
    leased = _states(as_superuser)[MailState.SENDING.value]
    if TIMES == 1:  # `make faults` waits for the lease to run out; the short form does not wait ten minutes
        as_superuser.execute("UPDATE patients_outboxmail SET next_attempt_at = now() WHERE state = 'SENDING'")
    celery_worker_process(beat=True, **TICK)
    patience = 40 if TIMES == 1 else mail_leases.LEASE.total_seconds() + 60
    all_sent = {MailState.SENT.value: 150}
    wait_for(lambda: _states(as_superuser) == all_sent, "150 mails ticked off", seconds=patience)
    sent = [str(message["Message-ID"]) for message in smtp_sink.messages]
    doubled = len(sent) - len(mails)
    tried("S38", kills=1, leased=leased, mails=len(mails), lost=len(mails - {*sent}), doubled=doubled)
    assert set(sent) == mails
    assert len(sent) - len(mails) <= 1, "one kill, at most one repeated"


def _states(database: psycopg.Connection) -> dict[str, int]:
    return dict(database.execute("SELECT state, count(*) FROM patients_outboxmail GROUP BY 1").fetchall())


@pytest.mark.check("S39")
def test_a_broker_that_was_away_delays_and_loses_nothing(
    celery_worker_process: Start, broker: Broker, as_superuser: psycopg.Connection
) -> None:
    celery_worker_process(beat=True, **TICK)
    broker.stop()
    cases = make_due(2, clinics=1)
    assert found(as_superuser) == []
    broker.start()
    wait_for(lambda: found(as_superuser) == everybody(cases), "the flags after the broker came back")


def test_the_weekly_mail_goes_out_through_celery_and_smtp_once(
    celery_worker_process: Start, broker: Broker, smtp_sink: Inbox, as_superuser: psycopg.Connection
) -> None:
    """The job is nudged as beat does it, without beat's minute of patience between two times."""
    (case,) = make_due(1, clinics=1)
    with working():
        weekly.schedule_new(now=timezone.now())
        late = datetime.now(UTC) - timedelta(minutes=1)
        Membership.objects.filter(id=case.clinician_id).update(summary_due_at=late)
    celery_worker_process(beat=True, **TICK)
    wait_for(lambda: found(as_superuser) == [case.id], "something to tell")
    nudge(broker, "rehab.prepare_weekly")
    address = case.clinician.user.email
    message = smtp_sink.wait(address)
    assert str(message["Subject"]).startswith("Caseload: ")
    for _ in range(2):  # asked for again in the same week, it does not come again
        as_superuser.execute(
            "UPDATE patients_membership SET summary_due_at = now() WHERE id = %s", [case.clinician_id]
        )
        nudge(broker, "rehab.prepare_weekly")
        wait_for(
            lambda: (
                as_superuser.execute(
                    "SELECT summary_due_at > now() FROM patients_membership WHERE id = %s",
                    [case.clinician_id],
                ).fetchone()
                == (True,)
            ),
            "the job to look again",
        )
    assert len(smtp_sink.to(address)) == 1


@pytest.mark.check("S40")
def test_all_workers_dead_leave_the_watermark_standing(
    celery_worker_process: Start, as_superuser: psycopg.Connection, tried: Callable[..., None]
) -> None:
    worker = celery_worker_process(beat=True, **TICK)
    wait_for(lambda: _beats(as_superuser).keys() >= health.JOBS.keys(), "the first of every job")
    assert all(check.is_well for check in _checks(timezone.now()))
    os.killpg(worker.pid, signal.SIGKILL)
    wait_for(lambda: _working(as_superuser) == 0, "the end of what the dead worker had asked for")
    last = _beats(as_superuser)
    assert as_superuser.execute("SELECT pg_sleep(2.5)") is not None
    assert _beats(as_superuser) == last
    late = max(last.values()) + STALE_AFTER + timedelta(seconds=1)
    with working():
        assert not watermark(now=min(last.values()) + STALE_AFTER).is_stale
        assert watermark(now=late).is_stale
    wrong = [check.name for check in _checks(late) if not check.is_well]
    tried("S40", workers="all dead", red_after_min=STALE_AFTER.total_seconds() / 60, wrong=len(wrong))
    assert wrong == [f"job {name}" for name in health.JOBS]


def _working(database: psycopg.Connection) -> int:
    """Connections of workers; Postgres notices a dead client only when it answers it."""
    found = database.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE usename = 'plimsoll_worker' AND datname = current_database()"
    ).fetchone()
    return int(found[0]) if found else 0


def _beats(database: psycopg.Connection) -> dict[str, datetime]:
    found = database.execute(
        "SELECT name, beat_at FROM patients_heartbeat WHERE name = ANY(%s)", [[*health.JOBS]]
    )
    return dict(found.fetchall())


def _checks(now: datetime) -> list[health.Check]:
    with working():
        return health.checks(now=now)
