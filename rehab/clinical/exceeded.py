"""Whether a run kept to its stage, its week and, in reduced running, to what was left of the usual week.

Source: A1, A3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rehab.clinical import session_rules
from rehab.clinical.history import Track
from rehab.clinical.session_facts import WEEK_DAYS, session_facts

if TYPE_CHECKING:  # a run's view asks here whether it kept to the plan
    from rehab.clinical.review import RunView, RunViews

_FREE_STAGE = 6  # from here on a session has no fixed cap, and the week has


def exceeded(views: RunViews, view: RunView) -> str | None:
    """The code of the first rule that a run went over."""
    run, stage = view.run, view.stage
    if stage is None:
        return None
    if views.path.track is Track.MODIFIED_RUNNING:
        return "EASY_AND_FLAT_ONLY" if run.hills or run.speed else _over_reduced_week(views, view)
    code = session_rules.check(
        session_facts(
            stage,
            views,
            view.index,
            day=run.local_date,
            start=view.record.start,
            minutes=run.minutes,
            block=run.longest_block_minutes,
            hills=bool(run.hills),
            speed=bool(run.speed),
            limits=view.record.limits,
        ),
        view.record.limits,
    )
    return _over_week(views, view, stage) if code == session_rules.WITHIN_STAGE else code


def _week_up_to(views: RunViews, view: RunView, weeks_ago: int = 0) -> list[RunView]:
    """The runs of the seven days up to a run, with it, or of the seven days so many weeks before."""
    found = []
    for place in range(view.index, -1, -1):
        weeks = max(0, (view.day - views[place].day).days) // WEEK_DAYS
        if weeks > weeks_ago:
            break
        if weeks == weeks_ago:
            found.append(views[place])
    return found


def _over_week(views: RunViews, view: RunView, stage: int) -> str | None:
    """From stage 6 a week grows by a tenth at most, in metres; where those are not all known, in minutes.

    The session offered is in minutes, so a run within them keeps to the plan at any pace.
    """
    if stage < _FREE_STAGE:
        return None
    this, before = _week_up_to(views, view), _week_up_to(views, view, 1)
    now_m, before_m = metres(this), metres(before)
    percent = 100 + view.record.limits.weekly_percent
    minutes_before = sum(one.run.minutes for one in before)
    longer = sum(one.run.minutes for one in this) * 100 > minutes_before * percent
    farther = now_m is None or before_m is None or now_m * 100 > before_m * percent
    if minutes_before and longer and farther:
        return "WEEK_OVER_10_PERCENT"
    most = views.ledger.pre_injury_week_m
    if stage == _FREE_STAGE and most is not None and now_m is not None and now_m > most:
        return "WEEK_OVER_PRE_INJURY"
    return None


def metres(views: Iterable[RunView]) -> int | None:
    """None when one of the runs has no distance: that is not zero."""
    said = [view.run.distance_m for view in views]
    known = [one for one in said if one is not None]
    return sum(known) if len(known) == len(said) else None


def _over_reduced_week(views: RunViews, view: RunView) -> str | None:
    usual = views.ledger.usual_week_minutes
    if usual is None:
        return None
    most = usual * (100 - view.record.limits.cut_percent) // 100
    minutes = sum(one.run.minutes for one in _week_up_to(views, view))
    return "WEEK_OVER_REDUCED" if minutes > most else None
