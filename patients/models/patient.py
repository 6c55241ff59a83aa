"""A patient, and apart from it the person: erasure removes the person and keeps what was treated."""

from typing import Self

from django.db import models

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow, range_check
from physio.web.grants import ALL, KEEP, PATIENT, READ, Grants
from physio.web.references import Reference, belongs


class Person(ClinicRow):
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    birth_date = models.DateField(null=True, blank=True)

    grants = Grants(
        app=ALL,
        worker=READ,
        patient=f"id = (SELECT person_id FROM patients_patient WHERE id = {PATIENT})",  # noqa: S608  a constant
        hidden_columns=("given_name", "family_name", "email", "phone", "birth_date"),
    )

    class Meta:
        constraints = [UNIQUE_IN_CLINIC]

    def __str__(self) -> str:
        return f"Person {self.id}"


class PatientQuerySet(models.QuerySet["Patient"]):
    def known(self) -> Self:
        """Not erased."""
        return self.filter(person__isnull=False)


class Patient(ClinicRow):
    person = Reference("patients.Person", models.SET_NULL, null=True, blank=True, related_name="patients")
    number = models.PositiveIntegerField(help_text="short number people use, unique in the clinic")
    time_zone = models.CharField(max_length=60, default="Europe/London")
    language = models.CharField(max_length=10, blank=True, default="", help_text="empty: as the browser says")
    responsible = Reference("patients.Membership", related_name="responsible_for")
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(app=KEEP, worker=READ, patient=f"id = {PATIENT}", owner_reads="in_care")

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("person", "patients.Person"),
            belongs("responsible", "patients.Membership"),
            models.UniqueConstraint(
                fields=("clinic", "number"), name="patients_patient_number_once_per_clinic"
            ),
            models.UniqueConstraint(fields=("clinic", "person"), name="patients_patient_one_per_person"),
            range_check("number", 1, 9_999_999),
        ]

    def __str__(self) -> str:
        return f"Patient {self.number}"
