"""What every clinical row has: a key made in the app, and the clinic it belongs to."""

from collections.abc import Iterable
from typing import Self

from django.db import models

from patients.models.keys import uuid7
from physio.web.references import Reference, belongs

UNIQUE_IN_CLINIC = models.UniqueConstraint(fields=("clinic", "id"), name="%(app_label)s_%(class)s_clinic_id")
UNIQUE_IN_CASE = models.UniqueConstraint(
    fields=("clinic", "case", "id"), name="%(app_label)s_%(class)s_clinic_case_id"
)
CASE_BELONGS = belongs("case", "patients.Case", along=("patient",))
CASE_ROW = [UNIQUE_IN_CLINIC, UNIQUE_IN_CASE, CASE_BELONGS]


class ClinicRow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey("patients.Clinic", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
        constraints = [UNIQUE_IN_CLINIC]


class CaseRowQuerySet(models.QuerySet):
    def for_case(self, case_id: object) -> Self:
        return self.filter(case_id=case_id)


class CaseRow(ClinicRow):
    """A row of one case. It names the patient too, so that the patient's policy is on the row itself."""

    of_a_case = True  # staff see it while the patient is in their care (physio.web.grants.IN_CARE)

    patient = Reference("patients.Patient")
    case = Reference("patients.Case", related_name="%(class)ss")

    class Meta:
        abstract = True
        constraints = CASE_ROW


def code_check(field: str, codes: Iterable[str], name: str = "") -> models.CheckConstraint:
    """The column holds one of the codes; a null passes by itself."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [str(code) for code in codes]}),
        name=name or f"%(app_label)s_%(class)s_{field}_code",
    )


def codes_check(field: str, codes: Iterable[str]) -> models.CheckConstraint:
    """Every element of the array is one of the codes."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__contained_by": [str(code) for code in codes]}),
        name=f"%(app_label)s_%(class)s_{field}_codes",
    )


def range_check(field: str, low: float, high: float) -> models.CheckConstraint:
    """low <= field <= high; a null ("not said") passes."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=f"%(app_label)s_%(class)s_{field}_range",
    )


def written_check(field: str) -> models.CheckConstraint:
    """More than blanks was written."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__regex": r"\S"}), name=f"%(app_label)s_%(class)s_{field}_written"
    )
