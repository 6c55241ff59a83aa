"""A runner's own account: its settings, an open wish for erasure, and who looked at their record."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from patients.models import AccessEvent, ErasureRequest, Membership, Patient
from patients.queries.acts import in_words, role_in_words

MOST = 500  # looks; older ones are in the export


@dataclass(frozen=True)
class Account:
    email: str
    language: str
    time_zone: str
    erasure_asked_at: datetime | None
    refused_at: datetime | None  # the last wish, when the clinic has refused it
    refusal: str


@dataclass(frozen=True)
class Look:
    """One person's acts of one kind on one day."""

    day: date
    name: str
    role: str
    what: str
    times: int
    last: str  # local time, "09:30"


def of(membership: Membership) -> Account:
    patient = Patient.objects.get(pk=str(membership.patient_id))
    wish = (
        ErasureRequest.objects.filter(patient=patient, withdrawn_at__isnull=True)
        .order_by("-asked_at", "-id")
        .first()
    )
    is_open = wish is not None and wish.answered_at is None
    return Account(
        email=membership.user.email,
        language=patient.language,
        time_zone=patient.time_zone,
        erasure_asked_at=wish.asked_at if wish and is_open else None,
        refused_at=wish.answered_at if wish and wish.refusal else None,
        refusal=wish.refusal if wish else "",
    )


def language_of(patient_id: UUID) -> str:
    return Patient.objects.filter(pk=patient_id).values_list("language", flat=True).first() or ""


def looks(membership: Membership, zone: ZoneInfo) -> list[Look]:
    """Others only, newest day first."""
    events = list(
        AccessEvent.objects.filter(patient_id=str(membership.patient_id), status__lt=400)
        .exclude(user_id=membership.user_id)
        .order_by("-at", "-id")
        .values_list("at", "user_id", "role", "action")[:MOST]
    )
    names = dict(
        Membership.objects.filter(
            clinic_id=membership.clinic_id, user_id__in={user for _, user, _, _ in events}
        ).values_list("user_id", "display_name")
    )
    found = [
        ((at.astimezone(zone).date(), names.get(user, ""), role, action), at.astimezone(zone))
        for at, user, role, action in events
    ]
    grouped: dict[tuple[date, str, str, str], list[datetime]] = {}
    for key, at in found:
        grouped.setdefault(key, []).append(at)
    return [
        Look(
            day=day,
            name=name,
            role=role_in_words(role),
            what=in_words(action),
            times=len(ats),
            last=f"{ats[0]:%H:%M}",
        )
        for (day, name, role, action), ats in grouped.items()
    ]
