"""A case, one episode of one runner's Achilles problem, and its tendons."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from patients.models.codes import CaseStatus, TendonSide
from patients.models.tenant import CASE_ROW, UNIQUE_IN_CLINIC, CaseRow, CaseRowQuerySet, ClinicRow, code_check
from physio.web.grants import APPEND, KEEP, OWN_ROWS, READ, Grants
from physio.web.references import Reference, belongs

EVALUATION_COLUMNS = ("evaluation_due_at", "evaluated_at", "evaluation_failures", "evaluation_error")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.exclude(status=CaseStatus.CLOSED)

    def due(self, now: datetime) -> Self:
        return self.filter(evaluation_due_at__lte=now)

    def locked(self) -> Self:
        """Held until the transaction ends; rows that refer to it may be written all the same."""
        return self.select_for_update(no_key=True, of=("self",))

    def for_patient(self, patient_id: object) -> Self:
        return self.filter(patient_id=patient_id)


class Case(ClinicRow):
    of_a_case = True

    patient = Reference("patients.Patient", related_name="cases")
    number = models.PositiveSmallIntegerField(help_text="counts the patient's cases from 1")
    status = models.CharField(max_length=11, choices=CaseStatus, default=CaseStatus.ACTIVE)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    clinician = Reference("patients.Membership", related_name="cases")
    suspended_at = models.DateTimeField(null=True, blank=True)
    evaluation_due_at = models.DateTimeField(null=True, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    evaluation_failures = models.PositiveSmallIntegerField(default=0)
    evaluation_error = models.CharField(max_length=200, blank=True)

    grants = Grants(
        app=KEEP,
        worker=("SELECT", "UPDATE"),
        worker_columns=(*EVALUATION_COLUMNS, "suspended_at"),
        patient=OWN_ROWS,
        owner_reads="due_cases",
        unaudited_columns=EVALUATION_COLUMNS,
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            models.UniqueConstraint(
                fields=("clinic", "patient", "id"), name="patients_case_clinic_patient_id"
            ),
            belongs("patient", "patients.Patient"),
            belongs("clinician", "patients.Membership"),
            models.UniqueConstraint(
                fields=("clinic", "patient", "number"), name="patients_case_number_once_per_patient"
            ),
            models.UniqueConstraint(
                fields=("clinic", "patient"),
                condition=~Q(status=CaseStatus.CLOSED),
                name="patients_case_one_open_per_patient",
            ),
            code_check("status", CaseStatus.values),
            models.CheckConstraint(
                condition=Q(status=CaseStatus.CLOSED, closed_at__isnull=False)
                | (~Q(status=CaseStatus.CLOSED) & Q(closed_at__isnull=True)),
                name="patients_case_closed_exactly_with_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=("evaluation_due_at", "id"),
                condition=Q(evaluation_due_at__isnull=False),
                name="patients_case_due",
            ),
            models.Index(fields=("clinic", "clinician", "id"), name="patients_case_clinician"),
            models.Index(
                fields=("id",), condition=Q(evaluation_failures__gt=0), name="patients_case_not_assessed"
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.id}"


class Tendon(CaseRow):
    side = models.CharField(max_length=5, choices=TendonSide)

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            models.UniqueConstraint(
                fields=("clinic", "case", "side"), name="patients_tendon_side_once_per_case"
            ),
            code_check("side", TendonSide.values),
        ]

    def __str__(self) -> str:
        return f"{self.side} tendon {self.id}"
