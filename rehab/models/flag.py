"""A finding a clinician has to see, with a life: open, acknowledged, snoozed, resolved."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from patients.models.tenant import CASE_ROW, CaseRow, CaseRowQuerySet, code_check
from physio.web.grants import KEEP, OWN_ROWS, Grants
from physio.web.references import Reference, belongs
from rehab.clinical.evaluation import FindingKind
from rehab.models.codes import FLAG_SEVERITIES, FlagSide, FlagState

PHYSIO_ONLY = (FindingKind.RED_FLAG.value, FindingKind.WORSENING.value)


class FlagQuerySet(CaseRowQuerySet):
    def open(self) -> Self:
        """Whatever is not resolved, snoozed ones too."""
        return self.exclude(state=FlagState.RESOLVED)

    def suspending(self) -> Self:
        """Whatever suspends its case until a physio ends it."""
        return self.open().filter(kind__in=PHYSIO_ONLY)

    def holding(self) -> Self:
        """The same, and a consent that was taken back: given again, the plan still waits for the physio."""
        return self.open().filter(kind__in=(*PHYSIO_ONLY, FindingKind.CONSENT.value))

    def waiting(self, now: datetime) -> Self:
        """Open and not asleep: what a clinician should be shown now."""
        return self.open().exclude(state=FlagState.SNOOZED, snoozed_until__gt=now)


class Flag(CaseRow):
    """`resolved_by` is None when the condition cleared by itself, which red flags and worsening never do."""

    side = models.CharField(max_length=5, choices=FlagSide)
    kind = models.CharField(max_length=30)
    severity = models.CharField(max_length=6)
    state = models.CharField(max_length=12, choices=FlagState, default=FlagState.OPEN)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when evidence for it was last seen")
    found_at = models.DateTimeField(
        null=True, blank=True, help_text="when the rules found what is stored: the moment a replay looks from"
    )
    reason = models.TextField()
    evidence = models.JSONField(default=dict)
    evidence_hash = models.CharField(max_length=64)
    rule = models.CharField(max_length=60)
    rule_version = models.CharField(max_length=20)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = Reference("patients.Membership", null=True, blank=True)
    acknowledged_hash = models.CharField(max_length=64, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = Reference("patients.Membership", null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = Reference("patients.Membership", null=True, blank=True)
    resolution_note = models.TextField(blank=True)
    useful = models.BooleanField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True, help_text="when `useful` was last said")
    judged_by = Reference("patients.Membership", null=True, blank=True)
    notify_due_at = models.DateTimeField(null=True, blank=True, help_text="when somebody has to be told next")
    told_at = models.DateTimeField(null=True, blank=True, help_text="its physiotherapist, by mail")
    escalated_at = models.DateTimeField(null=True, blank=True, help_text="the clinic, by mail")

    grants = Grants(
        app=KEEP,
        worker=KEEP,
        patient=OWN_ROWS,
        owner_reads="due_notices",
        unaudited_columns=("seen_at", "notify_due_at"),
    )

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("acknowledged_by", "patients.Membership"),
            belongs("snoozed_by", "patients.Membership"),
            belongs("resolved_by", "patients.Membership"),
            belongs("judged_by", "patients.Membership"),
            models.UniqueConstraint(
                fields=("clinic", "case", "side", "kind"),
                condition=~Q(state=FlagState.RESOLVED),
                name="rehab_flag_one_open_per_side_and_kind",
            ),
            code_check("side", FlagSide.values),
            code_check("kind", FindingKind),
            code_check("severity", FLAG_SEVERITIES),
            code_check("state", FlagState.values),
            models.CheckConstraint(
                condition=~Q(kind=FindingKind.RED_FLAG.value, state=FlagState.SNOOZED),
                name="rehab_flag_red_flags_never_sleep",
            ),
            models.CheckConstraint(
                condition=Q(state=FlagState.RESOLVED, resolved_at__isnull=False)
                | (~Q(state=FlagState.RESOLVED) & Q(resolved_at__isnull=True)),
                name="rehab_flag_resolved_exactly_with_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=FlagState.RESOLVED, kind__in=PHYSIO_ONLY) | Q(resolved_by__isnull=False),
                name="rehab_flag_only_a_physio_resolves_red_flags_and_worsening",
            ),
            models.CheckConstraint(
                condition=~Q(state=FlagState.SNOOZED)
                | Q(snoozed_until__isnull=False, snoozed_by__isnull=False),
                name="rehab_flag_snoozed_by_someone_until_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=FlagState.ACKNOWLEDGED)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="rehab_flag_acknowledged_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=("clinic", "case", "opened_at", "id"), name="rehab_flag_case"),
            models.Index(
                fields=("clinic", "case"), condition=~Q(state=FlagState.RESOLVED), name="rehab_flag_open"
            ),
            models.Index(
                fields=("notify_due_at", "id"),
                condition=Q(notify_due_at__isnull=False),
                name="rehab_flag_notify",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
