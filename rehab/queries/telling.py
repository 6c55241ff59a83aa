"""Who has to be told of an urgent flag, what, and whether somebody has looked by now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from patients.models import AccessEvent, Case, Membership, OutboxMail, Role
from rehab.models import Flag
from rehab.queries.weekly import address_of as member_address

CLINICAL = (Role.OWNER, Role.CLINICIAN)


@dataclass(frozen=True)
class Telling:
    """What the mails may say. Moments are in the clinic's own time."""

    case_id: UUID
    case_name: str  # "Case 1042"
    physio_name: str
    told_at: datetime | None
    escalates_at: datetime | None


def of_flag(flag: Flag) -> Telling:
    zone = ZoneInfo(flag.clinic.time_zone)
    physio = Membership.objects.get(id=flag.case.clinician_id)
    return Telling(
        case_id=flag.case_id,
        case_name=f"Case {flag.case.patient.number}",
        physio_name=physio.display_name,
        told_at=flag.told_at and flag.told_at.astimezone(zone),
        escalates_at=flag.notify_due_at and flag.notify_due_at.astimezone(zone),
    )


def physio_of(case: Case) -> Membership | None:
    """The case's physiotherapist; None when mail cannot reach them."""
    physio = Membership.objects.get(id=case.clinician_id)
    return physio if address_of(physio.id) else None


def listeners(case: Case) -> list[Membership]:
    """Whoever is told of a runner's words: the physiotherapist, or the others when they have left.

    In the runner's own session, which may not look up an address: a mail without one goes nowhere.
    """
    physio = Membership.objects.active().filter(id=case.clinician_id).first()
    return [physio] if physio else others_of(case)


def others_of(case: Case) -> list[Membership]:
    """The owners; where the case's physiotherapist is the only one, the other clinicians; else themselves."""
    clinical = Membership.objects.filter(clinic_id=case.clinic_id, role__in=CLINICAL, is_active=True)
    members = list(clinical.order_by("id"))
    others = [one for one in members if one.id != case.clinician_id]
    return [one for one in others if one.role == Role.OWNER] or others or members


def was_opened(flag: Flag, since: datetime) -> bool:
    """A clinician has looked at the case since then, on its page or in the list."""
    seen = AccessEvent.objects.filter(patient_id=flag.patient_id, case_id=flag.case_id, at__gte=since)
    return seen.filter(role__in=CLINICAL, status__lt=400).exists()


def address_of(membership_id: UUID | None) -> str:
    """Empty when they have left, or when mail to them came back."""
    if membership_id is None:
        return ""
    address = member_address(membership_id)
    return "" if address and came_back(membership_id, address) else address


def returned_from(membership_ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Member and address of every mail to these members that has bounced."""
    back = OutboxMail.objects.bounced().filter(recipient_membership__in=membership_ids)
    return set(back.order_by().values_list("recipient_membership_id", "to_address"))


def came_back(membership_id: UUID, address: str) -> bool:
    """A mail to this member at this address has bounced."""
    back = OutboxMail.objects.bounced().filter(recipient_membership=membership_id, to_address=address)
    return back.exists()
