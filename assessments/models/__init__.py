"""What the physio found: examinations, outcome scores, cleared red flags."""

from assessments.models.assessment import Assessment, AssessmentKind, RedFlagClearance, TendonFinding
from assessments.models.score import OutcomeScore, ScoreDraft, ScoreSource

__all__ = [
    "Assessment",
    "AssessmentKind",
    "OutcomeScore",
    "RedFlagClearance",
    "ScoreDraft",
    "ScoreSource",
    "TendonFinding",
]
