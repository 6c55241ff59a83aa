"""May this session be run in this stage? Caps, days apart, hills and speed. The first row that refuses wins.

Longer or harder than allowed is never refused by the diary: it is recorded, earns no credit, and the physio
sees it. Source: A3 and A2.
"""

from __future__ import annotations

from dataclasses import dataclass

from rehab.clinical.evaluation import Answer24h
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """One planned session, or one that was run. None: not said, or not relevant."""

    stage: int
    minutes: int
    longest_block_minutes: int | None = None
    days_since_last_run: int | None = None  # calendar days; None: no run before
    last_status: Answer24h | None = None
    hills: bool = False
    speed: bool = False
    hills_passed: int | None = None  # hill sessions settled at 24 and 48 hours
    hours_since_first_hill: float | None = None
    hills_last_7_days: int = 0
    speed_last_7_days: int = 0
    hills_paused: bool = False  # a hill session did not settle in the last 7 days
    speed_paused: bool = False  # speed did not settle in the last 7 days
    week_before_m: int | None = None
    week_after_m: int | None = None
    pre_injury_week_m: int | None = None
    cap_minutes: int | None = None  # after an unsettled session


WITHIN_STAGE = "WITHIN_STAGE"
# What a session went over, in a physio's words.
SAYS: dict[str, str] = {
    "NO_RUNNING_IN_STAGE_1": "the stage has no running yet",
    "OVER_STAGE_CAP": "longer than the stage",
    "BLOCK_TOO_LONG": "a running block longer than one minute",
    "OVER_CAP_AFTER_ELEVATED_24H": "longer than the cap after an unsettled run",
    "NOT_EVERY_OTHER_DAY": "the day after another run",
    "SECOND_RUN_TODAY": "the second run of the day",
    "LAST_RUN_NOT_ANSWERED": "the run before it was not answered yet",
    "LAST_RUN_NOT_SETTLED": "the run before it had not settled",
    "HILL_48H_WINDOW": "within 48 hours of the first hills",
    "NO_HILLS_BEFORE_STAGE_5": "hills before stage 5",
    "HILLS_PAUSED_7_DAYS": "hills within a week of hills that did not settle",
    "HILLS_NOT_PASSED": "hills before a first hill session has settled",
    "ONE_HILL_SESSION_PER_WEEK": "a second hill session within a week",
    "NO_SPEED_BEFORE_STAGE_7": "speed before stage 7",
    "SPEED_PAUSED_7_DAYS": "speed within a week of speed that did not settle",
    "ONE_SPEED_SESSION_PER_WEEK": "a second speed session within a week",
    "WEEK_OVER_10_PERCENT": "a week more than a tenth over the one before",
    "WEEK_OVER_PRE_INJURY": "a week beyond the one before the injury",
    "WEEK_OVER_REDUCED": "more than the part of the usual week that is left",
    "EASY_AND_FLAT_ONLY": "hills or speed in reduced running",
}


def check(facts: SessionFacts, limits: Limits) -> str:
    """WITHIN_STAGE, or the code of the first rule that refuses."""
    return (
        _too_much(facts)
        or _too_soon(facts, limits)
        or _too_hard(facts)
        or _too_far(facts, limits)
        or WITHIN_STAGE
    )


def _too_much(facts: SessionFacts) -> str | None:
    content = STAGES[facts.stage]
    if facts.stage == 1:
        return "NO_RUNNING_IN_STAGE_1"
    if content.minutes_high is not None and facts.minutes > content.minutes_high:
        return "OVER_STAGE_CAP"
    block = content.longest_block_minutes
    if block is not None and facts.longest_block_minutes is not None and facts.longest_block_minutes > block:
        return "BLOCK_TOO_LONG"
    if facts.cap_minutes is not None and facts.minutes > facts.cap_minutes:
        return "OVER_CAP_AFTER_ELEVATED_24H"
    return None


def _too_soon(facts: SessionFacts, limits: Limits) -> str | None:
    if facts.hours_since_first_hill is not None and facts.hours_since_first_hill < limits.stop_hours:
        return "HILL_48H_WINDOW"
    if facts.days_since_last_run is None:
        return None
    if facts.days_since_last_run < STAGES[facts.stage].days_apart:
        return "NOT_EVERY_OTHER_DAY" if facts.stage in (2, 3) else "SECOND_RUN_TODAY"
    if facts.days_since_last_run == 1 and facts.last_status is not Answer24h.YES:
        elevated = facts.last_status is Answer24h.NO
        return "LAST_RUN_NOT_SETTLED" if elevated else "LAST_RUN_NOT_ANSWERED"
    return None


def _too_hard(facts: SessionFacts) -> str | None:
    content = STAGES[facts.stage]
    if facts.hills:
        if not content.hills:
            return "NO_HILLS_BEFORE_STAGE_5"
        if facts.hills_paused:
            return "HILLS_PAUSED_7_DAYS"
        if facts.stage > 5 and facts.hills_passed == 0:
            return "HILLS_NOT_PASSED"
        if facts.stage == 5 and facts.hills_last_7_days:
            return "ONE_HILL_SESSION_PER_WEEK"
    if facts.speed:
        if not content.speed:
            return "NO_SPEED_BEFORE_STAGE_7"
        if facts.speed_paused:
            return "SPEED_PAUSED_7_DAYS"
        if facts.stage == 7 and facts.speed_last_7_days:
            return "ONE_SPEED_SESSION_PER_WEEK"
    return None


def _too_far(facts: SessionFacts, limits: Limits) -> str | None:
    if facts.stage < 6 or facts.week_after_m is None:
        return None
    if facts.week_before_m and facts.week_after_m * 100 > facts.week_before_m * (100 + limits.weekly_percent):
        return "WEEK_OVER_10_PERCENT"
    if (
        facts.stage == 6
        and facts.pre_injury_week_m is not None
        and facts.week_after_m > facts.pre_injury_week_m
    ):
        return "WEEK_OVER_PRE_INJURY"
    return None


def next_session_cap(minutes: int, limits: Limits) -> int:
    """Most minutes of the session after one that had not settled at 24 hours, rounded down."""
    return minutes * limits.next_session_percent // 100
