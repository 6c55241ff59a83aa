"""The assessment rules in plain words, for the printed rule reference. The figures live in thresholds.py."""

from assessments.clinical.findings import FINDING_RULES, FindingRule, Pathway
from assessments.clinical.score_change import INSTRUMENTS, Direction, InstrumentFacts
from assessments.clinical.thresholds import (
    INSERTIONAL_BELOW_CM,
    MIDPORTION_CONFIRM_UP_TO_CM,
    MIDPORTION_UP_TO_CM,
    Rule,
)

_LOW = INSERTIONAL_BELOW_CM.value
_MID = MIDPORTION_UP_TO_CM.value
_HIGH = MIDPORTION_CONFIRM_UP_TO_CM.value
_UNSIGNED = {"INT", "PROD", "2", "R"}
_PATHWAY_WORDS = {
    Pathway.EMERGENCY: "call the emergency number; running, exercises and plan are suspended",
    Pathway.URGENT_SAME_DAY: "medical assessment the same day; running, exercises and plan are suspended",
    Pathway.BLOCK_PENDING_MEDICAL: "no plan, running or exercises until a clinician has cleared it",
    Pathway.REFER_ROUTINE: "refer; a physio confirms, and loading on flat ground may go on",
    Pathway.CAUTION: "a physio confirms before a plan is assigned",
}


def _rule(code: str, section: str, mark: str, says: str) -> Rule:
    return Rule(code, says, section, mark, needs_sign_off=bool(_UNSIGNED & set(mark.split("/"))))


_TYPE_RULES = (
    _rule("TYPE_INSERTIONAL", "A4", "DOC/V", f"A tender point below {_LOW} cm suggests insertional."),
    _rule("TYPE_MIDPORTION", "A4", "DOC", f"A tender point from {_LOW} to {_MID} cm suggests mid-portion."),
    _rule(
        "TYPE_UPPER_MIDPORTION", "A4", "V/INT",
        f"Above {_MID} and up to {_HIGH} cm suggests mid-portion with low confidence, to be confirmed.",
    ),
    _rule("TYPE_ABOVE", "A4", "INT", f"A tender point above {_HIGH} cm has no type and gets no plan."),
    _rule("TYPE_MIXED", "A4", "INT", "One tender point in each zone is mixed, and the insertion decides."),
    _rule(
        "TYPE_UNTESTED", "A4", "INT",
        "No tender point, no type. Anything untested keeps confidence low and asks for confirmation.",
    ),
    _rule(
        "TYPE_NO_THICKENING", "A4", "DOC/INT",
        "No thickening at a mid-portion site lowers confidence and changes nothing else.",
    ),
    _rule(
        "TYPE_PAINLESS_STRETCH", "A4", "DOC/INT",
        "A painless calf stretch with a tender insertion lowers confidence; other causes are considered.",
    ),
    _rule(
        "PROTOCOL_STEP", "A4", "DOC",
        "Mid-portion with a painless calf stretch: heel drops off a step are suggested.",
    ),
    _rule("PROTOCOL_FLAT", "A4", "DOC", "Insertional: heel lowering on the flat, never below neutral."),
    _rule("PROTOCOL_MIXED", "A4", "INT", "Mixed: flat ground, because a step can worsen the insertion."),
    _rule(
        "PROTOCOL_STRETCH", "A4", "INT",
        "Mid-portion with a painful or untested calf stretch: flat ground is suggested, to be confirmed.",
    ),
)  # fmt: skip

