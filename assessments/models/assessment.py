"""What the physio found on a day, and the clearing of a red flag. Only ever added to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from assessments.clinical.classification import Confidence, Protocol, TendinopathyType
from assessments.clinical.findings import Finding, Pathway
from patients.models.tenant import (
    CASE_ROW,
    CaseRow,
    CaseRowQuerySet,
    code_check,
    codes_check,
    range_check,
    written_check,
)
from physio.web.grants import APPEND, OWN_ROWS, READ, Grants
from physio.web.references import Reference, belongs


class AssessmentKind(models.TextChoices):
    INITIAL = "INITIAL", "First assessment"
    REVIEW = "REVIEW", "Review"


class Assessment(CaseRow):
    """`facts` holds what the rules ask for beside the examination: dates, triggers, earlier running."""

    assessed_at = models.DateTimeField()
    by = Reference("patients.Membership")
    kind = models.CharField(max_length=7, choices=AssessmentKind)
    red_flags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    pathway = models.CharField(max_length=25, default=Pathway.NONE.value)
    facts = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("by", "patients.Membership"),
            code_check("kind", AssessmentKind.values),
            code_check("pathway", Pathway),
            codes_check("red_flags", Finding),
        ]
        indexes = [
            models.Index(fields=("clinic", "case", "assessed_at", "id"), name="assessments_assessment_case")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.assessed_at:%Y-%m-%d}"


class TendonFinding(CaseRow):
    """One tendon's examination, what it suggested, and what the physio decided. None is "not tested"."""

    assessment = Reference("assessments.Assessment", related_name="tendon_findings")
    tendon = Reference("patients.Tendon", related_name="findings")
    tender_cm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    second_tender_cm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    thickening = models.BooleanField(null=True, blank=True)
    stretch_pain = models.BooleanField(null=True, blank=True)
    usual_pain = models.PositiveSmallIntegerField(null=True, blank=True, help_text="reference baseline, 0-10")
    worst_pain = models.PositiveSmallIntegerField(null=True, blank=True, help_text="pain to start from, 0-10")
    suggested_type = models.CharField(max_length=12)
    confidence = models.CharField(max_length=4)
    suggested_protocol = models.CharField(max_length=16, null=True, blank=True)  # noqa: DJ001  null: no plan is offered
    decided_type = models.CharField(max_length=12)
    override_reason = models.TextField(blank=True)

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("assessment", "assessments.Assessment", along=("case",)),
            belongs("tendon", "patients.Tendon", along=("case",)),
            models.UniqueConstraint(
                fields=("clinic", "assessment", "tendon"),
                name="assessments_tendonfinding_once_per_assessment",
            ),
            range_check("tender_cm", 0, 20),
            range_check("second_tender_cm", 0, 20),
            range_check("usual_pain", 0, 10),
            range_check("worst_pain", 0, 10),
            code_check("suggested_type", TendinopathyType),
            code_check("decided_type", TendinopathyType),
            code_check("confidence", Confidence),
            code_check("suggested_protocol", Protocol),
            models.CheckConstraint(
                condition=Q(second_tender_cm__isnull=True) | Q(tender_cm__isnull=False),
                name="assessments_tendonfinding_most_tender_point_first",
            ),
            models.CheckConstraint(
                condition=Q(decided_type=models.F("suggested_type")) | Q(override_reason__regex=r"\S"),
                name="assessments_tendonfinding_other_type_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=("clinic", "case", "tendon", "id"), name="assessments_finding_case")]

    def __str__(self) -> str:
        return f"Finding {self.id}"


class RedFlagClearance(CaseRow):
    """A physio examined and cleared.

    `examination`: name of the test -> NORMAL or ABNORMAL; a test that is left out was not done.
    """

    cleared_at = models.DateTimeField()
    by = Reference("patients.Membership")
    examination = models.JSONField()
    ruled_out_findings = ArrayField(models.CharField(max_length=40))
    covers = ArrayField(
        models.UUIDField(),
        null=True,
        blank=True,
        help_text="client ids of the red-flag reports and ids of the assessments that were examined;"
        " null in older rows: all that was received before",
    )
    note = models.TextField()

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("by", "patients.Membership"),
            codes_check("ruled_out_findings", Finding),
            written_check("note"),
            models.CheckConstraint(
                condition=~Q(examination={}), name="assessments_redflagclearance_examination_recorded"
            ),
            models.CheckConstraint(
                condition=~Q(ruled_out_findings=[]), name="assessments_redflagclearance_names_what_it_clears"
            ),
        ]
        indexes = [
            models.Index(fields=("clinic", "case", "cleared_at", "id"), name="assessments_clearance_case")
        ]

    def __str__(self) -> str:
        return f"Clearance {self.cleared_at:%Y-%m-%d}"
