"""The worklist row of a case: what the last evaluation said, ready to show. It can always be rebuilt."""

from django.db import models

from patients.models.tenant import CASE_ROW, CaseRow, CaseRowQuerySet, code_check, range_check
from physio.web.grants import KEEP, OWN_ROWS, Grants
from physio.web.references import Reference
from rehab.models.codes import WorkGroup


class CaseSummary(CaseRow):
    case = Reference("patients.Case", related_name="summaries")
    group = models.CharField(max_length=6, choices=WorkGroup)
    severity = models.SmallIntegerField(help_text="higher comes first in the worklist")
    since = models.DateTimeField()
    headline = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    stage = models.PositiveSmallIntegerField(null=True, blank=True)
    stage_label = models.CharField(max_length=80, blank=True)
    week = models.PositiveSmallIntegerField(null=True, blank=True)
    decision = models.CharField(max_length=30, blank=True)
    decision_until = models.DateTimeField(null=True, blank=True)
    spark_path = models.TextField(blank=True)
    last_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    set_strip = models.CharField(max_length=60, blank=True)
    last_report_at = models.DateTimeField(null=True, blank=True)
    evaluated_at = models.DateTimeField()
    rule_version = models.CharField(max_length=20)
    search = models.TextField(blank=True)
    scores_week = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="whose outcome questions are open; null: none are"
    )

    grants = Grants(app=KEEP, worker=KEEP, patient=OWN_ROWS, owner_reads="outdated_cases", audited=False)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            models.UniqueConstraint(fields=("clinic", "case"), name="rehab_casesummary_one_per_case"),
            code_check("group", WorkGroup.values),
            range_check("stage", 1, 8),
            range_check("last_pain", 0, 10),
        ]
        indexes = [
            models.Index(
                "clinic", models.F("severity").desc(), "since", "case", name="rehab_summary_worklist"
            ),
            models.Index(fields=("rule_version", "id"), name="rehab_summary_rules"),
        ]

    def __str__(self) -> str:
        return f"Summary of case {self.case_id}"
