"""How every entry of the diary is stored: once, never edited, and with it the case becomes due."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, UUIDField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.clinical.sides import Side
from patients.models import Case, CaseStatus, Membership, Role
from patients.queries import consents
from physio.web.kept import Kept
from rehab.models import DiaryRow, Source

CLOCKS_DIFFER = timedelta(minutes=5)  # how far a phone's clock may run ahead of ours

Row = TypeVar("Row", bound=DiaryRow)


class Refused(ValueError):
    """The entry cannot be stored. `field` names the answer to mend, `str()` is a sentence for the runner."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(ValueError):
    """The same client id came with other contents, or the entry was corrected meanwhile. Answer 409."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry says of itself.

    `client_id`: made by whoever sends, so that a retry is stored once. `occurred_at` None: just now, or when
    it was `told_at`, for an entry that waited on a phone; that is no part of what was said.
    `corrects`: the id of the stored row this one replaces; `voided` withdraws that row instead.
    """

    client_id: UUID
    occurred_at: datetime | None = None
    corrects: UUID | None = None
    voided: bool = False
    source: Source = Source.PORTAL
    told_at: datetime | None = None

    def at(self, now: datetime) -> datetime:
        """When it happened. A phone's clock that runs ahead tells no time to come."""
        return self.occurred_at or min(self.told_at or now, now)


def store(
    model: type[Row], *, case: Case, entry: Entry, values: Mapping[str, Any], by: Membership, now: datetime
) -> Row:
    """The stored row: a new one, or the one already there when the same entry comes again.

    Call inside a transaction. `values` are the model's own columns. Raises Refused or Conflict.
    """
    case = lock(case, by)
    said = _hash(model, entry, values)
    known = _told(model).first(case_id=case.pk, client_id=entry.client_id)
    if known is not None:
        if known.payload_hash != said:
            raise Conflict(_("This entry is stored already with other answers. Reload the page and look."))
        return known
    if by.role == Role.PATIENT and consents.of(case.patient_id).is_withdrawn:
        raise Refused("", _("You took your consent back, so nothing more can be recorded here."))
    if case.status == CaseStatus.CLOSED:
        raise Refused("", _("Your care plan is closed, so nothing more can be recorded. Ask your clinic."))
    zone = ZoneInfo(case.patient.time_zone)
    occurred_at = entry.at(now).astimezone(UTC)
    _check_moment(occurred_at, case=case, now=now, zone=zone)
    if entry.corrects is not None:
        _check_correction(model, case=case, corrects=entry.corrects)
    rows: Any = model.objects  # of `Row`, which the manager of an abstract model does not say
    row: Row = rows.create(
        clinic_id=case.clinic_id,
        patient_id=case.patient_id,
        case_id=case.pk,
        client_id=entry.client_id,
        occurred_at=occurred_at,
        time_zone=zone.key,
        local_date=occurred_at.astimezone(zone).date(),
        received_at=now,
        source=entry.source,
        payload_hash=said,
        supersedes_id=entry.corrects,
        voided=entry.voided,
        **values,
    )
    Case.objects.filter(pk=case.pk).update(evaluation_due_at=now)
    return row


def by_side(name: str, answers: Mapping[Side, Any]) -> dict[str, Any]:
    """The two columns of an answer that each side has: a side that was not asked stays None."""
    return {f"{name}_{side.label}": answers.get(side) for side in Side}


def lock(case: Case, by: Membership) -> Case:
    """The case as it is now, held until the transaction ends: its entries come one after the other."""
    if by.clinic_id != case.clinic_id or by.patient_id not in (None, case.patient_id):
        raise Case.DoesNotExist
    return _HELD.get(case_id=case.pk)


_HELD: Kept[Case] = Kept(
    lambda case_id: Case.objects.locked().select_related("patient").filter(pk=case_id), case_id=UUIDField()
)


@cache
def _told(model: type[Row]) -> Kept[Row]:
    """What came under a client id before."""

    def make(case_id: Any, client_id: Any) -> QuerySet[Row, Row]:
        rows: Any = model.objects
        found: QuerySet[Row, Row] = rows.for_case(case_id).filter(client_id=client_id)
        return found

    return Kept(make, case_id=UUIDField(), client_id=UUIDField())


def _hash(model: type[DiaryRow], entry: Entry, values: Mapping[str, Any]) -> str:
    """Of what was said, not of when it arrived: a lost answer makes the phone send the same again."""
    said = {
        "entry": model.__name__,
        "occurred_at": entry.occurred_at and entry.occurred_at.astimezone(UTC).isoformat(),
        "corrects": entry.corrects,
        "voided": entry.voided,
        **values,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _check_moment(occurred_at: datetime, *, case: Case, now: datetime, zone: ZoneInfo) -> None:
    if occurred_at > now + CLOCKS_DIFFER:
        raise Refused("occurred_at", _("That time has not come yet. Give the time at which it happened."))
    if occurred_at < case.opened_at:
        began = case.opened_at.astimezone(zone)
        raise Refused(
            "occurred_at",
            _("Your care here began on %(day)s. Give a time after that.")
            % {"day": date_format(began, "j F Y")},
        )


def _check_correction(model: type[DiaryRow], *, case: Case, corrects: UUID) -> None:
    if not model.objects.for_case(case.pk).filter(pk=corrects).exists():
        raise model.DoesNotExist
    if model.objects.for_case(case.pk).filter(supersedes_id=corrects).exists():
        raise Conflict(_("This entry was corrected before. Open the newest one and correct that."))
