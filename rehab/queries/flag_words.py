"""What a flag is called in the clinic, how it is drawn, and the one thing it asks for first."""

from dataclasses import dataclass
from enum import StrEnum

from assessments.clinical.sides import Side
from rehab.clinical.evaluation import SILENCE, FindingKind, Severity
from rehab.models import FlagSide

COULD_NOT_ASSESS = "COULD_NOT_ASSESS"  # the headline of a case whose evaluation failed

WORDS: dict[str, str] = {
    FindingKind.RED_FLAG: "Red flag",
    FindingKind.WORSENING: "Getting worse",
    FindingKind.CONSENT: "Consent withdrawn",
    FindingKind.OVERLOAD: "Too much at once",
    FindingKind.ELEVATED_24H: "Not settled yet",
    FindingKind.OVER_THE_LINE: "Over the line",
    FindingKind.AT_THE_LINE: "At the line",
    FindingKind.MISSING_24H: "24 h answers missing",
    FindingKind.STALLED_8W: "Little change at 8 weeks",
    FindingKind.STALLED_12W: "Little change at 12 weeks",
    FindingKind.CANNOT_ASSESS: "Progress not measurable",
    FindingKind.LOW_ADHERENCE: "Sets slipping",
    FindingKind.STAGE_STALLED: "Long in one stage",
    FindingKind.RECURRENT_REGRESSION: "Stepped back again",
    FindingKind.NOT_LOGGING: "Gone quiet",
    FindingKind.INACTIVE: "Quiet for weeks",
    FindingKind.PROM_DECLINE: "Score has fallen",
    FindingKind.EXERCISE_PAIN: "Exercise hurts",
    FindingKind.START_VOLUME: "Starting sets",
    FindingKind.WRONG_EXERCISE: "Other exercise logged",
    FindingKind.PLAN_EXCEEDED: "More than the plan",
    FindingKind.WEEK_LOAD: "Big week",
    FindingKind.SESSION_SPIKE: "Long run",
    FindingKind.HILLS_AND_SPEED: "Hills and speed together",
    FindingKind.SHOE_TRANSITION: "Change of shoes",
    FindingKind.RETURN_AFTER_BREAK: "Back after a break",
    FindingKind.STAGE_PROPOSAL: "Lower stage proposed",
    FindingKind.PLAN_REVIEW: "Plan due for review",
    FindingKind.READY_TO_PROGRESS: "Ready to progress",
    FindingKind.OFFER_MAINTENANCE: "Ready for maintenance",
    FindingKind.REOPEN: "Consider reopening",
    COULD_NOT_ASSESS: "Could not be assessed",
}
SHAPES: dict[str, str] = {
    Severity.URGENT: "act",
    Severity.ACT: "act",
    Severity.REVIEW: "review",
    Severity.QUIET: "quiet",
    Severity.READY: "ready",
}
# Looked at one by one: what has to be acted on today is never acknowledged by the dozen.
IN_BULK = frozenset({Severity.REVIEW.value, Severity.QUIET.value, Severity.READY.value})
_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}
_MOVES = (FindingKind.READY_TO_PROGRESS, FindingKind.OFFER_MAINTENANCE, FindingKind.STAGE_PROPOSAL)
_CALLS = SILENCE | {FindingKind.WORSENING, FindingKind.CONSENT}
_ASKS_FOR: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        (
            FindingKind.LOW_ADHERENCE, FindingKind.EXERCISE_PAIN, FindingKind.START_VOLUME,
            FindingKind.WRONG_EXERCISE, FindingKind.PLAN_REVIEW,
        ),
        ("Change the plan", "plan_new"),
    ),
    **dict.fromkeys(
        (
            FindingKind.STALLED_8W, FindingKind.STALLED_12W, FindingKind.CANNOT_ASSESS,
            FindingKind.PROM_DECLINE, FindingKind.REOPEN,
        ),
        ("Assess again", "assessment_new"),
    ),
    **dict.fromkeys(
        (FindingKind.STAGE_STALLED, FindingKind.RECURRENT_REGRESSION), ("Look at the stage", "stage_move")
    ),
}  # fmt: skip


class Does(StrEnum):
    """How the main action of a row is offered."""

    CALL = "CALL"  # the runner's number
    GO = "GO"  # to another page of the case
    ACKNOWLEDGE = "ACKNOWLEDGE"


@dataclass(frozen=True)
class Action:
    """`route`: the page it leads to, of the case; `phone`: as a tel: link wants it."""

    does: Does
    label: str
    route: str = ""
    phone: str = ""


def word(kind: str, stage: int | None = None) -> str:
    """ "Ready for stage 5" when the stage of now is known."""
    if kind == FindingKind.READY_TO_PROGRESS and stage is not None:
        return f"Ready for stage {stage + 1}"
    return WORDS.get(kind, kind)


def place(kind: str, severity: str, *, silent: bool) -> float:
    """Where a flag stands among those of one case, lowest first: a red flag before everything else.

    A `silent` diary also looks like skipped sets and a stage that stalls: its silence comes before those.
    """
    if kind == FindingKind.RED_FLAG:
        return -1.0
    if silent and severity == Severity.REVIEW:
        return _RANK[Severity.QUIET] + 0.5
    return float(_RANK[severity])


def side_word(side: str) -> str:
    return "" if side == FlagSide.CASE else Side(side).label


def main_action(kind: str, stage: int | None, phone: str) -> Action:
    """The one thing offered on the row itself. Red flags can be neither snoozed nor acknowledged."""
    if kind == FindingKind.RED_FLAG:
        if phone:
            return Action(Does.CALL, "Call now", phone=phone)
        return Action(Does.GO, "Record examination", route="red_flag_clear")
    if kind == COULD_NOT_ASSESS:
        return Action(Does.GO, "Look at the diary", route="case")
    if kind in _MOVES:
        return Action(Does.GO, stage_label(kind, stage), route="stage_move")
    if kind in SILENCE:
        return Action(Does.GO, "Send a nudge", route="case_nudge")
    return Action(Does.ACKNOWLEDGE, "Acknowledge")


def implied_action(kind: str, stage: int | None, phone: str) -> Action:
    """What the finding itself asks for, first in the peek and on the case page."""
    if kind in _CALLS and phone:
        return Action(Does.CALL, "Call", phone=phone)
    action = main_action(kind, stage, phone)
    if action.does is not Does.ACKNOWLEDGE:
        return action
    label, route = _ASKS_FOR.get(kind, ("Open the case", "case"))
    return Action(Does.GO, label, route=route)


def stage_label(kind: str, stage: int | None) -> str:
    if kind == FindingKind.READY_TO_PROGRESS and stage is not None:
        return f"Move to stage {stage + 1}"
    return "Move to maintenance" if kind == FindingKind.OFFER_MAINTENANCE else "Change the stage"
