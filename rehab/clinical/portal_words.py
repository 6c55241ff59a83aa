"""The runner's one-word answers and short titles. The reasons and next steps come with the decision itself.

Plain words, no blame, no diagnosis: "Your plan says", never "you are safe".
"""

from enum import StrEnum

from rehab.clinical.evaluation import Decision
from rehab.clinical.history import Half, Knee, ReportKind, WarmUp


class Tone(StrEnum):
    """How the word is shown, always beside the word itself."""

    YES = "yes"
    NO = "no"
    WAIT = "wait"


ANSWERS: dict[Decision, tuple[str, Tone]] = {
    Decision.URGENT_CARE: ("Not today", Tone.NO),
    Decision.STOP_SEEK_ASSESSMENT: ("Not today", Tone.NO),
    Decision.STOP_24H: ("Not today", Tone.NO),
    Decision.STOP_REGRESS: ("Not today", Tone.NO),
    Decision.STOP_TEMPORARY: ("Not today", Tone.NO),
    Decision.WAIT_48H: ("Not yet", Tone.WAIT),
    Decision.WAIT_24H: ("Not yet", Tone.WAIT),
    Decision.NO_RUNNING_STAGE: ("Not yet", Tone.WAIT),
    Decision.NOT_YET: ("Not today", Tone.WAIT),
    Decision.RUN_REDUCED: ("Yes", Tone.YES),
    Decision.RUN_WITHIN_PLAN: ("Yes", Tone.YES),
    Decision.NO_PLAN: ("Not yet", Tone.WAIT),
}
WAIT = ("Wait", Tone.WAIT)
WAIT_HOW = "Please do not run until this page can answer again."
WAIT_FAILED = (
    "Your answers are stored, but the answer could not be worked out just now. Try again in a few minutes."
)
WAIT_STALE = "Your answers are stored, but they have not been worked through yet. Try again in a few minutes."
WAIT_SUSPENDED = "Your plan is on hold until your physio has looked at it."

WARM_UP: dict[WarmUp, str] = {
    WarmUp.NO_SYMPTOMS: "Nothing to feel",
    WarmUp.RESOLVED: "There at first, then gone",
    WarmUp.EASED: "Eased, but stayed",
    WarmUp.PERSISTED: "Stayed, got worse, came back or came later",
}
KNEES: dict[Knee, str] = {Knee.STRAIGHT: "Straight knee", Knee.BENT: "Bent knee"}
HALVES: dict[Half, str] = {Half.AM: "morning", Half.PM: "evening"}
REPORTS: dict[ReportKind, str] = {
    ReportKind.PRE_RUN: "Before a run",
    ReportKind.AFTER: "After a run",
    ReportKind.CHECK_24H: "A day after a run",
    ReportKind.CHECK_48H: "Two days after a run",
    ReportKind.MORNING: "Morning check",
}
# The one question, always the same, so that answers can be compared.
PAIN_NOW = "How sore is it now, walking normally?"
PAIN_RUN = "Worst pain during the run"
ANOTHER_RUN = (
    "You have run again since, so this answer can no longer say how the earlier run settled. It is kept."
)
