"""Findings from pain and scores over weeks: no better, cannot be told, a score that fell. Source: A5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from rehab.clinical import silence, stalled
from rehab.clinical.adherence import SideDose
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.finding_parts import make
from rehab.clinical.history import History, Score
from rehab.clinical.local_time import start_of_day
from rehab.clinical.thresholds import Limits


def of_case(history: History, case: Case, doses: Sequence[SideDose]) -> Iterator[Finding]:
    if not case.suspension.suspended(case.ledger.now):
        for dose in doses:
            yield from _stalled(history, case, dose)
    yield from _declined(history, case)


def _stalled(history: History, case: Case, dose: SideDose) -> Iterator[Finding]:
    if dose.plan is None:
        return
    starts = min(one.starts_on for one in case.plan.tendon_plans if one.side is dose.side)
    day = (case.today - starts).days
    pain_start, pain_now = _pains(case, dose.side)
    visa_start, visa_now = _visas(history, case, dose.side)
    result = stalled.judge(
        site=dose.plan.type,
        day=day,
        pain_start=pain_start,
        pain_now=pain_now,
        visa_start=visa_start.value if visa_start else None,
        visa_now=visa_now.value if visa_now else None,
        adherence_percent=dose.percent_to_judge,
        limits=case.ledger.limits,
    )
    if result in (stalled.Stalled.NONE, stalled.Stalled.LOW_ADHERENCE):
        return
    limits = case.ledger.limits
    late = day >= limits.stall_late_days
    early = result is stalled.Stalled.HEADS_UP
    first_day = _first_day(day, limits)
    kind = {
        stalled.Stalled.CANNOT_ASSESS: FindingKind.CANNOT_ASSESS,
        stalled.Stalled.STALLED_12W: FindingKind.STALLED_12W,
    }.get(result, FindingKind.STALLED_8W)
    if kind is FindingKind.CANNOT_ASSESS:
        severity = Severity.QUIET
    else:
        severity = Severity.ADVISORY if early else Severity.REVIEW
    missing = tuple(
        name
        for name, known in (
            ("starting pain of 2 or more", pain_start is not None and pain_start >= 2),
            ("pain in the last 7 days", pain_now is not None),
            ("VISA-A at the start", visa_start is not None),
            ("VISA-A now", visa_now is not None),
        )
        if not known
    )
    yield make(
        kind,
        severity,
        side=dose.side,
        since=start_of_day(starts + timedelta(days=first_day), case.time_zone),
        reason=_stall_reason(pain_start, pain_now, visa_start, visa_now, first_day),
        action=(
            "Review and consider referral or other treatment."
            if late
            else "Review dose, diagnosis and adherence."
        ),
        readings=tuple(
            Reading(at=start_of_day(score.taken_on, case.time_zone), what="VISA-A", value=f"{score.value:g}")
            for score in (visa_start, visa_now)
            if score
        ),
        threshold=f"pain -{limits.pain_change} or -{limits.pain_change_percent} %, or VISA-A",
        rule="A5-STALLED",
        missing=missing,
        clears="A fall in pain or a rise in VISA-A.",
    )


def _first_day(day: int, limits: Limits) -> int:
    """The day of the last look at progress that has passed."""
    looks = (limits.stall_last_days, limits.stall_late_days, limits.stall_days, limits.stall_early_days)
    return next((look for look in looks if day >= look), limits.stall_late_days)


def _stall_reason(
    pain_start: int | None, pain_now: int | None, visa_start: Score | None, visa_now: Score | None, day: int
) -> str:
    pain = (
        f"pain {pain_start}/10 at the start, {pain_now}/10 at worst in the last 7 days"
        if pain_start is not None and pain_now is not None
        else "pain cannot be compared"
    )
    visa = (
        f"VISA-A {visa_start.value:g}, now {visa_now.value:g}"
        if visa_start and visa_now
        else "VISA-A cannot be compared"
    )
    return f"Day {day}: {pain}; {visa}."


def _pains(case: Case, side: Side) -> tuple[int | None, int | None]:
    """Starting pain as the physio found it, and the worst of the last seven days as the runner said it."""
    found = [one for one in case.plan.baselines if one.side is side and one.worst_pain is not None]
    start = min(found, key=lambda one: one.at).worst_pain if found else None
    said: list[int] = []
    for report in reversed(case.ledger.reports):
        age = (case.today - report.local_date).days
        if age > 8:
            break
        pain = report.pain.get(side)
        if 0 <= age < 7 and pain is not None:
            said.append(pain)
    for view in case.views[-14:]:
        pain = view.run.pain.get(side)
        if (case.today - view.day).days < 7 and pain is not None:
            said.append(pain)
    return start, max(said, default=None)


def _visas(history: History, case: Case, side: Side) -> tuple[Score | None, Score | None]:
    """The first VISA-A, and the newest one taken at least four weeks later."""
    scores = _scores(history, case, side)
    if not scores:
        return None, None
    first = scores[0]
    later = [one for one in scores if (one.taken_on - first.taken_on).days >= 28]
    return first, later[-1] if later else None


def _scores(history: History, case: Case, side: Side) -> list[Score]:
    found = [
        one
        for one in history.scores
        if one.instrument is Instrument.VISA_A and one.side in (None, side) and one.taken_on <= case.today
    ]
    return sorted(found, key=lambda one: (one.taken_on, one.value))


def _declined(history: History, case: Case) -> Iterator[Finding]:
    for side in case.ledger.sides:
        scores = _scores(history, case, side)
        if len(scores) < 2:
            continue
        before, now = scores[-2:]
        if silence.score_declined(before.value, now.value, case.ledger.limits):
            yield make(
                FindingKind.PROM_DECLINE,
                Severity.REVIEW,
                side=side,
                since=start_of_day(now.taken_on, case.time_zone),
                reason=f"VISA-A fell from {before.value:g} to {now.value:g}.",
                action="Review the case.",
                readings=tuple(
                    Reading(
                        at=start_of_day(one.taken_on, case.time_zone), what="VISA-A", value=f"{one.value:g}"
                    )
                    for one in (before, now)
                ),
                threshold=f"{case.ledger.limits.prom_decline} points",
                rule="A5-PROM",
                clears="A later score.",
            )
