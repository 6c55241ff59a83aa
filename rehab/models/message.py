"""What runner and clinic write to each other. Nothing is changed; handling and taking back are rows."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from patients.models.tenant import (
    CASE_ROW,
    UNIQUE_IN_CLINIC,
    CaseRow,
    CaseRowQuerySet,
    ClinicRow,
    code_check,
    written_check,
)
from physio.web.grants import ALL, APPEND, OWN_ROWS, READ, Grants
from physio.web.references import Reference, belongs

LONGEST_MESSAGE = 4000


class Sender(models.TextChoices):
    RUNNER = "RUNNER", "Runner"
    CLINIC = "CLINIC", "Clinic"


class MessageQuerySet(CaseRowQuerySet):
    def from_runner(self) -> Self:
        return self.filter(sender=Sender.RUNNER)

    def from_clinic(self) -> Self:
        return self.filter(sender=Sender.CLINIC)

    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(~Exists(MessageWithdrawn.objects.filter(message=OuterRef("pk"))))

    def unanswered(self) -> Self:
        """Those from the runner that no later one from the clinic answers and that nobody settled."""
        answers = Message.objects.from_clinic().standing()
        later = answers.filter(case=OuterRef("case"), at__gte=OuterRef("at"))
        settled = MessageSettled.objects.filter(case=OuterRef("case"), up_to__gte=OuterRef("at"))
        return self.from_runner().standing().filter(~Exists(later), ~Exists(settled))


class Message(CaseRow):
    sender = models.CharField(max_length=6, choices=Sender)
    by = Reference("patients.Membership")
    at = models.DateTimeField()
    text = models.TextField(max_length=LONGEST_MESSAGE)

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS, hidden_columns=("text",))

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("by", "patients.Membership"),
            code_check("sender", Sender.values),
            written_check("text"),
        ]
        indexes = [models.Index(fields=("clinic", "case", "at", "id"), name="rehab_message_case")]

    def __str__(self) -> str:
        return f"Message {self.id}"


class MessageWithdrawn(CaseRow):
    """Its own side took the message back before the other had read it. Its words stay in the record."""

    message = Reference("rehab.Message", related_name="withdrawals")
    by = Reference("patients.Membership")
    at = models.DateTimeField()

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("message", "rehab.Message", along=("case",)),
            belongs("by", "patients.Membership"),
            models.UniqueConstraint(fields=("clinic", "message"), name="rehab_messagewithdrawn_once"),
        ]

    def __str__(self) -> str:
        return f"Withdrawn {self.id}"


class MessageSettled(CaseRow):
    """A clinician said that what the runner had written by `up_to` needs no answer here."""

    by = Reference("patients.Membership")
    at = models.DateTimeField()
    up_to = models.DateTimeField()

    grants = Grants(app=APPEND, worker=READ)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [*CASE_ROW, belongs("by", "patients.Membership")]
        indexes = [models.Index(fields=("clinic", "case", "up_to", "id"), name="rehab_messagesettled_case")]

    def __str__(self) -> str:
        return f"Settled {self.id}"


class MessageTemplate(ClinicRow):
    """A text that the clinic often sends; it is put into the form, and changed there before it goes."""

    title = models.CharField(max_length=80)
    text = models.TextField(max_length=LONGEST_MESSAGE)

    grants = Grants(app=ALL)

    class Meta:
        constraints = [
            UNIQUE_IN_CLINIC,
            models.UniqueConstraint(fields=("clinic", "title"), name="rehab_messagetemplate_title_once"),
            written_check("title"),
            written_check("text"),
        ]

    def __str__(self) -> str:
        return f"Template {self.id}"
