"""A plan: one tendon's protocol with its dose, by date. A change is a new version of it."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from assessments.clinical.classification import DROPS_BELOW_NEUTRAL, Protocol, TendinopathyType
from patients.models.tenant import (
    CASE_ROW,
    CaseRow,
    CaseRowQuerySet,
    code_check,
    codes_check,
    range_check,
)
from physio.web.grants import OWN_ROWS, READ, Grants
from physio.web.references import Reference, belongs
from rehab.clinical.history import Knee
from rehab.clinical.protocols import Dose
from rehab.models.dose import dose_of

INTERLOCKED_TYPES = (TendinopathyType.INSERTIONAL.value, TendinopathyType.MIXED.value)


class PlanQuerySet(CaseRowQuerySet):
    def open(self) -> Self:
        return self.filter(ends_on__isnull=True)

    def newest_of_each_leg(self) -> Self:
        """Also one that ended: what it says about running holds until the next version does."""
        return self.order_by("tendon_id", "-version").distinct("tendon_id")

    def on(self, day: date) -> Self:
        """In force on the day; `ends_on` is the first day it no longer is."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


class Plan(CaseRow):
    tendon = Reference("patients.Tendon", related_name="plans")
    tendinopathy_type = models.CharField(max_length=12)
    protocol = models.CharField(max_length=16)
    override_reason = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="the first day it is no longer in force")
    sets = models.PositiveSmallIntegerField()
    reps = models.PositiveSmallIntegerField()
    sessions_per_day = models.PositiveSmallIntegerField()
    days_per_week = models.PositiveSmallIntegerField()
    knees = ArrayField(models.CharField(max_length=8))
    tempo_low_s = models.PositiveSmallIntegerField(help_text="seconds of lowering")
    tempo_high_s = models.PositiveSmallIntegerField(help_text="seconds of lowering")
    load_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    start_sets = models.PositiveSmallIntegerField()
    author = Reference("patients.Membership")
    created_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField()
    thresholds = models.JSONField(default=dict, blank=True)

    grants = Grants(
        app=("SELECT", "INSERT", "UPDATE"), app_columns=("ends_on",), worker=READ, patient=OWN_ROWS
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("tendon", "patients.Tendon", along=("case",)),
            belongs("author", "patients.Membership"),
            models.UniqueConstraint(
                fields=("clinic", "tendon", "version"), name="rehab_plan_version_once_per_tendon"
            ),
            models.UniqueConstraint(
                fields=("clinic", "tendon"),
                condition=Q(ends_on__isnull=True),
                name="rehab_plan_one_open_per_tendon",
            ),
            ExclusionConstraint(
                name="rehab_plan_one_per_tendon_and_day",
                expressions=[
                    (F("tendon"), RangeOperators.EQUAL),
                    (Func(F("starts_on"), F("ends_on"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
            code_check("tendinopathy_type", (TendinopathyType.MIDPORTION, *INTERLOCKED_TYPES)),
            code_check("protocol", Protocol),
            codes_check("knees", Knee),
            models.CheckConstraint(
                condition=~Q(
                    tendinopathy_type__in=INTERLOCKED_TYPES,
                    protocol__in=sorted(protocol.value for protocol in DROPS_BELOW_NEUTRAL),
                )
                | Q(override_reason__regex=r"\S"),
                name="rehab_plan_below_neutral_only_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="rehab_plan_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(tempo_high_s__gte=F("tempo_low_s")), name="rehab_plan_tempo_low_to_high"
            ),
            models.CheckConstraint(condition=~Q(knees=[]), name="rehab_plan_at_least_one_knee"),
            range_check("sets", 1, 10),
            range_check("reps", 1, 60),
            range_check("sessions_per_day", 1, 4),
            range_check("days_per_week", 1, 7),
            range_check("tempo_low_s", 1, 60),
            range_check("tempo_high_s", 1, 60),
            range_check("load_kg", 0, 300),
            range_check("start_sets", 1, 10),
            range_check("version", 1, 9999),
        ]
        indexes = [models.Index(fields=("clinic", "case", "starts_on", "id"), name="rehab_plan_case")]

    @property
    def dose(self) -> Dose:
        return dose_of(self)

    def __str__(self) -> str:
        return f"{self.protocol} version {self.version}"
