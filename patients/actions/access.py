"""Keeps who looked at what."""

from datetime import datetime
from uuid import UUID

from patients.models import AccessEvent, Case, Membership


def record(
    *,
    by: Membership,
    route: str,
    method: str,
    action: str,
    status: int,
    patient_id: UUID | None,
    case_id: UUID | None,
    now: datetime,
) -> None:
    """One request for patient data, in the request's own transaction. A case names its patient by itself."""
    if patient_id is None and case_id is not None:
        patient_id = Case.objects.filter(pk=case_id).values_list("patient_id", flat=True).first()
    AccessEvent.objects.create(
        clinic_id=by.clinic_id,
        user_id=by.user_id,
        role=by.role,
        patient_id=patient_id or by.patient_id,
        case_id=case_id if patient_id is not None else None,
        route=route,
        method=method,
        action=action,
        status=status,
        at=now,
    )
