"""Stored codes that only the database knows; clinical codes come from the clinical modules."""

from django.db import models

from rehab.clinical.evaluation import Severity
from rehab.clinical.history import StageAct


class Source(models.TextChoices):
    PORTAL = "PORTAL", "Portal"
    CLINIC = "CLINIC", "Clinic"
    IMPORT = "IMPORT", "Imported"
    DEMO = "DEMO", "Made up for the demonstration"


class FlagState(models.TextChoices):
    OPEN = "OPEN", "Open"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    SNOOZED = "SNOOZED", "Snoozed"
    RESOLVED = "RESOLVED", "Resolved"


class FlagSide(models.TextChoices):
    LEFT = "LEFT", "Left"
    RIGHT = "RIGHT", "Right"
    CASE = "CASE", "Whole case"


class WorkGroup(models.TextChoices):
    ACT = "ACT", "Act today"
    REVIEW = "REVIEW", "Review"
    QUIET = "QUIET", "Gone quiet"
    READY = "READY", "Ready to move on"
    CALM = "CALM", "On course"


REGRESS, REBASE = "REGRESS", "REBASE"
STAGE_CHANGE_KINDS = (*(act.value for act in StageAct), REGRESS, REBASE)
SOFTWARE_STAGE_CHANGES = (REGRESS, StageAct.HOLD.value)
FLAG_SEVERITIES = tuple(severity.value for severity in Severity if severity is not Severity.ADVISORY)
