"""The doctor names what is wrong and how to mend it, and is quiet when all is well."""

import io
import socket
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from patients.queries import audit
from physio.embedded import binaries
from rehab.actions import heartbeats, sealing
from rehab.queries.health import JOBS
from tests import factories as make
from tests.services import Inbox, free_port
from tests.worker import working

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def healthy(
    smtp_sink: Inbox, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    monkeypatch.setenv("PLIMSOLL_PG_BIN", str(binaries.postgres_home() / "bin"))
    listener = socket.create_server(("127.0.0.1", 0))
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    # the tests' own cluster may lose data in a crash; what the product's says is tried in tests/faults
    monkeypatch.setattr("rehab.management.commands.doctor.DURABLE", ())
    with working():
        for name in JOBS:
            heartbeats.beat(name=name, now=timezone.now(), detail={})
    yield monkeypatch
    listener.close()


def ask() -> str:
    said = io.StringIO()
    try:
        call_command("doctor", stdout=said)
    except CommandError as wrong:
        said.write(str(wrong))
    return said.getvalue()


def test_all_well(healthy: pytest.MonkeyPatch) -> None:
    said = ask()
    assert "All well." in said
    assert "WRONG" not in said
    assert said.count("ok ") >= 14
    assert "audit chain" in said


def test_each_trouble_is_named_with_its_remedy(
    healthy: pytest.MonkeyPatch, settings: pytest.FixtureRequest
) -> None:
    healthy.setattr("rehab.management.commands.doctor.DURABLE", ("fsync",))
    healthy.setenv("PLIMSOLL_PG_BIN", "/nonexistent")
    settings.EMAIL_PORT = free_port()
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    clinic = make.make_clinic()
    make.make_case(make.make_patient(clinic), evaluation_failures=2)
    make.make_mail(clinic, state="DEAD", next_attempt_at=None)
    with working():
        heartbeats.beat(name="sweep", now=timezone.now() - timezone.timedelta(hours=1), detail={})
    said = ask()
    for words in (
        "fsync is off",
        "pg_dump of version 18 or newer is needed",
        "SMTP_HOST",
        "BROKER_URL",
        "cases not assessed: 1",
        "mail given up: 1",
        "Cases have not been evaluated since",
    ):
        assert words in said, words
    assert "8 to mend." in said


def test_a_tampered_audit_is_named(
    healthy: pytest.MonkeyPatch,
    settings: pytest.FixtureRequest,
    tmp_path: Path,
    as_superuser: psycopg.Connection,
) -> None:
    settings.LEDGER = str(tmp_path)
    make.make_clinic()
    with working():
        sealing.seal(now=timezone.now())
    assert "All well." in ask()
    as_superuser.execute("UPDATE patients_auditentry SET actor = 'nobody' WHERE place = 1")
    assert "audit chain: patients_auditentry (who changed): entry 1 " in ask()
    (tmp_path / audit.ANCHORS).unlink()
    assert "audit-anchors.jsonl is missing" in ask()
