"""Stored codes of the clinic and its cases, with the labels people see."""

from django.db import models


class Role(models.TextChoices):
    OWNER = "OWNER", "Owner"
    CLINICIAN = "CLINICIAN", "Physiotherapist"
    RECEPTION = "RECEPTION", "Reception"
    PATIENT = "PATIENT", "Patient"


class CaseStatus(models.TextChoices):
    ACTIVE = "ACTIVE", "Active"
    MAINTENANCE = "MAINTENANCE", "Maintenance"
    CLOSED = "CLOSED", "Closed"


class TendonSide(models.TextChoices):
    """The same codes as `assessments.clinical.sides.Side`; a test holds them together."""

    LEFT = "LEFT", "Left"
    RIGHT = "RIGHT", "Right"


class MailState(models.TextChoices):
    PENDING = "PENDING", "Waiting"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    DEAD = "DEAD", "Given up"
    SKIPPED = "SKIPPED", "No longer wanted"
