"""Seals the logs of who looked and who changed, and leaves the newest seals outside the database."""

import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from patients.queries import audit, erasures
from patients.queries.audit import Head

BATCH = 5000
_log = logging.getLogger(__name__)


def seal(*, now: datetime) -> int:
    """How many entries were sealed. OSError when an anchor could not be written: the next run writes it."""
    sealed = 0
    while more := _seal_some():
        sealed += more
    for head in audit.heads():
        if head.place and audit.last_anchor(head.chain) != (head.place, head.seal):
            _anchor(head, now)
    _keep_tombstones()
    return sealed


def note_restore(*, now: datetime) -> None:
    """What was anchored past the end of the restored backup does not count any more."""
    for head in audit.heads():
        line = {"at": now.isoformat(), "chain": head.chain, "place": head.place, "seal": head.seal}
        append(audit.anchor_file(), {**line, "restored": True})


def _seal_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_audit(%s)", [BATCH])
        return int(cursor.fetchone()[0])


def _anchor(head: Head, now: datetime) -> None:
    """Into the log, which should be shipped elsewhere, and onto the end of the ledger's file."""
    _log.info("audit anchor", extra={"chain": head.chain, "place": head.place, "seal": head.seal})
    if settings.LEDGER:
        append(
            audit.anchor_file(),
            {"at": now.isoformat(), "chain": head.chain, "place": head.place, "seal": head.seal},
        )


def _keep_tombstones() -> None:
    """Erasures, by keys only, where a restored backup does not reach them."""
    if not settings.LEDGER:
        return
    kept = {tombstone.erasure_id for tombstone in erasures.tombstones(erasures.tombstone_file())}
    for tombstone in erasures.known():
        if tombstone.erasure_id not in kept:
            line = {
                "erasure": tombstone.erasure_id,
                "clinic": tombstone.clinic_id,
                "patient": tombstone.patient_id,
            }
            said = {name: str(key) for name, key in line.items()} | {"at": tombstone.erased_at.isoformat()}
            append(erasures.tombstone_file(), said)


def append(file: Path, line: Mapping[str, object]) -> None:
    """One line, kept by the disk before this returns. The file may allow appending only (chattr +a)."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (json.dumps(line) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
