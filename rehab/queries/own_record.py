"""Everything the record holds about a runner, read from the models themselves: a new one is not forgotten.

Row-level security decides which rows are the runner's own: what they cannot see is not in here by accident.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import Membership, User
from physio.web.grants import NO_ROWS, Grants
from rehab.queries.own_words import COLUMNS, TITLES

# Models about a patient that are not given out here, each with its reason.
LEFT_OUT = {
    "patients.AuditEntry": "the database's own log of changes, kept for the clinic; ask it for a copy",
    "patients.OutboxMail": "mails that were sent; they are in the runner's own mailbox",
    "patients.Clinic": "the clinic itself, nothing about a person",
    "patients.CaseChange": "the clinic's handovers and closings, with reasons; a copy on request",
    "rehab.MessageSettled": "that the clinic has dealt with a message; the message itself is given out",
    "patients.Erasure": "that a record was erased: there is nobody left to read it",
    "rehab.NoteDraft": "a note that its physiotherapist has not finished",
    "rehab.CaseNote": "the physiotherapist's own notes; the clinic gives a copy on request",
}
# Columns that would open a door, or only say how a row is stored.
SECRET = {"token_hash", "password", "p256dh", "auth", "endpoint", "payload_hash", "evidence_hash"}
SECRET |= {"acknowledged_hash", "search", "spark_path", "clinic", "place", "content_digest", "seal"}
SECRET |= {"redacted_by", "data", "session_key"}


@dataclass(frozen=True)
class Section:
    """One kind of thing: `rows` are its rows in the order they were made, each column under its name."""

    name: str
    title: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """A section to read: its rows in words. What is empty and the keys between rows are in the file only."""

    title: str
    rows: list[list[tuple[str, str]]]


def to_read(found: list[Section], zone: ZoneInfo) -> list[Shown]:
    """What there is something of, in the runner's own time."""
    return [Shown(one.title, [_in_words(row, zone) for row in one.rows]) for one in found if one.rows]


def _in_words(row: dict[str, Any], zone: ZoneInfo) -> list[tuple[str, str]]:
    told = ((name, _say(value, zone)) for name, value in row.items() if not isinstance(value, UUID))
    return [(_(COLUMNS[name]), said) for name, said in told if said]


def _say(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(value.astimezone(zone), _("j F Y, H:i"))
    if isinstance(value, date):
        return date_format(value, _("j F Y"))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {said}" for name, one in value.items() if (said := _say(one, zone)))
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (_say(one, zone) for one in value)))
    return "" if value is None else str(value)


def sections(membership: Membership) -> list[Section]:
    """In the runner's own session. Empty kinds are in it too: they say that there is nothing."""
    return [*_account(membership), *(_section(model) for model in own_models())]


def own_models() -> list[type[models.Model]]:
    """Every model of which a runner's own session sees rows."""
    return [model for model in apps.get_models() if _shows(model) and model._meta.label not in LEFT_OUT]


def _shows(model: type[models.Model]) -> bool:
    grants = getattr(model, "grants", None)
    return (
        isinstance(grants, Grants)
        and not grants.outside
        and not grants.policies
        and grants.patient != NO_ROWS
    )


def _section(model: type[models.Model]) -> Section:
    rows = model._default_manager.order_by("pk")
    return Section(model._meta.label, _title(model), [_row(row) for row in rows])


def _account(membership: Membership) -> Iterator[Section]:
    """Sign-in lives outside the clinic, so its rows are asked for by the user."""
    user = membership.user_id
    asked: tuple[models.QuerySet, ...] = (
        User.objects.filter(pk=user),
        Membership.objects.filter(pk=membership.pk),
        EmailAddress.objects.filter(user_id=user),
        Authenticator.objects.filter(user_id=user).defer("data"),
        UserSession.objects.filter(user_id=user),
    )
    for rows in asked:
        model = rows.model
        yield Section(model._meta.label, _title(model), [_row(row) for row in rows.order_by("pk")])


def _row(row: models.Model) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in SECRET
    }


def _title(model: type[models.Model]) -> str:
    return _(TITLES[model._meta.label])
