"""What the patient said. Nothing here is edited or deleted: a correction is a new row that supersedes.

None is "not said", never zero.
"""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from assessments.clinical.classification import Protocol
from assessments.clinical.findings import Finding, Pathway
from assessments.clinical.sides import Side
from patients.models.tenant import CASE_ROW, CaseRow, CaseRowQuerySet, code_check, codes_check, range_check
from physio.web.grants import APPEND, OWN_ROWS, Grants
from physio.web.references import Reference, belongs
from rehab.clinical.history import Half, ReportKind, WarmUp
from rehab.models.codes import Source


class DiaryQuerySet(CaseRowQuerySet):
    def current(self) -> Self:
        """What stands now: neither superseded nor withdrawn."""
        newer = self.model._default_manager.filter(supersedes=OuterRef("pk"))
        return self.filter(~Exists(newer), voided=False)

    def since(self, moment: datetime) -> Self:
        return self.filter(occurred_at__gte=moment)


class DiaryRow(CaseRow):
    """`client_id` is made by whoever sends: a retry whose answer was lost is stored once."""

    client_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60)
    local_date = models.DateField(help_text="the patient's day, in `time_zone`")
    received_at = models.DateTimeField()
    source = models.CharField(max_length=6, choices=Source)
    payload_hash = models.CharField(max_length=64)
    supersedes = Reference("self", null=True, blank=True, related_name="superseded_by")
    voided = models.BooleanField(default=False, help_text="withdraws what it supersedes")

    grants = Grants(app=APPEND, worker=APPEND, patient=OWN_ROWS)

    objects = DiaryQuerySet.as_manager()

    class Meta:
        abstract = True


def diary_row(model: str) -> list[models.BaseConstraint]:
    return [
        *CASE_ROW,
        belongs("supersedes", model, along=("case",)),
        models.UniqueConstraint(
            fields=("clinic", "case", "client_id"), name="%(app_label)s_%(class)s_client_id_once"
        ),
        models.UniqueConstraint(
            fields=("clinic", "supersedes"),
            condition=Q(supersedes__isnull=False),
            name="%(app_label)s_%(class)s_superseded_once",
        ),
        code_check("source", Source.values),
        models.CheckConstraint(
            condition=~Q(supersedes=F("id")), name="%(app_label)s_%(class)s_never_supersedes_itself"
        ),
        models.CheckConstraint(
            condition=Q(voided=False) | Q(supersedes__isnull=False),
            name="%(app_label)s_%(class)s_withdraws_a_row",
        ),
    ]


BY_TIME = models.Index(fields=("clinic", "case", "occurred_at", "id"), name="rehab_%(class)s_time")


class Run(DiaryRow):
    """`occurred_at` is the run's end: the 24 hours count from there."""

    minutes = models.PositiveSmallIntegerField()
    longest_block_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_left = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_right = models.PositiveSmallIntegerField(null=True, blank=True)
    warm_up_left = models.CharField(max_length=11, null=True, blank=True)  # noqa: DJ001  null: not said
    warm_up_right = models.CharField(max_length=11, null=True, blank=True)  # noqa: DJ001  null: not said
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    hills = models.BooleanField(null=True, blank=True)
    speed = models.BooleanField(null=True, blank=True)
    surface = models.CharField(max_length=40, blank=True)
    shoe = models.CharField(max_length=80, blank=True)
    shoe_drop_mm = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            *diary_row("rehab.Run"),
            range_check("minutes", 1, 600),
            range_check("longest_block_minutes", 1, 600),
            range_check("pain_left", 0, 10),
            range_check("pain_right", 0, 10),
            code_check("warm_up_left", WarmUp),
            code_check("warm_up_right", WarmUp),
            range_check("distance_m", 1, 200_000),
            range_check("shoe_drop_mm", 0, 30),
        ]
        indexes = [BY_TIME]

    def __str__(self) -> str:
        return f"Run of {self.minutes} min"


class PainReport(DiaryRow):
    """The one question: pain in that tendon now, walking normally."""

    kind = models.CharField(max_length=9)
    run = Reference("rehab.Run", null=True, blank=True, related_name="reports")
    pain_left = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_right = models.PositiveSmallIntegerField(null=True, blank=True)
    stiffness_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            *diary_row("rehab.PainReport"),
            belongs("run", "rehab.Run", along=("case",)),
            code_check("kind", ReportKind),
            models.CheckConstraint(
                condition=~Q(kind=ReportKind.PRE_RUN.value) | Q(run__isnull=True),
                name="rehab_painreport_before_any_run",
            ),
            range_check("pain_left", 0, 10),
            range_check("pain_right", 0, 10),
            range_check("stiffness_minutes", 0, 600),
        ]
        indexes = [BY_TIME]

    def __str__(self) -> str:
        return f"{self.kind} report"


class ExerciseSession(DiaryRow):
    """`sets`: a list of {knee, reps, load_kg, seconds}; `protocol`: what was actually done."""

    plan = Reference("rehab.Plan", related_name="sessions")
    tendon = Reference("patients.Tendon", related_name="sessions")
    half = models.CharField(max_length=2)
    protocol = models.CharField(max_length=16)
    sets = models.JSONField(default=list)
    reps_done = models.PositiveSmallIntegerField()
    pain = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            *diary_row("rehab.ExerciseSession"),
            belongs("plan", "rehab.Plan", along=("case",)),
            belongs("tendon", "patients.Tendon", along=("case",)),
            code_check("half", Half),
            code_check("protocol", Protocol),
            range_check("reps_done", 0, 2000),
            range_check("pain", 0, 10),
        ]
        indexes = [BY_TIME]

    def __str__(self) -> str:
        return f"Session of {self.reps_done} repetitions"


class RedFlagReport(DiaryRow):
    findings = ArrayField(models.CharField(max_length=40))
    side = models.CharField(max_length=5, null=True, blank=True)  # noqa: DJ001  null: not said
    pathway = models.CharField(max_length=25)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            *diary_row("rehab.RedFlagReport"),
            codes_check("findings", Finding),
            code_check("side", Side),
            code_check("pathway", Pathway),
        ]
        indexes = [BY_TIME]

    def __str__(self) -> str:
        return f"Red-flag report {self.id}"
