"""A user's place in a clinic."""

from typing import Self

from django.db import models
from django.db.models import Q

from patients.models.codes import Role
from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow, code_check, range_check
from physio.web.grants import KEEP, Grants
from physio.web.references import Reference, belongs


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True)

    def for_user(self, user_id: object) -> Self:
        return self.filter(user_id=user_id)

    def staff(self) -> Self:
        return self.exclude(role=Role.PATIENT)

    def clinicians(self) -> Self:
        return self.filter(role__in=(Role.OWNER, Role.CLINICIAN))


class Membership(ClinicRow):
    user = models.ForeignKey("patients.User", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    display_name = models.CharField(max_length=120)
    patient = Reference("patients.Patient", null=True, blank=True, related_name="memberships")
    is_active = models.BooleanField(default=True)
    team = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="its members care for each other's patients",
    )
    summary_weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday")
    summary_hour = models.PositiveSmallIntegerField(default=7, help_text="hour of the clinic's day")
    summary_time_zone = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="empty: the patient's or the clinic's"
    )
    summary_opt_out = models.BooleanField(default=False)
    summary_due_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(
        app=KEEP,
        worker=("SELECT", "UPDATE"),
        worker_columns=("summary_due_at",),
        outside="sign-in finds the clinic here; holds no clinical data",
        unaudited_columns=("summary_due_at",),
        hidden_columns=("display_name",),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("patient", "patients.Patient"),
            models.UniqueConstraint(fields=("user", "clinic"), name="patients_membership_once_per_clinic"),
            models.UniqueConstraint(
                fields=("clinic", "patient"),
                condition=Q(is_active=True),
                name="patients_membership_one_active_per_patient",
            ),
            code_check("role", Role.values),
            models.CheckConstraint(
                condition=Q(role=Role.PATIENT, patient__isnull=False)
                | (~Q(role=Role.PATIENT) & Q(patient__isnull=True)),
                name="patients_membership_patient_exactly_for_patients",
            ),
            range_check("summary_weekday", 0, 6),
            range_check("summary_hour", 0, 23),
        ]
        indexes = [
            models.Index(
                fields=("summary_due_at", "id"),
                condition=Q(summary_due_at__isnull=False, is_active=True),
                name="patients_membership_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"
