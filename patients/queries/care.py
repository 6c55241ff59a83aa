"""Records that are not this physio's, and those that were opened with a reason."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from patients.models import Case, Patient, RecordOpening

MOST = 50
SEEN = 200  # openings on the owner's page, newest first


@dataclass(frozen=True)
class Somebody:
    """A runner by name and number, and who is responsible. Nothing clinical."""

    patient_id: UUID
    name: str
    number: int
    physio: str


@dataclass(frozen=True)
class Opening:
    """`day` and `time` where the reader is."""

    day: date
    time: str
    physio: str
    name: str
    number: int
    reason: str


def others(q: str) -> list[Somebody]:
    """Runners whose record does not show in this request, by name; at most MOST. None without a question."""
    if not q:
        return []
    named = Q(person__family_name__icontains=q) | Q(person__given_name__icontains=q)
    if q.isdecimal() and len(q) <= 7:
        named |= Q(number=int(q))
    found = Patient.objects.known().filter(named).exclude(pk__in=Case.objects.values("patient_id"))
    rows = found.select_related("person", "responsible")
    return [_somebody(one) for one in rows.order_by("person__family_name", "number", "id")[:MOST]]


def somebody(patient_id: UUID) -> tuple[Patient, Somebody]:
    """Patient.DoesNotExist when there is none in this clinic."""
    patient = Patient.objects.select_related("person", "responsible").get(pk=patient_id)
    return patient, _somebody(patient)


def newest_case_id(patient_id: UUID) -> UUID | None:
    """None when this request may not see any."""
    cases = Case.objects.for_patient(patient_id)
    return cases.order_by("-opened_at", "-id").values_list("pk", flat=True).first()


def openings(zone: ZoneInfo, patient_id: UUID | None = None) -> list[Opening]:
    """Newest first; of the whole clinic, or one runner's own."""
    found = RecordOpening.objects.select_related("by", "patient__person").order_by("-at", "-id")
    if patient_id is not None:
        found = found.filter(patient_id=patient_id)
    return [
        Opening(
            day=one.at.astimezone(zone).date(),
            time=f"{one.at.astimezone(zone):%H:%M}",
            physio=one.by.display_name,
            name=_name(one.patient),
            number=one.patient.number,
            reason=one.reason,
        )
        for one in found[:SEEN]
    ]


def _somebody(patient: Patient) -> Somebody:
    return Somebody(patient.pk, _name(patient), patient.number, patient.responsible.display_name)


def _name(patient: Patient) -> str:
    person = patient.person
    return f"{person.given_name} {person.family_name}" if person else f"Patient {patient.number}"
