"""A clinic's own protocol template: a dose with a name, to fill in a plan from. It prescribes nothing."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from assessments.clinical.classification import Protocol
from patients.models.tenant import (
    UNIQUE_IN_CLINIC,
    ClinicRow,
    code_check,
    codes_check,
    range_check,
    written_check,
)
from physio.web.grants import KEEP, Grants
from physio.web.references import Reference, belongs
from rehab.clinical.history import Knee
from rehab.clinical.protocols import Dose
from rehab.models.dose import dose_of


class OwnTemplateQuerySet(models.QuerySet["OwnTemplate"]):
    def offered(self) -> Self:
        return self.filter(retired_at__isnull=True)


class OwnTemplate(ClinicRow):
    """Never edited: a better one is added, and the old one retired."""

    name = models.CharField(max_length=60)
    protocol = models.CharField(max_length=16)
    sets = models.PositiveSmallIntegerField()
    reps = models.PositiveSmallIntegerField()
    sessions_per_day = models.PositiveSmallIntegerField()
    days_per_week = models.PositiveSmallIntegerField()
    knees = ArrayField(models.CharField(max_length=8))
    tempo_low_s = models.PositiveSmallIntegerField()
    tempo_high_s = models.PositiveSmallIntegerField()
    load_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    start_sets = models.PositiveSmallIntegerField()
    author = Reference("patients.Membership")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(app=KEEP, app_columns=("retired_at",))

    objects = OwnTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("author", "patients.Membership"),
            models.UniqueConstraint(
                fields=("clinic", "name"),
                condition=Q(retired_at__isnull=True),
                name="rehab_owntemplate_name_once_while_offered",
            ),
            written_check("name"),
            code_check("protocol", Protocol),
            codes_check("knees", Knee),
            models.CheckConstraint(condition=~Q(knees=[]), name="rehab_owntemplate_at_least_one_knee"),
            models.CheckConstraint(
                condition=Q(tempo_high_s__gte=F("tempo_low_s")), name="rehab_owntemplate_tempo_low_to_high"
            ),
            range_check("sets", 1, 10),
            range_check("reps", 1, 60),
            range_check("sessions_per_day", 1, 4),
            range_check("days_per_week", 1, 7),
            range_check("tempo_low_s", 1, 60),
            range_check("tempo_high_s", 1, 60),
            range_check("load_kg", 0, 300),
            range_check("start_sets", 1, 10),
        ]

    @property
    def dose(self) -> Dose:
        return dose_of(self)

    def __str__(self) -> str:
        return self.name
