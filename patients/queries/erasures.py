"""Wishes for erasure that wait for an answer, and the tombstones kept outside the database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from patients.models import Case, ErasureRequest

TOMBSTONES = "erasures.jsonl"
ANSWER_WITHIN = timedelta(days=30)  # a month: GDPR, article 12(3)


@dataclass(frozen=True)
class Wish:
    id: UUID
    name: str
    number: int
    asked_at: datetime
    answer_by: datetime
    is_late: bool
    open_case_id: UUID | None  # has to be closed first
    cases: int
    last_visit: datetime | None  # when the last case was closed


@dataclass(frozen=True)
class Tombstone:
    """An erasure by keys only: it names nobody without a backup from before it."""

    erasure_id: UUID
    clinic_id: UUID
    patient_id: UUID
    erased_at: datetime


def waiting(now: datetime) -> list[Wish]:
    """Oldest first. Two queries."""
    open_ones = ErasureRequest.objects.filter(answered_at__isnull=True, withdrawn_at__isnull=True)
    wishes = list(open_ones.select_related("patient__person").order_by("asked_at", "id"))
    cases: dict[UUID, list[Case]] = {}
    for case in Case.objects.filter(patient_id__in=[wish.patient_id for wish in wishes]).order_by(
        "opened_at", "id"
    ):
        cases.setdefault(case.patient_id, []).append(case)
    return [_wish(wish, cases.get(wish.patient_id, []), now) for wish in wishes]


def wish(wish_id: UUID, now: datetime) -> tuple[ErasureRequest, Wish]:
    """ErasureRequest.DoesNotExist when it is answered, taken back or another clinic's."""
    found = ErasureRequest.objects.select_related("patient__person").get(
        pk=wish_id, answered_at__isnull=True, withdrawn_at__isnull=True
    )
    cases = list(Case.objects.for_patient(found.patient_id).order_by("opened_at", "id"))
    return found, _wish(found, cases, now)


def count_waiting() -> int:
    return ErasureRequest.objects.filter(answered_at__isnull=True, withdrawn_at__isnull=True).count()


def _wish(found: ErasureRequest, cases: list[Case], now: datetime) -> Wish:
    person, until = found.patient.person, found.asked_at + ANSWER_WITHIN
    closed = [case.closed_at for case in cases if case.closed_at]
    return Wish(
        id=found.pk,
        name=f"{person.given_name} {person.family_name}" if person else f"Patient {found.patient.number}",
        number=found.patient.number,
        asked_at=found.asked_at,
        answer_by=until,
        is_late=now > until,
        open_case_id=next((case.pk for case in cases if not case.closed_at), None),
        cases=len(cases),
        last_visit=max(closed) if closed else None,
    )


def known() -> list[Tombstone]:
    """All there are, of every clinic; for the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM erasures_known()")
        return [Tombstone(*row) for row in cursor.fetchall()]


def tombstone_file() -> Path:
    return Path(settings.LEDGER) / TOMBSTONES


def tombstones(file: Path) -> Iterator[Tombstone]:
    """As they were put away. ValueError for a line that is none, so that none is passed over."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                said = json.loads(line)
                yield Tombstone(
                    UUID(said["erasure"]),
                    UUID(said["clinic"]),
                    UUID(said["patient"]),
                    datetime.fromisoformat(said["at"]),
                )
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"Line {number} of {file} is no tombstone.") from error