_ASSIGNMENT_RULES = (
    _rule(
        "ASSIGN_BLOCKED", "A6", "INT",
        "An emergency, urgent or blocking finding stops every plan, whatever reason is written.",
    ),
    _rule(
        "ASSIGN_SCREEN_UNFINISHED", "A6", "INT",
        "A plan waits until every question that could stop it was asked; other unasked ones need confirming.",
    ),
    _rule(
        "ASSIGN_STEP_NEEDS_REASON", "A4", "INT",
        "A plan that goes below neutral for an insertional or mixed leg needs a written reason. So does "
        "leaving a suggested flat plan for one below neutral, and deciding on another type.",
    ),
    _rule(
        "ASSIGN_CONFIRM", "A4", "INT",
        "Low confidence, a caution or referral finding, or a template not suggested needs confirming.",
    ),
    _rule("ASSIGN_FLAT_FOR_MID", "A4", "INT", "Flat ground may always be chosen for mid-portion."),
    _rule("ASSIGN_PHYSIO", "A0", "INT", "The software suggests; type and plan are a physio's decision."),
    _rule("ASSIGN_EACH_SIDE", "A4", "DOC/INT", "Each affected leg has its own type and its own plan."),
)  # fmt: skip

_SAFETY_RULES = (
    _rule("RED_FLAG_ONE_IS_ENOUGH", "A6", "INT", "One finding is enough, and the most urgent pathway wins."),
    _rule(
        "RED_FLAG_NOT_ASKED", "A6", "INT",
        "An unanswered question is missing, never a no. Known to have happened but on no known day: recent.",
    ),
    _rule(
        "RED_FLAG_CLEARING", "A6", "INT",
        "Neither a patient nor time clears a red flag; a physio does, by a recorded examination.",
    ),
    _rule(
        "RED_FLAG_ASK_AGAIN", "A6", "PROD",
        "Every pain form carries the short red-flag question; very high pain or a steep rise within a day "
        "shows the questions again.",
    ),
    _rule(
        "RED_FLAG_TOE_RISE", "A6", "INT",
        "Patients are asked about the toe rise as new weakness of this leg, not as pain.",
    ),
    _rule(
        "RED_FLAG_WORDS", "A6", "INT",
        "Patients read what to do, never that a condition is present or absent, nor to stop a medicine.",
    ),
)  # fmt: skip


def _finding_rule(row: FindingRule) -> Rule:
    return _rule(f"FINDING_{row.finding}", "A6", row.mark, f"{row.label}: {_PATHWAY_WORDS[row.pathway]}.")


def _instrument_rule(facts: InstrumentFacts) -> Rule:
    way = "higher is better" if facts.direction is Direction.HIGHER_IS_BETTER else "lower is better"
    cut_off = facts.meaningful_change
    counts = f"a change of {cut_off.value} {cut_off.unit} counts" if cut_off else "no valid cut-off is known"
    weeks = f"weeks {', '.join(map(str, facts.due_weeks))}" if facts.due_weeks else facts.due
    says = f"{facts.label}: {facts.low} to {facts.high}, {way}; {counts}; due: {weeks}."
    return _rule(f"SCORE_{facts.instrument}", "B", cut_off.source_mark if cut_off else "V", says)


_SCORE_RULES = (
    _rule("SCORE_MISSING", "B", "INT", "A score with a blank is incomplete; nothing is filled in for it."),
    _rule("SCORE_VISA_A_BRANCH", "B", "R", "Only one branch of the last VISA-A question is scored."),
    _rule("SCORE_NO_ITEM_TEXT", "B", "PROD", "No licensed questionnaire text is kept; numbers are entered."),
    _rule(
        "SCORE_HEEL_RISE_SYMMETRY", "B", "INT",
        "Heel rises are compared between the legs only when one leg is affected.",
    ),
    _rule(
        "SCORE_LOW_START", "A5", "PROD",
        "Pain that started below 2 cannot show a meaningful fall, and says so.",
    ),
)  # fmt: skip

ASSESSMENT_RULES: tuple[Rule, ...] = (
    *_TYPE_RULES,
    *_ASSIGNMENT_RULES,
    *_SAFETY_RULES,
    *(_finding_rule(row) for row in FINDING_RULES.values()),
    *_SCORE_RULES,
    *(_instrument_rule(facts) for facts in INSTRUMENTS.values()),
)
