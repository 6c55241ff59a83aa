"""Which case of a patient is open."""

from uuid import UUID

from patients.models import Case


def open_case_id(patient_id: UUID) -> UUID:
    """There is at most one. Case.DoesNotExist when all are closed."""
    return Case.objects.for_patient(patient_id).open().get().id
