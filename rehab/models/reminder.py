"""When and how a runner wants to be reminded, and the browsers that take a push message for them."""

from django.db import models
from django.db.models import Q

from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow, range_check
from physio.web.grants import ALL, KEEP, OWN_ROWS, Grants
from physio.web.references import Reference, belongs


class ReminderSettings(ClinicRow):
    """One row a runner; hours are of their own day. `next_reminder_at`: when to look again; null: never."""

    membership = Reference("patients.Membership")
    patient = Reference("patients.Patient")
    morning = models.BooleanField(default=True)
    day_after = models.BooleanField(default=True)
    evening = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)
    by_push = models.BooleanField(default=False)
    morning_hour = models.PositiveSmallIntegerField(default=9)
    evening_hour = models.PositiveSmallIntegerField(default=19)
    quiet_from = models.PositiveSmallIntegerField(default=21)
    quiet_until = models.PositiveSmallIntegerField(default=7)
    paused_until = models.DateField(null=True, blank=True, help_text="no reminder before this local day")
    next_reminder_at = models.DateTimeField(null=True, blank=True)

    grants = Grants(
        app=KEEP,
        worker=KEEP,
        worker_columns=("next_reminder_at",),
        patient=OWN_ROWS,
        owner_reads="due_reminders",
        unaudited_columns=("next_reminder_at",),
    )

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("membership", "patients.Membership"),
            belongs("patient", "patients.Patient"),
            models.UniqueConstraint(fields=("clinic", "membership"), name="rehab_remindersettings_one_each"),
            range_check("morning_hour", 0, 23),
            range_check("evening_hour", 0, 23),
            range_check("quiet_from", 0, 23),
            range_check("quiet_until", 0, 23),
        ]
        indexes = [
            models.Index(
                fields=("next_reminder_at", "id"),
                condition=Q(next_reminder_at__isnull=False),
                name="rehab_remindersettings_due",
            )
        ]

    def __str__(self) -> str:
        return f"Reminder settings {self.id}"


class PushSubscription(ClinicRow):
    """One browser that said yes. The keys are the browser's own; only its push service knows who it is."""

    membership = Reference("patients.Membership")
    patient = Reference("patients.Patient")
    endpoint = models.URLField(max_length=1000)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    grants = Grants(
        app=ALL,
        worker=("SELECT", "DELETE"),
        patient=OWN_ROWS,
        hidden_columns=("endpoint", "p256dh", "auth"),
    )

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            belongs("membership", "patients.Membership"),
            belongs("patient", "patients.Patient"),
            models.UniqueConstraint(
                fields=("clinic", "membership", "endpoint"), name="rehab_pushsubscription_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Push subscription {self.id}"
