"""Every sentence that a runner reads about running. Short words, a reason, a next step; nobody is blamed.

"Your plan says", never "you are safe". Nothing here names or rules out an illness. Source: the Words section.
"""

from __future__ import annotations

from datetime import date

from assessments.clinical.sides import Side
from rehab.clinical.evaluation import Decision
from rehab.clinical.local_time import spoken
from rehab.clinical.said import Said, said

CROSS_TRAIN = "Cycling or swimming and your heel exercises are fine if they feel comfortable."
RED_FLAG_HELP = (
    "If you felt a pop, cannot push up on your toes, cannot put weight on the leg, or the calf is swollen, "
    "get medical help today."
)
NEXT_STEPS: dict[Decision, str] = {
    Decision.URGENT_CARE: "Do not run and leave out your heel exercises. Get medical help today.",
    Decision.STOP_SEEK_ASSESSMENT: (
        "Your plan says no running until your physio has seen you. If you have not heard from them today,"
        " call them."
    ),
    Decision.STOP_24H: (f"Your plan says rest from running until it has settled. {CROSS_TRAIN}"),
    Decision.STOP_REGRESS: (
        f"Your plan takes a step back so that it can settle. {CROSS_TRAIN} {RED_FLAG_HELP}"
    ),
    Decision.STOP_TEMPORARY: f"Your plan says stop running for now. {CROSS_TRAIN}",
    Decision.WAIT_48H: f"Your plan asks for two days of rest from running, and your answer. {CROSS_TRAIN}",
    Decision.WAIT_24H: "Answer how it feels now, and your plan can tell you the next step.",
    Decision.NO_RUNNING_STAGE: f"Your plan has no running yet. Walk as you like. {CROSS_TRAIN}",
    Decision.NOT_YET: f"Your plan asks for a rest from running today. {CROSS_TRAIN}",
    Decision.RUN_REDUCED: (
        "Your plan says you can repeat this, at an easy pace. Stop if it reaches {stop} out of 10."
    ),
    Decision.RUN_WITHIN_PLAN: "Your plan says you can run today. Stop if it reaches {stop} out of 10.",
    Decision.NO_PLAN: "Your physio has not set a running plan yet.",
}
REST_OF_PLAN_ON_HOLD = (
    "Your plan is on hold: no running and no heel exercises until your physio has looked at this."
)
LOOKED_AT_FIRST = "You reported something that has to be looked at first."
RISING = "Your pain has been rising although you did less. Your physio wants to see you."
RECORDS_ONLY = "This clinic records only."
NO_USUAL_WEEK = "Your physio has not set your usual week yet."
BEFORE_RUNNING = "Your plan is at the stage before running."
FIRST_ASKS_TODAY = "Your plan asks how it feels today before a first run."
AS_USUAL_TODAY = "Today it is no more than your usual."
CLOSED = "Your care plan here is closed."
NOTHING_MORE = "Nothing more is asked of you. If it hurts again, ask your clinic."
CONSENT_WITHDRAWN = "You took back your consent, so nothing is worked out here."
ASK_YOUR_CLINIC = "Ask your clinic before you run."
INSTEAD: dict[str, str] = {"CLOSED": NOTHING_MORE, "CONSENT": ASK_YOUR_CLINIC}  # of the next step, by rule
REFUSALS: dict[str, str] = {
    "NOT_EVERY_OTHER_DAY": "Your plan has a day without running between runs.",
    "SECOND_RUN_TODAY": "You have already run today.",
    "LAST_RUN_NOT_ANSWERED": (
        "Your plan needs to know how the last run settled before you run two days in a row."
    ),
    "LAST_RUN_NOT_SETTLED": "The last run has not settled yet.",
    "HILL_48H_WINDOW": (
        "After the first hills your plan waits two full days to see how the tendon takes them."
    ),
    "WEEK_IS_FULL": "You have done all the running your plan has for these seven days.",
    "OVER_CAP_AFTER_ELEVATED_24H": "The next run has to be shorter than that.",
}


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def minutes(low: int | None, high: int) -> str:
    if low is not None and low < high:
        return said("{low} to {high} minutes", low=low, high=high)
    return said("Up to {high} minutes", high=high) if low is None else said("{high} minutes", high=high)


