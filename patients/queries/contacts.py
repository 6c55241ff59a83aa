"""How a runner is reached, for reception: nothing of what they are treated for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from patients.models import Membership, Patient


@dataclass(frozen=True)
class Contact:
    """`in_portal`: they may sign in. `joined_at` None: they never did."""

    patient: Patient
    name: str
    given_name: str
    family_name: str
    email: str
    phone: str
    language: str
    in_portal: bool
    joined_at: datetime | None


def find(patient_id: UUID) -> Contact:
    """Patient.DoesNotExist for another clinic's, and when the personal details were erased."""
    patient = Patient.objects.known().select_related("person").get(pk=patient_id)
    person = patient.person
    if person is None:
        raise Patient.DoesNotExist
    places = Membership.objects.active().filter(clinic_id=patient.clinic_id, patient=patient)
    return Contact(
        patient=patient,
        name=f"{person.given_name} {person.family_name}",
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        phone=person.phone,
        language=patient.language,
        in_portal=places.exists(),
        joined_at=patient.joined_at,
    )
