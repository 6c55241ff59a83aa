"""A whole caseload at once: all of it, or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from patients.actions import cases, invitations, patients
from patients.models import Membership, Patient


class ImportRefused(ValueError):
    """Says in a sentence which runner stands in the way; nobody was added."""


@transaction.atomic
def add_all(
    *, rows: Sequence[Mapping[str, Any]], invite: bool, by: Membership, now: datetime
) -> list[Patient]:
    """Each with a case, in the order of the file. `rows` as `NewPatientForm` cleans them.

    Nobody hears of it unless `invite`. ImportRefused when one of them cannot be added.
    """
    added = []
    for row in rows:
        person = {name: value for name, value in row.items() if name != "sides"}
        try:
            patient, membership = patients.register(clinic=by.clinic, by=by, now=now, **person)
            cases.open(patient=patient, sides=row["sides"], clinician=patient.responsible, by=by, now=now)
        except (patients.PatientRefused, cases.CaseRefused) as refused:
            raise ImportRefused(f"Nobody was added. {refused}") from refused
        if invite:
            invitations.send(patient=patient, membership=membership, by=by, now=now)
        added.append(patient)
    return added
