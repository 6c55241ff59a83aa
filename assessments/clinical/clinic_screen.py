"""The clinician's safety screen as one answer: what was asked, what was tested, and what the dates say.

Source: section A6. A test that was not done is not an answer; a question that was not asked is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assessments.clinical.findings import Finding
from assessments.clinical.history import SafetyHistory, derive
from assessments.clinical.red_flags import Screening, screen


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    title: str
    says: str  # what one of them leads to
    findings: tuple[Finding, ...]


class Past(StrEnum):
    """Asked with the day on which it last happened; history.py works out what follows."""

    FLUOROQUINOLONE = "FLUOROQUINOLONE"
    INJECTION = "INJECTION"
    ORAL_STEROID = "ORAL_STEROID"
    RUPTURE_OR_REPAIR = "RUPTURE_OR_REPAIR"


QUESTION_GROUPS: tuple[QuestionGroup, ...] = (
    QuestionGroup(
        "Emergency",
        "Emergency number now",
        (Finding.CHEST_PAIN, Finding.BREATHLESS, Finding.COLD_PALE_FOOT),
    ),
    QuestionGroup(
        "Same day",
        "Medical assessment today",
        (
            Finding.POP_OR_SNAP,
            Finding.CANNOT_BEAR_WEIGHT,
            Finding.SEVERE_BRUISING,
            Finding.SEVERE_SWELLING,
            Finding.SUSPECTED_DVT,
            Finding.FEVER_HOT_RED,
            Finding.FLUOROQUINOLONE_NOW,
        ),
    ),
    QuestionGroup(
        "Before any plan",
        "No plan until cleared",
        (Finding.SUSPECTED_STRESS_FRACTURE, Finding.UNREMITTING_NIGHT_PAIN, Finding.SYSTEMIC_ILLNESS),
    ),
    QuestionGroup(
        "Refer or confirm",
        "The plan needs your confirmation",
        (
            Finding.SPA_FEATURES,
            Finding.XANTHOMA_OR_FAMILIAL_CHOLESTEROL,
            Finding.GOUT,
            Finding.AROMATASE_INHIBITOR,
            Finding.DIABETES,
            Finding.ANTICOAGULANT,
            Finding.PREGNANCY,
        ),
    ),
)
TESTS: tuple[Finding, ...] = (
    Finding.CALF_SQUEEZE_ABNORMAL,
    Finding.MATLES_ABNORMAL,
    Finding.PALPABLE_GAP,
)
ASKED: frozenset[Finding] = frozenset(
    {finding for group in QUESTION_GROUPS for finding in group.findings} | {Finding.CANNOT_RISE_ON_TOES}
)


def screen_in_clinic(answers: Mapping[Finding, bool | None], history: SafetyHistory, on: date) -> Screening:
    """Screen the answers of the day `on`. None, or left out: not asked, not tested.

    UNDER_18 may be answered too, for whom no birth date is known. ValueError for a day after `on`.
    """
    derived = derive(history, on)
    answered = {finding for finding, answer in answers.items() if answer is not None}
    missing = (set(derived.missing) | ASKED) - answered
    if history.fluoroquinolone.happened is None:
        missing.add(Finding.FLUOROQUINOLONE_RECENT)
    found = {finding for finding, answer in answers.items() if answer}
    return screen({*found, *derived.findings}, missing)
