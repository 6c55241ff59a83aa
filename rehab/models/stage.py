"""The history of a case's running stage. Only ever added to."""

from django.db import models
from django.db.models import Q

from patients.models.tenant import CASE_ROW, CaseRow, CaseRowQuerySet, code_check, range_check
from physio.web.grants import APPEND, OWN_ROWS, Grants
from physio.web.references import Reference, belongs
from rehab.clinical.history import Track
from rehab.models.codes import SOFTWARE_STAGE_CHANGES, STAGE_CHANGE_KINDS


class StageChange(CaseRow):
    """`by` is None when the software did it; it may only step back or hold."""

    at = models.DateTimeField()
    from_stage = models.PositiveSmallIntegerField(null=True, blank=True)
    to_stage = models.PositiveSmallIntegerField(help_text="1-7, 8 is maintenance")
    track = models.CharField(max_length=16)
    kind = models.CharField(max_length=14)
    reason = models.TextField()
    by = Reference("patients.Membership", null=True, blank=True)
    cause_id = models.UUIDField(null=True, blank=True, help_text="the run that made the software act")
    rule_version = models.CharField(max_length=20, blank=True)

    grants = Grants(app=APPEND, worker=APPEND, patient=OWN_ROWS)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("by", "patients.Membership"),
            range_check("from_stage", 1, 8),
            range_check("to_stage", 1, 8),
            code_check("track", Track),
            code_check("kind", STAGE_CHANGE_KINDS),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(kind__in=SOFTWARE_STAGE_CHANGES),
                name="rehab_stagechange_software_only_steps_back_or_holds",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False)
                | Q(from_stage__isnull=False, to_stage__lte=models.F("from_stage")),
                name="rehab_stagechange_software_never_moves_forward",
            ),
            models.UniqueConstraint(
                fields=("clinic", "case", "kind", "cause_id"),
                condition=Q(cause_id__isnull=False),
                name="rehab_stagechange_once_per_cause",
            ),
        ]
        indexes = [models.Index(fields=("clinic", "case", "at", "id"), name="rehab_stagechange_case")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_stage}"
