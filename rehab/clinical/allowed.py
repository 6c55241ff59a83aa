"""The exact session a runner may do today: minutes, blocks, hills and speed, or from when.

Inside the stages the stage's cap is the reduction. From stage 6 the week may grow by a tenth, and one session
may be a tenth longer than the longest of 30 days. In reduced running the week is 50 to 70 percent of the
usual one, and no session is more than a tenth longer than the longest. Source: A1 (5, 9, 10), A3, A7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rehab.clinical import session_rules, words
from rehab.clinical.evaluation import AllowedSession
from rehab.clinical.exceeded import metres
from rehab.clinical.ledger import Ledger
from rehab.clinical.review import RunView, RunViews
from rehab.clinical.session_facts import cap_after, session_facts
from rehab.clinical.stages import STAGES

_WEEK, _TOWARD_FORMER = 7, 6
_LONGEST_FIXED = STAGES[5].minutes_high or 45


@dataclass(frozen=True, slots=True)
class Room:
    """The session that fits, or the code of the rule that leaves no room today."""

    session: AllowedSession | None
    refused_by: str = ""


def in_stage(stage: int, views: RunViews, ledger: Ledger, today: date) -> Room:
    """What fits into a stage today. `views` are all runs, oldest first."""
    facts = session_facts(stage, views, len(views), day=today, start=ledger.now.timestamp(), minutes=0)
    refused = session_rules.check(facts, ledger.limits)
    if refused != session_rules.WITHIN_STAGE:
        return Room(None, refused)
    content = STAGES[stage]
    high = content.minutes_high if content.minutes_high is not None else _room_of_week(views, ledger, today)
    if facts.cap_minutes is not None:
        high = min(high, facts.cap_minutes)
    if high <= 0 or _is_back_at_former_week(stage, views, ledger, today):
        return Room(None, "WEEK_IS_FULL")
    hills = _fits(stage, views, ledger, today, hills=True)
    speed = _fits(stage, views, ledger, today, speed=True)
    low = content.minutes_low
    return Room(_session(stage, low if low is not None and low <= high else None, high, hills, speed))


def reduced(reference_week_minutes: int, views: Sequence[RunView], ledger: Ledger, today: date) -> Room:
    """What fits into reduced running beside the exercises, outside the stages."""
    week = reference_week_minutes * (100 - ledger.limits.cut_percent) // 100
    longest = _longest(views, today)
    one_session = longest * (100 + ledger.limits.spike_percent) // 100 if longest else _LONGEST_FIXED
    high = min(week - _minutes(views, today, 0, 7), one_session)
    last = views[-1] if views else None
    if (cap := cap_after(last, ledger.limits)) is not None:
        high = min(high, cap)
    if high <= 0:
        return Room(None, "WEEK_IS_FULL")
    return Room(
        AllowedSession(
            minutes_low=None, minutes_high=high, text=words.session(None, high, hills=False, speed=False)
        )
    )


def _fits(
    stage: int, views: RunViews, ledger: Ledger, today: date, *, hills: bool = False, speed: bool = False
) -> bool:
    if not (STAGES[stage].hills if hills else STAGES[stage].speed):
        return False
    facts = session_facts(
        stage, views, len(views), day=today, start=ledger.now.timestamp(), hills=hills, speed=speed
    )
    return session_rules.check(facts, ledger.limits) == session_rules.WITHIN_STAGE


def _minutes(views: Sequence[RunView], today: date, first_age: int, last_age: int) -> int:
    """Running minutes of the local days from `first_age` to before `last_age` days ago.

    A runner who flew west may have run "tomorrow": that is of this week too.
    """
    ages = ((max(0, (today - view.day).days), view.run.minutes) for view in views)
    return sum(minutes for age, minutes in ages if first_age <= age < last_age)


def _longest(views: Sequence[RunView], today: date) -> int:
    """Minutes of the longest run of 30 days; 0 without one."""
    return max((view.run.minutes for view in views if (today - view.day).days < 30), default=0)


def _room_of_week(views: Sequence[RunView], ledger: Ledger, today: date) -> int:
    """Minutes left in the week from stage 6 on; never a session far over the longest of 30 days."""
    before = _minutes(views, today, 7, 14)
    percent = 100 + ledger.limits.weekly_percent
    longest = _longest(views, today)
    one_session = max(_LONGEST_FIXED, longest * (100 + ledger.limits.spike_percent) // 100)
    if before == 0:
        return _LONGEST_FIXED
    return min(one_session, before * percent // 100 - _minutes(views, today, 0, 7))


def _is_back_at_former_week(stage: int, views: RunViews, ledger: Ledger, today: date) -> bool:
    """Stage 6 goes no further than the week before the injury."""
    this = [view for view in views if max(0, (today - view.day).days) < _WEEK]
    run_m, most = metres(this), ledger.pre_injury_week_m
    return stage == _TOWARD_FORMER and most is not None and run_m is not None and run_m >= most


def _session(stage: int, low: int | None, high: int, hills: bool, speed: bool) -> AllowedSession:
    if stage == 2:
        blocks = f"{high} × (1 min run, 2 min walk)"
        return AllowedSession(
            minutes_low=None,
            minutes_high=high,
            blocks=blocks,
            longest_block_minutes=1,
            text=words.walk_run(high),
        )
    return AllowedSession(
        minutes_low=low,
        minutes_high=high,
        hills=hills,
        speed=speed,
        text=words.session(low, high, hills=hills, speed=speed),
    )
