"""The safety screen: one finding is enough, and the most urgent wins. Source: section A6.

Nothing here says that something is present or absent; it says who has to look, and how soon.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assessments.clinical.findings import FINDING_RULES, Finding, FindingRule, Origin, Pathway, most_urgent
from assessments.clinical.instruments import nrs
from assessments.clinical.thresholds import ASK_RED_FLAGS_AT_PAIN, ASK_RED_FLAGS_AT_RISE

__all__ = [
    "FINDING_RULES",
    "PATIENT_QUESTIONS",
    "PATIENT_STEPS",
    "SHORT_QUESTION",
    "Finding",
    "FindingRule",
    "Origin",
    "Pathway",
    "PatientQuestion",
    "Screening",
    "TellPhysio",
    "most_urgent",
    "needs_red_flag_question",
    "patient_steps",
    "screen",
    "screen_answers",
]


class TellPhysio(StrEnum):
    IMMEDIATELY = "IMMEDIATELY"
    SAME_DAY = "SAME_DAY"
    QUEUE = "QUEUE"
    NO = "NO"


@dataclass(frozen=True, slots=True)
class Screening:
    """The outcome of one screen. `findings` are the most urgent first.

    `missing` are findings that nobody asked about: never read as "no".
    """

    pathway: Pathway
    findings: tuple[Finding, ...]
    effect: str
    blocks_plan: bool
    suspends: bool  # running and exercises
    tells_physio: TellPhysio
    reasons: tuple[str, ...]
    missing: tuple[Finding, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.missing


_EFFECTS: dict[Pathway, tuple[str, TellPhysio]] = {
    Pathway.EMERGENCY: (
        "Call the emergency number now. Running, exercises and any plan are suspended.",
        TellPhysio.IMMEDIATELY,
    ),
    Pathway.URGENT_SAME_DAY: (
        "Medical assessment today. Running, exercises and any plan stop until a physio has examined.",
        TellPhysio.IMMEDIATELY,
    ),
    Pathway.BLOCK_PENDING_MEDICAL: (
        "No plan, no running and no exercises until this has been cleared and the clearance is recorded.",
        TellPhysio.SAME_DAY,
    ),
    Pathway.REFER_ROUTINE: (
        "Refer. A physio confirms the plan; loading on flat ground may go on meanwhile.",
        TellPhysio.QUEUE,
    ),
    Pathway.CAUTION: ("A physio confirms before a plan is assigned.", TellPhysio.QUEUE),
    Pathway.NONE: ("Nothing recorded in this screen holds a plan back.", TellPhysio.NO),
}
_TABLE_ORDER = {finding: place for place, finding in enumerate(Finding)}


def screen(findings: Iterable[Finding], missing: Iterable[Finding] = ()) -> Screening:
    """Sort the findings and say what follows. Duplicates and order make no difference."""
    found = _by_urgency(findings)
    unasked = _by_urgency(set(missing) - set(found))
    pathway = most_urgent(finding.pathway for finding in found)
    effect, tells_physio = _EFFECTS[pathway]
    return Screening(
        pathway=pathway,
        findings=found,
        effect=effect,
        blocks_plan=pathway.is_red_flag,
        suspends=pathway.is_red_flag,
        tells_physio=tells_physio,
        reasons=(
            *(f"{finding.label}. {finding.rule.says}" for finding in found),
            *(f"Not asked: {finding.mid_sentence}." for finding in unasked),
        ),
        missing=unasked,
    )


def _by_urgency(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    unique = {Finding(finding) for finding in findings}
    return tuple(sorted(unique, key=lambda one: (-one.pathway.urgency, _TABLE_ORDER[one])))


@dataclass(frozen=True, slots=True)
class PatientQuestion:
    """A yes-or-no question for the patient. The clinic's wording of the finding is never shown to them."""

    finding: Finding
    asks: str


SHORT_QUESTION = (
    "Is anything here new: a pop or snap, cannot stand on this leg or push up on your toes, heavy bruising "
    "or swelling, a hot, red or very sore calf, a cold pale foot, fever, chest pain or hard to breathe?"
)

