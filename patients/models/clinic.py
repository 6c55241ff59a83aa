"""A clinic: the tenant."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patients.models.care import CareRule
from patients.models.keys import uuid7
from patients.models.tenant import range_check
from physio.web.grants import EVERY_ROW, KEEP, READ, Grants

KEEP_YEARS = (5, 40)  # what an owner may choose from


class Clinic(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=60, default="Europe/London")
    phone = models.CharField(max_length=40)
    emergency_number = models.CharField(max_length=20, default="112")
    hours = models.CharField(max_length=200, blank=True)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    closed_weekdays = ArrayField(models.SmallIntegerField(), null=True, blank=True, help_text="0: Monday")
    closed_dates = ArrayField(models.DateField(), null=True, blank=True)
    keep_years = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="a record, after its last case was closed; null: not decided"
    )
    record_only = models.BooleanField(default=False)
    email_initials_opt_in = models.BooleanField(default=False)
    care = models.CharField(
        max_length=8, choices=CareRule, default=CareRule.EVERYONE, db_default=CareRule.EVERYONE, blank=True
    )

    grants = Grants(app=KEEP, worker=READ, patient=EVERY_ROW, clinic_column="id", owner_reads="in_care")

    class Meta:
        constraints = [
            range_check("keep_years", *KEEP_YEARS),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="patients_clinic_opens_before_closing",
            ),
            models.CheckConstraint(
                condition=~models.Q(emergency_number=""), name="patients_clinic_emergency_number_given"
            ),
            models.CheckConstraint(
                condition=models.Q(care__in=CareRule.values), name="patients_clinic_care_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name
