"""The rehabilitation rules in plain words, each with its code, and their version.

The figures live in thresholds.py.

Every finding and decision carries one of these codes and RULE_VERSION, so that it can be replayed and
explained.
"""

from assessments.clinical.thresholds import Rule
from rehab.clinical.evaluation import RULE_VERSION

__all__ = ["REHAB_RULES", "RULE_VERSION"]

_UNSIGNED = {"INT", "PROD", "2", "R"}


def _rule(code: str, mark: str, says: str) -> Rule:
    section = code[:2] if code[:1] == "A" else "A0"
    return Rule(code, says, section, mark, needs_sign_off=bool(_UNSIGNED & set(mark.split("/"))))


REHAB_RULES: tuple[Rule, ...] = (
    _rule(
        "A0-RECEIVED",
        "INT",
        "Entries count from when the server received them; a correction replaces what it names, but never"
        " undoes a step back, a red flag or a worsening. A step back that was made stands, whatever is edited"
        " or set later.",
    ),
    _rule(
        "A0-DATED",
        "INT",
        "Each run, answer and day is judged by the thresholds in force when it became known; a change counts"
        " from its moment on and rewrites nothing. What a physio set holds until a physio changes it, also"
        " after the exercises ended.",
    ),
    _rule(
        "A0-SIDES",
        "INT",
        "Every affected side is judged alone; the worse one decides. A side without a score is unknown,"
        " never 0.",
    ),
    _rule(
        "A1-1",
        "DOC",
        "Any open red flag: urgent care, everything suspended, until a physio's recorded examination, which"
        " covers the reports that were there and no later one. Also where the clinic only records, and before"
        " everything else.",
    ),
    _rule(
        "A1-2",
        "DOC",
        "An open worsening: no running, seen the same day, suspended until a physio resolves it.",
    ),
    _rule(
        "A1-3",
        "DOC/INT",
        "Not settled at 24 hours, or above baseline from 24 hours on before another run: stop; stage kept,"
        " unless the peak was over the line. An answer above baseline stops until a newer one is not.",
    ),
    _rule(
        "A1-4",
        "DOC/INT",
        "Peak of 4 or more: stop, and one stage back at once. The peak takes in the run, every report up to"
        " 28 hours, and a late answer up to 72 hours.",
    ),
    _rule(
        "A1-5",
        "DOC/INT",
        "Exactly 3, symptoms that persist, or answers that contradict each other: stop, stage kept; a"
        " contradiction is asked again.",
    ),
    _rule(
        "A1-6",
        "DOC/INT",
        "The 24-hour answer is unknown, or missing without a check on the day itself: wait.",
    ),
    _rule(
        "A1-7", "DOC/INT", "No pain, no symptoms, settled: run within the plan. Late or missing: no credit."
    ),
    _rule(
        "A1-8",
        "DOC/INT",
        "Pain up to 2 that eased or went, settled: repeat within the stage. Eased, late or missing: no"
        " credit.",
    ),
    _rule(
        "A1-REST",
        "INT/PROD",
        "A stop lasts at least 48 hours from its run, also when it settled sooner, a sore check before a run"
        " made it, or another run came in between.",
    ),
    _rule(
        "A1-TAKEN-BACK",
        "INT",
        "Correcting or withdrawing a run or an answer does not shorten a stop: the 48 hours after the run as"
        " it was told first still count, and the runner is told so.",
    ),
    _rule(
        "A1-SORE-NOW",
        "INT",
        "The newest answer is 4 or more, whatever the usual: no run until a newer one is less.",
    ),
    _rule("A1-ANSWER", "INT/PROD", "A stop is not left without an answer from 20 hours on, or an early yes."),
    _rule(
        "A1-RELEASE",
        "INT/PROD",
        "Rested, answered and at baseline: running may start again, shorter after an unsettled session.",
    ),
    _rule("A1-STAGE-1", "INT/PROD", "A stop that led to stage 1 is left through the gate of stage 1."),
    _rule(
        "A1-MODIFIED",
        "DOC/PROD",
        "Reduced running, chosen by the physio: easy and flat, 50 to 70 percent of the usual week; no"
        " session is offered that is more than a tenth longer than the longest of 30 days, or than 45 minutes"
        " without one; two stops in 14 days or one of 4 or more propose stage 1.",
    ),
    _rule(
        "A2-BASELINE",
        "INT",
        "Baseline: the lower of a pre-run answer up to 12 hours old and the reference. A 14-day median of"
        " seven or more mornings may lower the reference for good; only a physio raises it.",
    ),
    _rule(
        "A2-24H",
        "DOC/INT",
        "20 to 28 hours: the last answer decides. 12 to 20 hours on a later day: yes when at baseline. Over"
        " 28 to 72 hours: late yes, or no. Nothing by 36 hours, or another run first: missing. A no keeps"
        " its credit lost. A check before a run that is above baseline before 24 hours takes an earlier yes"
        " back. Pain told about a run after another one had begun belongs to that other run.",
    ),
    _rule(
        "A2-48H",
        "DOC/INT",
        "The first hills pass with a 24-hour yes, an answer at 44 to 84 hours at baseline, and no run in 48"
        " hours; else no hills for 7 days.",
    ),
    _rule("A2-MISSING", "PROD", "Three missing 24-hour answers in 14 days are shown."),
    _rule("A3-STAGE-1", "DOC", "Stage 1 has no running; jogging is running."),
    _rule(
        "A3-FIRST-RUN",
        "INT",
        "Before a first run every side is answered on the day itself, at or below baseline.",
    ),
    _rule(
        "A3-GATE",
        "DOC/PROD",
        "A stage opens in this order: not suspended, nothing pending, no stop that stands, shortest time,"
        " sessions and clean sessions, its own condition, exercise dose. The software says eligible; the"
        " physio moves.",
    ),
    _rule(
        "A3-REGRESS",
        "DOC/INT",
        "Each run steps back at most one stage, dated when it became known, never below 1, never while"
        " suspended, never for a run from before the start. From maintenance the step is to stage 7.",
    ),
    _rule(
        "A3-EXCEEDED",
        "INT",
        "More than the stage holds is recorded, earns no credit and is shown for 7 days, without scolding."
        " From stage 6 that is also a week more than a tenth over the one before, in minutes and in metres"
        " where those are known, and in stage 6 one beyond the week before the injury; in reduced running"
        " more than its part of the usual week.",
    ),
    _rule(
        "A3-GAP",
        "PROD",
        "Unless suspended, no run for 14 days proposes one stage lower, 28 days stage 2 after the walking"
        " test; until then no"
        " more than the proposed stage's session is offered.",
    ),
    _rule("A4-SEVERE", "DOC/INT", "Severe pain in an exercise: stop the set; twice running: the physio."),
    _rule(
        "A4-START",
        "DOC/INT",
        "Starting sets become full sets after an answer at baseline 44 to 84 hours later; one above: ask"
        " again; two above and not settled: reduce and notify; 14 days: the physio. A new version of the same"
        " exercise does not start the sets again.",
    ),
    _rule("A4-WRONG", "DOC/PROD", "Exercises below neutral on a flat plan are shown."),
    _rule("A4-END", "DOC", "Day 84 asks for a review."),
    _rule(
        "A4-EARLY",
        "DOC/PROD",
        "A plan that ended, or no exercises for 7 days while other entries come in, before day 84 is shown.",
    ),
    _rule(
        "A5-SESSIONS",
        "INT",
        "Worsening: pain rises over three sessions with load never up and a tenth down, or by two points"
        " after a cut of a tenth.",
    ),
    _rule(
        "A5-REPEAT-24H",
        "INT",
        "Worsening: not settled at 24 hours twice running, the second after a cut of a tenth and not"
        " smaller.",
    ),
    _rule(
        "A5-WEEKS",
        "R/INT",
        "Worsening: the mean pain of seven days up by two points or more without more running, four answers"
        " each week, as seen on the day of an entry. A day's pain is its morning's; without one, that of"
        " its 24-hour check.",
    ),
    _rule("A5-OVERLOAD", "INT", "Two points up with more load is overload, not worsening."),
    _rule(
        "A5-STALLED",
        "V/2/R/PROD",
        "No sign of progress at day 56 (not insertional), 84 and later: a flag for a conversation. A"
        " heads-up from day 42. Nothing measurable is shown as such.",
    ),
    _rule(
        "A5-ADHERENCE",
        "V/PROD",
        "Less than 60 percent of the dose in 14 full days, after 7 days of plan, explains a stall and is"
        " shown without blame.",
    ),
    _rule("A5-STAGE", "PROD", "28 days in a stage below 7 without being eligible."),
    _rule("A5-RECURRENT", "PROD", "Three steps back in 28 days."),
    _rule(
        "A5-SILENCE",
        "PROD",
        "Reminder after 3 days of silence, shown after 7, inactive after 14. A paused case is not silent."
        " While a diary is silent, the answers, sets and sessions that it lacks are not told as well: not"
        " written is not the same as not done.",
    ),
    _rule("A5-PROM", "PROD", "VISA-A ten points lower than the score before."),
    _rule(
        "A6",
        "DOC/V/INT",
        "One red-flag finding suspends running, exercises and plan, by all versions of the report. A"
        " clearance covers what the server had received by then.",
    ),
    _rule(
        "A6-BLOCK",
        "INT",
        "A finding that blocks the plan suspends it the same way, without the urgent words.",
    ),
    _rule(
        "A7-WEEK",
        "DOC",
        "From stage 6, in reduced running and in maintenance: seven days over the seven before by more than"
        " a tenth.",
    ),
    _rule(
        "A7-SESSION",
        "V/INT",
        "A session more than a tenth longer than the longest of 30 days; bands above 10, 30 and 100 percent.",
    ),
    _rule(
        "A7-HILLS-SPEED",
        "DOC/INT",
        "Hills and speed, both not done for 28 days, within the same seven days.",
    ),
    _rule(
        "A7-SHOE",
        "DOC/INT",
        "A lower shoe: a small share for 28 days, then rising to all running at day 90; four millimetres"
        " lower weighs more.",
    ),
    _rule(
        "A7-BREAK",
        "DOC/PROD",
        "After a break of two weeks: the first week over half of the week before, higher at all of it;"
        " watched for 28 days.",
    ),
    _rule("A7-MAINTENANCE", "DOC/PROD", "Two stops in 28 days of maintenance propose reopening."),
    _rule("NO-PLAN", "INT", "No stage has been set: nothing is allowed or refused."),
    _rule(
        "CONSENT",
        "PROD",
        "The runner took their consent back: no decision, no finding but a red flag that stands, and running"
        " waits at stage 1. Given again, running and exercises go on waiting until a physio resumes"
        " running.",
    ),
    _rule("RECORD-ONLY", "INT", "The clinic records only: no decision, no finding but reported red flags."),
)
