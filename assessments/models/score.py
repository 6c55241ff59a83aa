"""An outcome score on a day: a number, never the questionnaire's own text; and one that is half answered."""

from django.db import models

from assessments.clinical.instruments import Instrument
from patients.models.tenant import CASE_ROW, CaseRow, CaseRowQuerySet, code_check
from physio.web.grants import ALL, APPEND, OWN_ROWS, READ, Grants
from physio.web.references import Reference, belongs


class ScoreSource(models.TextChoices):
    CLINIC = "CLINIC", "At the clinic"
    PORTAL = "PORTAL", "In the portal"
    IMPORT = "IMPORT", "Imported"
    DEMO = "DEMO", "Made up for the demonstration"


class OutcomeScore(CaseRow):
    tendon = Reference("patients.Tendon", null=True, blank=True, related_name="scores")
    instrument = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=6, decimal_places=2)
    detail = models.JSONField(default=dict, blank=True)
    taken_on = models.DateField()
    recorded_by = Reference("patients.Membership")
    source = models.CharField(max_length=6, choices=ScoreSource)

    grants = Grants(app=APPEND, worker=READ, patient=OWN_ROWS)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            belongs("tendon", "patients.Tendon", along=("case",)),
            belongs("recorded_by", "patients.Membership"),
            code_check("instrument", Instrument),
            code_check("source", ScoreSource.values),
        ]
        indexes = [models.Index(fields=("clinic", "case", "taken_on", "id"), name="assessments_score_case")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.taken_on}"


class ScoreDraft(CaseRow):
    """The answers so far of a score with several questions. Not told yet: it goes once the score is."""

    instrument = models.CharField(max_length=30)
    answers = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    grants = Grants(app=ALL, patient=OWN_ROWS, hidden_columns=("answers",))

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *CASE_ROW,
            models.UniqueConstraint(
                fields=("clinic", "case", "instrument"), name="assessments_scoredraft_one_of_a_kind"
            ),
            code_check("instrument", Instrument),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}, not finished"
