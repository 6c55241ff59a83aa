"""The load of the last weeks as a runner reads it: weeks, longest run, what was new, shoes, a break.

Nothing here allows or refuses a run. A week with a run of unknown distance has no distance: it is not zero.
Source: A7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rehab.clinical import load
from rehab.clinical.history import Run
from rehab.clinical.thresholds import Limits

WEEK = 7
LONGEST_DAYS = 30
WATCH_DAYS = 28


class Mark(StrEnum):
    """What may explain a change, on its day."""

    BIG_WEEK = "BIG_WEEK"
    LONG_RUN = "LONG_RUN"
    NEW_HILLS = "NEW_HILLS"
    NEW_SPEED = "NEW_SPEED"
    LOWER_SHOE = "LOWER_SHOE"
    AFTER_BREAK = "AFTER_BREAK"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven local days. `metres` None: a run in it has no distance."""

    ends_on: date
    minutes: int
    metres: int | None
    runs: int


@dataclass(frozen=True, slots=True)
class Shoes:
    """A move to a lower shoe. Shares in percent of the week's minutes; `share` None: no run in it."""

    old_drop_mm: int
    new_drop_mm: int
    since: date
    share: int | None
    allowed_share: int
    full_on: date


@dataclass(frozen=True, slots=True)
class LoadDiary:
    """`weeks`: oldest first, the last one ends today. `room_m`: most metres of this week under the rule."""

    weeks: tuple[Week, ...]
    counts_weeks: bool  # whether the weekly rule holds at this stage
    room_m: int | None
    longest: Run | None
    new_hills_on: date | None
    new_speed_on: date | None
    shoes: Shoes | None
    back_on: date | None  # first run after a break, within the last 28 days
    break_days: int
    marks: tuple[tuple[date, Mark], ...]


def keep(
    runs: Sequence[Run],
    today: date,
    limits: Limits,
    *,
    weeks: int = 12,
    weekly_rule_on: Callable[[date], bool],
) -> LoadDiary:
    """From the standing runs. `weekly_rule_on`: whether the stage of a day counts weeks at all."""
    told = sorted((run for run in runs if run.local_date <= today), key=lambda run: (run.at, run.id))
    rows = tuple(_week(told, today - timedelta(days=WEEK * back)) for back in range(weeks - 1, -1, -1))
    before = rows[-2].metres if len(rows) > 1 else None
    counts = weekly_rule_on(today)
    recent = [run for run in told if (today - run.local_date).days < LONGEST_DAYS]
    back, days_off = _back(told, today, limits)
    return LoadDiary(
        weeks=rows,
        counts_weeks=counts,
        room_m=before * (100 + limits.weekly_percent) // 100 if counts and before else None,
        longest=max(recent, key=lambda run: (run.distance_m or 0, run.minutes, run.id), default=None),
        new_hills_on=_new(told, today, limits, "hills"),
        new_speed_on=_new(told, today, limits, "speed"),
        shoes=_shoes(told, today, limits),
        back_on=back,
        break_days=days_off,
        marks=_marks(told, limits, weekly_rule_on),
    )


def _week(runs: Sequence[Run], ends_on: date) -> Week:
    found = [run for run in runs if 0 <= (ends_on - run.local_date).days < WEEK]
    return Week(ends_on, sum(run.minutes for run in found), _metres(found), len(found))


def _metres(runs: Sequence[Run]) -> int | None:
    said = [run.distance_m for run in runs]
    return None if None in said else sum(one for one in said if one is not None)


def _is_new(runs: Sequence[Run], index: int, attribute: str, limits: Limits) -> bool:
    """Hills (or speed) in this run, and none in the 28 days before its day."""
    run = runs[index]
    return bool(getattr(run, attribute)) and not any(
        getattr(earlier, attribute) and (run.local_date - earlier.local_date).days <= limits.new_load_days
        for earlier in runs[:index]
    )


