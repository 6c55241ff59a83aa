"""Findings about the exercises: severe pain, the starting sets, the wrong exercise, the review at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rehab.clinical import dose as doses_rule
from rehab.clinical.adherence import SideDose
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.finding_parts import make
from rehab.clinical.history import ExerciseSession, History
from rehab.clinical.local_time import start_of_day
from rehab.clinical.thresholds import Limits, resolve

_RECENT_DAYS = 7
_STOPPED_EARLY_DAYS = 7


def of_case(history: History, case: Case, doses: Sequence[SideDose]) -> Iterator[Finding]:
    for one in doses:
        if one.plan is None:
            yield from _ended_early(case, one)
            continue
        limits = resolve({**case.plan.thresholds_at(case.ledger.now), **one.plan.thresholds})
        yield from _severe(case, one, limits)
        yield from _wrong(case, one)
        if not history.paused and not case.suspension.suspended(case.ledger.now):
            yield from _start_volume(case, one, limits)
            yield from _review(case, one, limits)


def _session(session: ExerciseSession, value: str) -> Reading:
    return Reading(at=session.at, what=f"{session.half.value} exercises", value=value, entry_id=session.id)


def _severe(case: Case, one: SideDose, limits: Limits) -> Iterator[Finding]:
    if not one.sessions or (case.today - one.sessions[-1].local_date).days >= _RECENT_DAYS:
        return
    last = one.sessions[-1]
    before = one.sessions[-2] if len(one.sessions) > 1 else None
    previous = before is not None and before.pain is not None and before.pain >= limits.exercise_severe
    result = doses_rule.severe_pain(last.pain, previous_also=previous, limits=limits)
    if result is doses_rule.SeverePain.NONE:
        return
    again = result is doses_rule.SeverePain.SEVERE_AGAIN
    yield make(
        FindingKind.EXERCISE_PAIN,
        Severity.ACT if again else Severity.ADVISORY,
        side=one.side,
        since=last.received_at,
        reason=f"Exercise pain {last.pain}/10" + (", severe twice running." if again else "."),
        action=(
            "Stop the set; the physio adapts the dose."
            if again
            else "Stop the set; fewer repetitions next time."
        ),
        readings=tuple(
            _session(session, f"{session.pain}/10")
            for session in (before, last)
            if session and session.pain is not None
        ),
        threshold=f"{limits.exercise_severe} or more",
        rule="A4-SEVERE",
        clears="A session below it.",
    )


def _wrong(case: Case, one: SideDose) -> Iterator[Finding]:
    plan = one.plan
    if plan is None or plan.protocol.drops_below_neutral:
        return
    wrong = [
        session
        for session in one.sessions[-40:]
        if (case.today - session.local_date).days < _RECENT_DAYS
        and session.local_date >= plan.starts_on
        and session.protocol.drops_below_neutral
    ]
    if wrong:
        days = len({session.local_date for session in wrong})
        yield make(
            FindingKind.WRONG_EXERCISE,
            Severity.REVIEW,
            side=one.side,
            since=wrong[0].received_at,
            reason=(
                f"{wrong[-1].protocol.label} on {days} day{'s' if days > 1 else ''}; the plan is"
                f" {plan.protocol.label.lower()}."
            ),
            action="Explain the exercise again: the heel does not go below the forefoot.",
            readings=tuple(_session(session, session.protocol.label) for session in wrong),
            threshold="none below neutral",
            rule="A4-WRONG",
            clears="Seven days of the plan’s exercise.",
        )


def _start_volume(case: Case, one: SideDose, limits: Limits) -> Iterator[Finding]:
    stands, plan = one.phase, one.plan
    if plan is None or stands is None or stands.started_on is None or stands.full_since is not None:
        return
    long = (case.today - stands.started_on).days >= limits.start_sets_days
    reduce_ = stands.last is doses_rule.StartVolume.REDUCE_AND_NOTIFY
    if not long and not reduce_:
        return
    yield make(
        FindingKind.START_VOLUME,
        Severity.ACT if reduce_ else Severity.REVIEW,
        side=one.side,
        since=start_of_day(
            stands.started_on + timedelta(days=0 if reduce_ else limits.start_sets_days), case.time_zone
        ),
        reason=(
            "Two points or more above baseline after the starting sets."
            if reduce_
            else f"At {plan.start_sets} sets since {stands.started_on.day} {stands.started_on:%b}."
        ),
        action="Reduce the exercises and see the runner." if reduce_ else "Decide about the sets.",
        threshold="baseline + 2" if reduce_ else f"{limits.start_sets_days} days",
        rule="A4-START",
        readings=tuple(_session(session, f"{len(session.sets)} sets") for session in one.sessions[-3:]),
        clears="Back at baseline 48 hours after exercise.",
    )


def _review(case: Case, one: SideDose, limits: Limits) -> Iterator[Finding]:
    starts = min(plan.starts_on for plan in case.plan.tendon_plans if plan.side is one.side)
    day = (case.today - starts).days
    if day >= limits.programme_days and one.plan is not None and one.plan.days_per_week > 2:
        yield make(
            FindingKind.PLAN_REVIEW,
            Severity.REVIEW,
            side=one.side,
            since=start_of_day(starts + timedelta(days=limits.programme_days), case.time_zone),
            reason=f"The exercise plan reached day {limits.programme_days}.",
            action="Review, then go on, change, or move to maintenance.",
            threshold=f"day {limits.programme_days}",
            rule="A4-END",
            clears="A new plan version.",
        )
    elif one.sessions and (case.today - one.sessions[-1].local_date).days >= _STOPPED_EARLY_DAYS:
        last = one.sessions[-1]
        said_since = any(report.local_date > last.local_date for report in case.ledger.reports[-3:])
        if said_since:
            yield make(
                FindingKind.PLAN_REVIEW,
                Severity.REVIEW,
                side=one.side,
                since=start_of_day(last.local_date + timedelta(days=_STOPPED_EARLY_DAYS), case.time_zone),
                reason=(
                    f"No exercises since {last.local_date.day} {last.local_date:%B}, before day"
                    f" {limits.programme_days}."
                ),
                action="Ask why; twelve weeks are planned even when pain improves earlier.",
                readings=(_session(last, "last exercises"),),
                threshold=f"{_STOPPED_EARLY_DAYS} days without",
                rule="A4-EARLY",
                clears="An exercise session.",
            )


def _ended_early(case: Case, one: SideDose) -> Iterator[Finding]:
    plans = [
        plan for plan in case.plan.tendon_plans if plan.side is one.side and plan.starts_on <= case.today
    ]
    ends = [plan.ends_on for plan in plans if plan.ends_on is not None]
    if not plans or not ends:
        return
    starts, end = min(plan.starts_on for plan in plans), max(ends)
    if (end - starts).days < case.ledger.limits.programme_days:
        yield make(
            FindingKind.PLAN_REVIEW,
            Severity.REVIEW,
            side=one.side,
            since=start_of_day(end, case.time_zone),
            reason=f"The exercise plan ended after {(end - starts).days} days.",
            action="Twelve weeks are planned even when pain improves earlier.",
            threshold=f"day {case.ledger.limits.programme_days}",
            rule="A4-EARLY",
            clears="A new plan.",
        )
