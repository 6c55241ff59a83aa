"""Findings about the training load: week, session, hills and speed, shoe, break. Source: A7."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from rehab.clinical import load
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.exceeded import metres
from rehab.clinical.finding_parts import make, run_reading
from rehab.clinical.history import Track
from rehab.clinical.review import RunView

WATCH_DAYS = 28


def of_case(case: Case) -> Iterator[Finding]:
    if not case.views:
        return
    yield from _week(case)
    yield from _spike(case)
    yield from _hills_and_speed(case)
    yield from _shoe(case)
    yield from _break(case)


def _between(case: Case, first_age: int, last_age: int) -> list[RunView]:
    return [view for view in case.views if first_age <= (case.today - view.day).days < last_age]


def _run(view: RunView) -> Reading:
    """By its distance, where that is known."""
    if view.run.distance_m is None:
        return run_reading(view)
    value = f"{view.run.distance_m / 1000:.1f} km"
    return Reading(at=view.run.at, what="run", value=value, entry_id=view.run.id)


def _week(case: Case) -> Iterator[Finding]:
    modified = case.path.track is Track.MODIFIED_RUNNING
    if not load.week_applies(case.path.stage, modified_running=modified):
        return
    this = _between(case, 0, 7)
    before_m, now_m = metres(_between(case, 7, 14)), metres(this)
    if before_m is None or now_m is None:
        return
    if load.week_load(before_m, now_m, case.ledger.limits) is load.WeekLoad.OVER_10_PERCENT:
        yield make(
            FindingKind.WEEK_LOAD,
            Severity.ADVISORY,
            since=this[-1].run.received_at,
            reason=f"{now_m / 1000:.1f} km in seven days after {before_m / 1000:.1f} km.",
            action="Keep the week within a tenth of the one before.",
            readings=tuple(_run(view) for view in this),
            threshold=f"+{case.ledger.limits.weekly_percent} %",
            rule="A7-WEEK",
            clears="A smaller week.",
        )


def _spike(case: Case) -> Iterator[Finding]:
    last = case.views[-1]
    if last.run.distance_m is None or (case.today - last.day).days >= 7:
        return
    longest = max(
        (view.run.distance_m or 0 for view in case.views[:-1] if (last.day - view.day).days <= 30),
        default=0,
    )
    band = load.session_spike(last.run.distance_m, longest, case.ledger.limits)
    if band is not load.Spike.NONE:
        yield make(
            FindingKind.SESSION_SPIKE,
            Severity.ADVISORY,
            since=last.run.received_at,
            reason=(
                f"{last.run.distance_m / 1000:.1f} km, after at most {longest / 1000:.1f} km in 30 days."
            ),
            action="Shorter next time; single long runs weigh more than weeks.",
            readings=(_run(last),),
            threshold=band.value,
            rule="A7-SESSION",
            clears="Seven days or another run.",
        )


def _first_in_28_days(case: Case, views: list[RunView], attribute: str) -> RunView | None:
    """The first run of the last seven days with hills (or speed), when there was none in the 28 days before
    it."""
    new = next((view for view in views if getattr(view.run, attribute)), None)
    if new is None:
        return None
    days = case.ledger.limits.new_load_days
    earlier = any(
        getattr(view.run, attribute) and 0 < (new.day - view.day).days <= days
        for view in case.views[: new.index]
    )
    return None if earlier else new


def _hills_and_speed(case: Case) -> Iterator[Finding]:
    week = _between(case, 0, 7)
    hills, speed = _first_in_28_days(case, week, "hills"), _first_in_28_days(case, week, "speed")
    if (
        load.both_new_in_a_week(hills_are_new=hills is not None, speed_is_new=speed is not None)
        and hills
        and speed
    ):
        yield make(
            FindingKind.HILLS_AND_SPEED,
            Severity.REVIEW,
            since=max(hills.run.received_at, speed.run.received_at),
            reason="Hills and speed, both new, within seven days.",
            action="One new thing at a time.",
            readings=(_run(hills), _run(speed)),
            threshold="one at a time",
            rule="A7-HILLS-SPEED",
            clears="Seven days.",
        )


def _shoe(case: Case) -> Iterator[Finding]:
    """A lower shoe against the highest drop worn in the four weeks before it first appeared."""
    drops = [view for view in case.views if view.run.shoe_drop_mm is not None]
    if len(drops) < 2:
        return
    last = drops[-1]
    new_drop = last.run.shoe_drop_mm or 0
    first = next(view for view in drops if (view.run.shoe_drop_mm or 0) <= new_drop)
    days = (case.today - first.day).days
    earlier = [view.run.shoe_drop_mm or 0 for view in drops if view.record.at < first.record.at]
    old_drop = max(earlier, default=new_drop)
    week = [view for view in _between(case, 0, 7) if view.run.shoe_drop_mm is not None]
    total = sum(view.run.minutes for view in week)
    if old_drop <= new_drop or not total or days > case.ledger.limits.shoe_days:
        return
    lower = sum(view.run.minutes for view in week if (view.run.shoe_drop_mm or 0) <= new_drop)
    share = lower * 100 / total
    result = load.shoe_transition(
        old_drop_mm=old_drop,
        new_drop_mm=new_drop,
        days_since_start=days,
        share_percent=share,
        limits=case.ledger.limits,
    )
    if result is not load.Shoe.NONE:
        high = result is load.Shoe.HIGH
        yield make(
            FindingKind.SHOE_TRANSITION,
            Severity.REVIEW if high else Severity.ADVISORY,
            since=first.run.received_at,
            reason=(
                f"{share:.0f} % of the week in a {new_drop} mm shoe, {old_drop - new_drop} mm lower than"
                " before."
            ),
            action="A smaller share of running in the lower shoe.",
            readings=tuple(_run(view) for view in week),
            threshold=(
                f"{case.ledger.limits.shoe_first_share} % at first, all of it from day"
                f" {case.ledger.limits.shoe_days}"
            ),
            rule="A7-SHOE",
            clears="A smaller share.",
        )


def _break(case: Case) -> Iterator[Finding]:
    """The newest break and the first week after it; minutes where a distance is missing."""
    back = _first_run_after_break(case)
    if back is None or back.index == 0:
        return
    last_before = case.views[back.index - 1]
    age = (case.today - back.day).days
    if age > WATCH_DAYS:
        return
    first_week = [view for view in case.views[back.index :] if (view.day - back.day).days < 7]
    week_before = [view for view in case.views[: back.index] if (last_before.day - view.day).days < 7]
    now_m, before_m = metres(first_week), metres(week_before)
    unit = "km"
    if now_m is None or before_m is None:
        now_m, before_m = (
            sum(view.run.minutes for view in first_week),
            sum(view.run.minutes for view in week_before),
        )
        unit = "min"
    result = load.return_after_break(
        days_without_running=(back.day - last_before.day).days,
        week_before_m=before_m,
        first_week_m=now_m,
        limits=case.ledger.limits,
    )
    if result is not load.BreakLoad.NONE:
        high = result is load.BreakLoad.HIGH
        shown = (now_m / 1000, before_m / 1000) if unit == "km" else (now_m, before_m)
        yield make(
            FindingKind.RETURN_AFTER_BREAK,
            Severity.REVIEW if high else Severity.ADVISORY,
            since=back.run.received_at,
            reason=(
                f"First week back {shown[0]:g} {unit} after {(back.day - last_before.day).days} days off;"
                f" the week before was {shown[1]:g} {unit}."
            ),
            action="A smaller restart; watch for 28 days.",
            readings=tuple(_run(view) for view in first_week),
            threshold=f"{case.ledger.limits.break_first_week_percent} % of the week before",
            rule="A7-BREAK",
            clears=f"Until {_watched_until(back.day)}.",
        )


def _watched_until(day: date) -> str:
    until = day + timedelta(days=WATCH_DAYS)
    return f"{until.day} {until:%B}"


def _first_run_after_break(case: Case) -> RunView | None:
    for view in reversed(case.views):
        if (case.today - view.day).days > WATCH_DAYS or view.index == 0:
            return None
        if (view.day - case.views[view.index - 1].day).days >= case.ledger.limits.break_days:
            return view
    return None
