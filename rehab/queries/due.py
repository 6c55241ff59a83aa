"""What waits, of whichever clinic: only keys come out, through narrow functions of the database.

Everything else about a case, a mail or a member is read inside its clinic.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db import connection


class Due(NamedTuple):
    """Only a mail may be outside every clinic: then `clinic_id` is None."""

    clinic_id: UUID
    id: UUID


def cases(*, now: datetime, wanted: int) -> list[Due]:
    """Longest due first, at most `wanted`."""
    return _ask("SELECT * FROM due_cases(%s, %s)", now, wanted)


def mails(*, now: datetime, wanted: int) -> list[Due]:
    """Longest due first, at most `wanted`."""
    return _ask("SELECT * FROM due_mails(%s, %s)", now, wanted)


def summaries(*, now: datetime, wanted: int) -> list[Due]:
    """Members whose weekly mail is due, longest due first, at most `wanted`."""
    return _ask("SELECT * FROM due_summaries(%s, %s)", now, wanted)


def reminders(*, now: datetime, wanted: int) -> list[Due]:
    """Runners to look at, and those who have no settings yet, at most `wanted` of each."""
    return _ask("SELECT * FROM due_reminders(%s, %s)", now, wanted)


def notices(*, now: datetime, wanted: int) -> list[Due]:
    """Urgent flags about which somebody has to be told, longest due first, at most `wanted`."""
    return _ask("SELECT * FROM due_notices(%s, %s)", now, wanted)


def outdated(*, version: str, now: datetime, wanted: int) -> list[Due]:
    """Cases last evaluated under another version of the rules and not due by themselves, at most `wanted`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outdated_cases(%s, %s, %s)", [version, now, wanted])
        return [Due(*row) for row in cursor.fetchall()]


def by_message_id(message_id: str) -> list[Due]:
    """The mail that bears it, in whichever clinic; none or one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mail_by_message_id(%s)", [message_id])
        return [Due(*row) for row in cursor.fetchall()]


def in_batches(found: list[Due], size: int) -> Iterator[tuple[UUID, list[UUID]]]:
    """Clinic by clinic, at most `size` keys at a time."""
    by_clinic = sorted(found, key=lambda one: str(one.clinic_id))  # stable: longest due first within a clinic
    for clinic_id, group in groupby(by_clinic, key=lambda one: one.clinic_id):
        ids = [one.id for one in group]
        for start in range(0, len(ids), size):
            yield clinic_id, ids[start : start + size]


def _ask(question: str, now: datetime, wanted: int) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(question, [now, wanted])
        return [Due(*row) for row in cursor.fetchall()]
