"""Mail that waits to be sent, and the heartbeat of the jobs that send it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from patients.models.codes import MailState
from patients.models.keys import uuid7
from patients.models.tenant import code_check
from physio.web.grants import ALL, APP, CLINIC, KEEP, OWNER, PATIENT, WORKER, Grants, Policy
from physio.web.references import Reference, belongs

MAX_ATTEMPTS = 8
# A patient's request may leave mail here for others, and reads none of it.
STAFF_OF_CLINIC = f"clinic_id = {CLINIC} AND {PATIENT} IS NULL"


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state__in=(MailState.PENDING, MailState.SENDING), next_attempt_at__lte=now)

    def dead(self) -> Self:
        return self.filter(state=MailState.DEAD)

    def bounced(self) -> Self:
        return self.filter(bounced_at__isnull=False)


class OutboxMail(models.Model):
    """At least once, with the same Message-ID each time; `dedupe_key` makes the second writer do nothing.

    A row that is being sent stays due at the end of its lease: `next_attempt_at` = `lease_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(
        "patients.Clinic", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=200, unique=True)
    recipient_membership = Reference("patients.Membership", null=True, blank=True)
    to_address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=7, choices=MailState, default=MailState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    urgent = models.BooleanField(db_default=False, default=False, help_text="goes before all that is not")
    slot_at = models.DateTimeField(null=True, blank=True, help_text="when its domain has room for it")
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_code = models.CharField(max_length=20, blank=True, db_default="", default="")

    grants = Grants(
        app=KEEP,
        worker=ALL,  # it forgets what was sent long ago
        owner_reads="due_mails",
        audited=False,
        policies=(
            Policy("app_writes", "INSERT", (APP,), check=f"clinic_id IS NULL OR clinic_id = {CLINIC}"),
            Policy("app_reads", "SELECT", (APP,), using=STAFF_OF_CLINIC),
            Policy("app_updates", "UPDATE", (APP,), using=STAFF_OF_CLINIC, check=STAFF_OF_CLINIC),
            Policy("erasure_removes", "DELETE", (OWNER,), using=f"clinic_id IS NULL OR clinic_id = {CLINIC}"),
            Policy(
                "worker_sends",
                "ALL",
                (WORKER,),
                using=f"clinic_id IS NULL OR clinic_id = {CLINIC}",
                check=f"clinic_id IS NULL OR clinic_id = {CLINIC}",
            ),
        ),
    )

    objects = OutboxMailQuerySet.as_manager()

    class Meta:
        constraints = [
            belongs("recipient_membership", "patients.Membership"),
            code_check("state", MailState.values),
            models.CheckConstraint(
                condition=Q(state__in=(MailState.PENDING, MailState.SENDING), next_attempt_at__isnull=False)
                | Q(
                    state__in=(MailState.SENT, MailState.DEAD, MailState.SKIPPED),
                    next_attempt_at__isnull=True,
                ),
                name="patients_outboxmail_waiting_exactly_with_a_next_attempt",
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False),
                name="patients_outboxmail_sent_with_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=("next_attempt_at", "id"),
                condition=Q(next_attempt_at__isnull=False),
                name="patients_outboxmail_due",
            ),
            models.Index(
                fields=("next_attempt_at", "id"),
                condition=Q(next_attempt_at__isnull=False, urgent=True),
                name="patients_outboxmail_urgent",
            ),
            models.Index(
                fields=("clinic", "created_at", "id"),
                condition=Q(state=MailState.DEAD) | Q(bounced_at__isnull=False),
                name="patients_outboxmail_returned",
            ),
            models.Index(fields=("created_at", "id"), name="patients_outboxmail_age"),
            models.Index(fields=("message_id",), name="patients_outboxmail_message"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Heartbeat(models.Model):
    """When a job last ran; the watermark on every clinician's list is read from here.

    `total` counts what the job has ever done: cases, mails. A name that begins with "pace" is no job: its
    `beat_at` says until when the mailers have filled one domain's share (rehab/actions/pacing.py).
    """

    name = models.CharField(primary_key=True, max_length=40)
    beat_at = models.DateTimeField()
    detail = models.JSONField(default=dict, blank=True)
    total = models.BigIntegerField(default=0, db_default=0)

    grants = Grants(
        app=("SELECT",), worker=KEEP, outside="says when a job ran, for all clinics", audited=False
    )

    def __str__(self) -> str:
        return self.name
