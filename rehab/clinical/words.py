"""Every sentence that a runner reads about running. Short words, a reason, a next step; nobody is blamed.

"Your plan says", never "you are safe". Nothing here names or rules out an illness. Source: the Words section.
"""

from __future__ import annotations

from datetime import date

from rehab.clinical.evaluation import Decision
from rehab.clinical.local_time import spoken

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
CLOSED = "Your care plan here is closed."
NOTHING_MORE = "Nothing more is asked of you. If it hurts again, ask your clinic."
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
        return f"{low} to {high} minutes"
    return f"Up to {high} minutes" if low is None else f"{high} minutes"


def session(low: int | None, high: int, *, hills: bool, speed: bool) -> str:
    """The allowed session in one or two sentences."""
    start = f"{minutes(low, high)}, easy"
    if hills and speed:
        return f"{start}. Gentle hills or one faster run are fine, but not both in a week."
    if hills:
        return f"{start}. Gentle hills are fine once this week. No speed yet."
    if speed:
        return f"{start}. One faster run is fine this week. No hills today."
    return f"{start} and flat. No hills or speed yet."


def walk_run(blocks: int) -> str:
    return f"{blocks} times: run 1 minute, then walk 2 minutes. Easy and flat."


def runs_day(day: date, today: date) -> str:
    """ "Friday's run", "Today's run"."""
    return capital(f"{spoken(day, today)}’s run")


def run_pain(day: date, today: date, pain: int | None) -> str:
    if pain is None:
        return f"{runs_day(day, today)} has no pain score for one side yet."
    return f"{runs_day(day, today)} reached {pain}/10."


def unsettled(day: date, today: date, pain: int, said_on: date, baseline: int) -> str:
    when = spoken(said_on, today) if (today - said_on).days < 2 else f"on {spoken(said_on, today)}"
    return (
        f"{runs_day(day, today)} has not settled yet: {when} it was {pain}/10, and your usual is {baseline}."
    )


def taken_back(day: date, today: date) -> str:
    return (
        f"You changed what you told about {mid(runs_day(day, today))}. The two days of rest that it asked for"
        " first still count."
    )


def above_again(day: date, today: date, pain: int, said_on: date, baseline: int) -> str:
    when = spoken(said_on, today) if (today - said_on).days < 2 else f"on {spoken(said_on, today)}"
    return f"{runs_day(day, today)} had settled, but {when} it was {pain}/10, and your usual is {baseline}."


def mid(text: str) -> str:
    """The same words inside a sentence: a weekday keeps its capital."""
    return text[:1].lower() + text[1:] if text.startswith(("Today", "Yesterday")) else text


def did_not_ease(day: date, today: date, contradicts: bool) -> str:
    if contradicts:
        return (
            f"Your answers about {mid(runs_day(day, today))} do not fit together. Please answer them again."
        )
    return f"On {mid(runs_day(day, today))} it did not ease off while you ran."


def not_answered(day: date, today: date, unscored: bool) -> str:
    if unscored:
        return f"{runs_day(day, today)} has no score for this side yet."
    return f"We do not know yet how it settled after {mid(runs_day(day, today))}."


def settled(day: date, today: date, pain: int | None, missing: bool) -> str:
    if missing:
        return f"The day-after answer for {mid(runs_day(day, today))} is missing, and today it is your usual."
    return f"{runs_day(day, today)} was {pain}/10 and you were back to your usual afterwards."


def next_step(decision: Decision, stop_at: int) -> str:
    return NEXT_STEPS[decision].format(stop=stop_at)