PATIENT_QUESTIONS: tuple[PatientQuestion, ...] = (
    PatientQuestion(Finding.CHEST_PAIN, "Do you have pain in your chest?"),
    PatientQuestion(Finding.BREATHLESS, "Are you short of breath, more than you would expect?"),
    PatientQuestion(Finding.COLD_PALE_FOOT, "Is your foot cold and pale?"),
    PatientQuestion(Finding.POP_OR_SNAP, "Did you feel or hear a sudden pop or snap in this leg?"),
    PatientQuestion(Finding.CANNOT_BEAR_WEIGHT, "Are you unable to put weight on this leg?"),
    PatientQuestion(
        Finding.CANNOT_RISE_ON_TOES,
        "Is there new weakness in this leg, so that you cannot push up onto your toes?",
    ),
    PatientQuestion(Finding.SEVERE_BRUISING, "Is there a lot of bruising on this leg or foot?"),
    PatientQuestion(Finding.SEVERE_SWELLING, "Is there a lot of swelling on this leg or foot?"),
    PatientQuestion(Finding.SUSPECTED_DVT, "Is your calf newly swollen, tight, warm or sore to touch?"),
    PatientQuestion(Finding.FEVER_HOT_RED, "Do you have a fever, or is the sore place hot and red?"),
    PatientQuestion(
        Finding.FLUOROQUINOLONE_NOW,
        "Are you taking an antibiotic whose name ends in “floxacin”, such as ciprofloxacin?",
    ),
)

# What the patient is told to do, by pathway. Fixed text; the clinic's own numbers are added by the page.
PATIENT_STEPS: dict[Pathway, tuple[str, ...]] = {
    Pathway.EMERGENCY: (
        "Call the emergency number now.",
        "Do not run and leave out your heel exercises.",
    ),
    Pathway.URGENT_SAME_DAY: (
        "Get medical help today.",
        "Do not run and leave out your heel exercises until your physio has examined your leg.",
    ),
    Pathway.BLOCK_PENDING_MEDICAL: (
        "Your plan is on hold: no running and no heel exercises for now.",
        "Your physio has to look at this before it starts again.",
    ),
    Pathway.REFER_ROUTINE: ("Your physio will look at your answer and tell you the next step.",),
    Pathway.CAUTION: ("Your physio will look at your answer and tell you the next step.",),
    Pathway.NONE: (),
}
_PRESCRIBER_STEP = "Contact the person who prescribed your antibiotic today and tell them about your tendon."


def patient_steps(screening: Screening) -> tuple[str, ...]:
    """The next steps in the patient's words; never a diagnosis, and never advice to stop a medicine."""
    steps = PATIENT_STEPS[screening.pathway]
    return (*steps, _PRESCRIBER_STEP) if Finding.FLUOROQUINOLONE_NOW in screening.findings else steps


def screen_answers(answers: Mapping[Finding, bool | None]) -> Screening:
    """Screen what a patient answered. A question left out or answered None is missing, never a no.

    ValueError if an answer belongs to a finding that patients are not asked about.
    """
    asked = {question.finding for question in PATIENT_QUESTIONS}
    for finding in answers:
        if finding not in asked:
            raise ValueError(f"{Finding(finding).label}: only a clinician can record this.")
    return screen(
        findings=[finding for finding, answer in answers.items() if answer],
        missing=[finding for finding in asked if answers.get(finding) is None],
    )


def needs_red_flag_question(pain: int, previous_pain_within_a_day: int | None) -> bool:
    """Whether a pain answer (0 to 10) shows the red-flag questions again: very high, or a steep rise."""
    if nrs(pain) >= ASK_RED_FLAGS_AT_PAIN.value:
        return True
    if previous_pain_within_a_day is None:
        return False
    return pain - nrs(previous_pain_within_a_day) >= ASK_RED_FLAGS_AT_RISE.value