def _new(runs: Sequence[Run], today: date, limits: Limits, attribute: str) -> date | None:
    """The newest day within the last week on which hills (or speed) were new."""
    for index in range(len(runs) - 1, -1, -1):
        if (today - runs[index].local_date).days >= WEEK:
            return None
        if _is_new(runs, index, attribute, limits):
            return runs[index].local_date
    return None


def _shoes(runs: Sequence[Run], today: date, limits: Limits) -> Shoes | None:
    """The lowest shoes of the last four weeks, when higher ones were worn before them."""
    shod = [run for run in runs if run.shoe_drop_mm is not None]
    lately = [run for run in shod if (today - run.local_date).days < WATCH_DAYS]
    if not lately:
        return None
    new_drop = min(run.shoe_drop_mm or 0 for run in lately)
    first = next(run for run in shod if (run.shoe_drop_mm or 0) <= new_drop)
    days = (today - first.local_date).days
    old_drop = max((run.shoe_drop_mm or 0 for run in shod if run.at < first.at), default=new_drop)
    if old_drop <= new_drop or days > limits.shoe_days:
        return None
    week = [run for run in shod if (today - run.local_date).days < WEEK]
    total = sum(run.minutes for run in week)
    low = sum(run.minutes for run in week if (run.shoe_drop_mm or 0) <= new_drop)
    return Shoes(
        old_drop_mm=old_drop,
        new_drop_mm=new_drop,
        since=first.local_date,
        share=low * 100 // total if total else None,
        allowed_share=int(load.shoe_share_allowed(days, limits)),
        full_on=first.local_date + timedelta(days=limits.shoe_days),
    )


def _back(runs: Sequence[Run], today: date, limits: Limits) -> tuple[date | None, int]:
    for index in range(len(runs) - 1, 0, -1):
        if (today - runs[index].local_date).days > WATCH_DAYS:
            break
        off = (runs[index].local_date - runs[index - 1].local_date).days
        if off >= limits.break_days:
            return runs[index].local_date, off
    return None, 0


def _marks(
    runs: Sequence[Run], limits: Limits, weekly_rule_on: Callable[[date], bool]
) -> tuple[tuple[date, Mark], ...]:
    found: list[tuple[date, Mark]] = []
    lowest: int | None = None
    for index, run in enumerate(runs):
        day = run.local_date
        until = runs[: index + 1]
        if index and (day - runs[index - 1].local_date).days >= limits.break_days:
            found.append((day, Mark.AFTER_BREAK))
        elif weekly_rule_on(day) and _is_big_week(until, day, limits):
            found.append((day, Mark.BIG_WEEK))
        if _is_long(until, limits):
            found.append((day, Mark.LONG_RUN))
        if _is_new(runs, index, "hills", limits):
            found.append((day, Mark.NEW_HILLS))
        if _is_new(runs, index, "speed", limits):
            found.append((day, Mark.NEW_SPEED))
        if run.shoe_drop_mm is not None:
            if lowest is not None and run.shoe_drop_mm < lowest:
                found.append((day, Mark.LOWER_SHOE))
            lowest = run.shoe_drop_mm if lowest is None else min(lowest, run.shoe_drop_mm)
    return tuple(found)


def _is_big_week(runs: Sequence[Run], day: date, limits: Limits) -> bool:
    now, before = _week(runs, day).metres, _week(runs, day - timedelta(days=WEEK)).metres
    if now is None or before is None:
        return False
    return load.week_load(before, now, limits) is load.WeekLoad.OVER_10_PERCENT


def _is_long(runs: Sequence[Run], limits: Limits) -> bool:
    run = runs[-1]
    if run.distance_m is None:
        return False
    longest = max(
        (one.distance_m or 0 for one in runs[:-1] if (run.local_date - one.local_date).days <= LONGEST_DAYS),
        default=0,
    )
    return load.session_spike(run.distance_m, longest, limits) is not load.Spike.NONE
