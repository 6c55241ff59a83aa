"""Weekly summaries, written and delivered over SMTP to a sink that throws them away, beside the sink's own
limit with one prepared message over a kept connection."""

import smtplib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import transaction

from patients.models import Membership, OutboxMail, Patient, Role, User, uuid7
from physio.embedded.cluster import PROJECT
from physio.web.tenancy import tenant
from rehab.actions import outbox, weekly
from tests.bench.caseload import Caseload, copy
from tests.bench.timing import Line
from tests.worker import working


def summaries(caseload: Caseload, superuser: psycopg.Connection, now: datetime, count: int) -> Iterator[Line]:
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sink"], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        settings.MAILS_PER_DOMAIN_AND_MINUTE = 0
        wanted = _invite(caseload, superuser, now, count)
        with working():
            prepared = _timed(lambda: weekly.prepare(now=now))
            delivered = _timed(lambda: _deliver(now))
            states = sum((_states(clinic_id) for clinic_id in caseload.clinics), Counter())
        limit = _limit(port, min(count, 2000))
        told = ", ".join(f"{count} {state.lower()}" for state, count in sorted(states.items()))
        note = f"{wanted} due: {told}; preparing took {prepared:.1f} s"
        beside = "the sink, prepared messages"
        yield Line(
            "P9 weekly summaries written and delivered",
            wanted / delivered,
            "mails",
            beside,
            limit,
            ">= 0.5",
            note,
        )
    finally:
        sink.kill()
        sink.wait()


def _timed(act: Any) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _deliver(now: datetime) -> None:
    with outbox.post_office(weekly.COMPOSERS, together=weekly.TOGETHER) as office:
        while office.deliver_batch(now=now):
            pass


def _states(clinic_id: UUID) -> Counter[str]:
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
        return Counter(OutboxMail.objects.values_list("state", flat=True))


def _invite(caseload: Caseload, superuser: psycopg.Connection, now: datetime, count: int) -> int:
    """So many runners with an account whose weekly mail is due."""
    users, members = [], []
    for clinic_id in caseload.clinics:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
            patients = list(Patient.objects.order_by("number", "id").values_list("pk", flat=True))[1:]
        for patient_id in patients[: count - len(users)]:
            key = uuid7()
            user = User(email=f"{key}@{key.hex[-6:]}.bench.example", password="!", date_joined=now)
            users.append(user)
            members.append(
                Membership(
                    clinic_id=clinic_id, user=user, role=Role.PATIENT, display_name="Runner",
                    patient_id=patient_id, summary_due_at=now,
                )
            )  # fmt: skip
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        copy(superuser, users)
        copy(superuser, members)
    return len(members)


def _limit(port: int, count: int) -> float:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@bench.example", "b@bench.example", "Your week"
    message.set_content("x" * 2000)
    message.add_alternative("<p>" + "x" * 8000 + "</p>", subtype="html")
    written = message.as_bytes()
    with smtplib.SMTP("127.0.0.1", port) as line:
        begun = time.perf_counter()
        for _ in range(count):
            line.sendmail("a@bench.example", ["b@bench.example"], written)
        return count / (time.perf_counter() - begun)
