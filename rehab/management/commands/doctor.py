"""Looks at everything Plimsoll stands on and says what is wrong and how to mend it. Changes nothing.

Run it with the environment of the part you worry about; the exit status is 1 when anything is wrong.
"""

import shutil
import smtplib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from patients.queries import audit
from physio.web import pgtools
from rehab.queries import health

SECONDS = 5
NEWEST = 20_000  # entries of the audit
ROOM = 1024**3  # bytes that should be free
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
ROLES = {"plimsoll_owner", "plimsoll_app", "plimsoll_worker", "plimsoll_backup"}
Finding = tuple[str, str]  # what was looked at; what is wrong and how to mend it, or nothing


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for look in (_settings, _database, _jobs, _audit, _mail_server, _broker, _disk, _tools):
            for what, advice in _safely(look):
                wrong += bool(advice)
                self.stdout.write(f"{'WRONG' if advice else 'ok':<6} {what}{': ' + advice if advice else ''}")
        if wrong:
            raise CommandError(f"{wrong} to mend.")
        self.stdout.write("All well.")


def _safely(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A look that cannot be taken is a finding too, and the next one is still taken."""
    try:
        yield from look()
    except (OSError, DatabaseError, ValueError) as error:
        yield look.__name__.strip("_"), f"could not be looked at: {type(error).__name__}."


def _settings() -> Iterator[Finding]:
    if settings.DEVELOPMENT:
        yield "settings", ""
        return
    yield (
        "address",
        ""
        if settings.BASE_URL.startswith("https://")
        else ("PLIMSOLL_BASE_URL is not https: mailed links would go in plain text. Set the https address."),
    )
    yield (
        "monitor",
        ""
        if settings.MONITOR_TOKEN
        else (
            "PLIMSOLL_MONITOR_TOKEN is not set: no monitor can see whether the jobs keep up. Set a long word."
        ),
    )
    yield (
        "dead-man ping",
        ""
        if settings.DEADMAN_URL
        else ("PLIMSOLL_DEADMAN_URL is not set: when everything stands still, nobody is told. Set it."),
    )


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield (
            "database",
            f"{type(error).__name__}: no answer at DATABASE_URL. Start it or mend the address.",
        )
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        role, is_superuser = cursor.fetchone()
        yield (
            f"role {role}",
            ""
            if role in ROLES and not is_superuser
            else ("row-level security does not bind this role. Use one of deploy/postgres/roles.sql."),
        )
        for name in DURABLE:
            cursor.execute("SELECT current_setting(%s)", [name])
            yield (
                name,
                ""
                if cursor.fetchone() == ("on",)
                else (
                    f"{name} is off, so a crash can lose acknowledged entries. Set {name} = on in Postgres."
                ),
            )
    executor = MigrationExecutor(connection)
    ahead = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield (
        "migrations",
        f"{len(ahead)} are not applied. Run `manage.py migrate` as the owner." if ahead else "",
    )


def _jobs() -> Iterator[Finding]:
    now = timezone.now()
    for check in health.checks(now=now):
        yield check.name, check.advice
    told = health.figures(now=now)
    yield (
        "cases not assessed",
        ""
        if not told.cases_failed
        else (
            f"{told.cases_failed}. The owner's page names them; the place in the code is for the developers."
        ),
    )
    yield (
        "mail given up",
        ""
        if not told.mails_dead
        else (f"{told.mails_dead}. Mend the address or the mail server, then press Try again on that page."),
    )


def _audit() -> Iterator[Finding]:
    """The newest entries only: `manage.py check_audit` looks at all."""
    found = audit.faults(newest=NEWEST)
    if settings.LEDGER:
        yield "audit anchors", _no_anchors()
        found += audit.unanchored(audit.anchor_file())[1]
    elif not settings.DEVELOPMENT:
        yield (
            "audit anchors",
            "PLIMSOLL_LEDGER is not set: whoever can write past the triggers can rewrite the audit unseen.",
        )
    told = "; ".join(str(fault) for fault in audit.first_faults(*found))
    yield (
        "audit chain",
        f"{told}. Keep the database as it is and ask a backup: docs/operations.md." if told else "",
    )


def _no_anchors() -> str:
    is_sealed = any(head.place for head in audit.heads())
    if is_sealed and not audit.anchor_file().exists():
        return f"{audit.anchor_file()} is missing. Put a copy back, or find out who removed it."
    return ""


def _mail_server() -> Iterator[Finding]:
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield (
            "mail server",
            f"{where} does not greet ({type(error).__name__}). Look at SMTP_HOST and SMTP_PORT.",
        )
    else:
        yield f"mail server {where}", ""


def _broker() -> Iterator[Finding]:
    """Only whether somebody listens: the password is no business of this command."""
    url = urlsplit(settings.CELERY_BROKER_URL)
    try:
        if url.scheme == "redis+socket":
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(SECONDS)
                line.connect(url.path)
        else:
            socket.create_connection((url.hostname or "localhost", url.port or 6379), SECONDS).close()
    except OSError as error:
        yield (
            "broker",
            f"nobody listens ({type(error).__name__}). Start it or mend BROKER_URL.",
        )
    else:
        yield "broker", ""
    if parse_qs(url.query):
        yield "broker address", "it carries options; put them into CELERY_BROKER_TRANSPORT_OPTIONS."


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(Path.cwd()).free
    yield (
        "disk",
        "" if free >= ROOM else f"{free // 2**20} MB are free. Make room.",
    )


def _tools() -> Iterator[Finding]:
    for name in ("pg_dump", "pg_restore"):
        try:
            pgtools.find(name, server=connection.pg_version // 10_000)  # type: ignore[attr-defined]
        except pgtools.ToolMissing as missing:
            yield name, str(missing)
        else:
            yield name, ""