def session(low: int | None, high: int, *, hills: bool, speed: bool) -> str:
    """The allowed session in one or two sentences."""
    time = minutes(low, high)
    if hills and speed:
        return said(
            "{time}, easy. Gentle hills or one faster run are fine, but not both in a week.", time=time
        )
    if hills:
        return said("{time}, easy. Gentle hills are fine once this week. No speed yet.", time=time)
    if speed:
        return said("{time}, easy. One faster run is fine this week. No hills today.", time=time)
    return said("{time}, easy and flat. No hills or speed yet.", time=time)


def walk_run(blocks: int) -> str:
    return said("{blocks} times: run 1 minute, then walk 2 minutes. Easy and flat.", blocks=blocks)


def runs_day(day: date, today: date) -> str:
    """ "Friday's run", "Today's run"."""
    return about_run("{Day}’s run", day, today)


def about_run(pattern: str, day: date, today: date, **values: object) -> Said:
    """A sentence about the run of a day: `Day` begins it, `day` stands inside."""
    name = spoken(day, today)
    start = name if name[:1].isupper() else capital(name)
    return said(pattern, Day=start, day=name, **values)


def run_pain(day: date, today: date, pain: int | None) -> str:
    if pain is None:
        return about_run("{Day}’s run has no pain score for one side yet.", day, today)
    return about_run("{Day}’s run reached {pain}/10.", day, today, pain=pain)


def unsettled(day: date, today: date, pain: int, said_on: date, baseline: int) -> str:
    pattern = "{Day}’s run has not settled yet: {when} it was {pain}/10, and your usual is {baseline}."
    return about_run(pattern, day, today, when=_when(said_on, today), pain=pain, baseline=baseline)


def _when(said_on: date, today: date) -> str:
    name = spoken(said_on, today)
    return name if (today - said_on).days < 2 else said("on {day}", day=name)


def on_side(side: Side) -> Said:
    """Put after a sentence, or into it."""
    return said(" ({side} side)", side=side.label)


def reached_after(day: date, today: date, pain: int, where: str) -> Said:
    return about_run("After {day}’s run it reached {pain}/10{where}.", day, today, pain=pain, where=where)


def asked_for_rest(day: date, today: date) -> Said:
    return about_run("{Day}’s run asked for two days of rest first.", day, today)


def taken_back(day: date, today: date) -> str:
    return about_run(
        "You changed what you told about {day}’s run. The two days of rest that it asked for"
        " first still count.",
        day,
        today,
    )


def above_again(day: date, today: date, pain: int, said_on: date, baseline: int) -> str:
    pattern = "{Day}’s run had settled, but {when} it was {pain}/10, and your usual is {baseline}."
    return about_run(pattern, day, today, when=_when(said_on, today), pain=pain, baseline=baseline)


def before_first_run(pain: int, baseline: int) -> str:
    return said("Today it is {pain}/10, and your usual is {baseline}.", pain=pain, baseline=baseline)


def did_not_ease(day: date, today: date, contradicts: bool) -> str:
    if contradicts:
        pattern = "Your answers about {day}’s run do not fit together. Please answer them again."
        return about_run(pattern, day, today)
    return about_run("On {day}’s run it did not ease off while you ran.", day, today)


def not_answered(day: date, today: date, unscored: bool) -> str:
    if unscored:
        return about_run("{Day}’s run has no score for this side yet.", day, today)
    return about_run("We do not know yet how it settled after {day}’s run.", day, today)


def settled(day: date, today: date, pain: int | None, missing: bool) -> str:
    if missing:
        pattern = "The day-after answer for {day}’s run is missing, and today it is your usual."
        return about_run(pattern, day, today)
    pattern = "{Day}’s run was {pain}/10 and you were back to your usual afterwards."
    return about_run(pattern, day, today, pain=pain)


def next_step(decision: Decision, stop_at: int) -> str:
    return said(NEXT_STEPS[decision], stop=stop_at)
