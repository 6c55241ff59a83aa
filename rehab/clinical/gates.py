"""Is the next stage open? The checks of section A3 in their order; the software only says ELIGIBLE.

Order: suspended, step back, pending answer, a stop that stands, shortest time, the stage's own condition,
adherence, eligible.
"""

from __future__ import annotations

from dataclasses import dataclass

from rehab.clinical.evaluation import Criterion, GateResult
from rehab.clinical.said import said
from rehab.clinical.thresholds import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What is known of one stage.

    None is "not said" and never passes; adherence None: nothing was prescribed.
    """

    stage: int
    days_in_stage: int
    by_regression: bool = False
    sessions: int | None = None
    clean_in_a_row: int | None = None
    pending: bool = False  # a 24- or 48-hour answer is still to come
    stopped: bool = False  # running has to stop for now
    highest_pain: int | None = None  # since the last check
    suspended: bool = False  # red flag or worsening open
    on_hold: bool = False  # held by the physio
    walking_free_days: int | None = None
    calm_days: int | None = None  # in a row at or below baseline
    hills_passed: int | None = None
    hills_waived: bool = False
    baseline_days: int | None = None  # of unbroken 24-hour baseline
    clean_speed: int | None = None
    adherence_percent: int | None = None


@dataclass(frozen=True, slots=True)
class GateAnswer:
    result: GateResult
    next_stage: int
    reason_code: str
    criteria: tuple[Criterion, ...]


def min_days(stage: int, by_regression: bool, limits: Limits) -> int:
    if stage == 7:
        return limits.speed_stage_days
    return limits.after_regress_days if by_regression else limits.stage_days


def check(facts: GateFacts, limits: Limits) -> GateAnswer:
    """Whether the next stage may be offered to the physio."""
    criteria = _criteria(facts, limits)

    def answer(result: GateResult, next_stage: int, code: str) -> GateAnswer:
        return GateAnswer(result, next_stage, code, criteria)

    if facts.suspended:
        return answer(GateResult.SUSPENDED, facts.stage, "SUSPENDED")
    if facts.highest_pain is not None and facts.highest_pain >= limits.regress_min:
        return answer(GateResult.REGRESS, max(1, facts.stage - 1), "PAIN_ABOVE_3")
    if facts.on_hold:
        return answer(GateResult.STAY, facts.stage, "ON_HOLD")
    if facts.pending:
        return answer(GateResult.STAY, facts.stage, "REPORT_PENDING")
    if facts.stopped:
        return answer(GateResult.STAY, facts.stage, "STOPPED")
    for criterion in criteria:
        if not criterion.met and criterion.code != "LOW_EXERCISE_ADHERENCE":
            return answer(GateResult.STAY, facts.stage, criterion.code)
    if facts.stage >= 8:
        return answer(GateResult.STAY, 8, "MAINTENANCE")
    if any(not criterion.met for criterion in criteria):
        return answer(GateResult.ELIGIBLE_NEEDS_PHYSIO, facts.stage + 1, "LOW_EXERCISE_ADHERENCE")
    return answer(
        GateResult.ELIGIBLE, facts.stage + 1, "OFFER_MAINTENANCE" if facts.stage == 7 else "ALL_MET"
    )


def _criteria(facts: GateFacts, limits: Limits) -> tuple[Criterion, ...]:
    if facts.stage >= 8:
        return ()
    days = min_days(facts.stage, facts.by_regression, limits)
    found = [
        Criterion(
            code="MIN_DAYS",
            says=said("{days} days in this stage", days=days),
            met=facts.days_in_stage >= days,
            detail=said("day {now} of {days}", now=min(facts.days_in_stage, days), days=days),
        )
    ]
    if facts.stage >= 2:
        found.append(
            _count("TOO_FEW_SESSIONS", "{need} sessions in this stage", facts.sessions, limits.stage_sessions)
        )
        found.append(
            _count(
                f"NOT_{limits.clean_in_a_row}_CLEAN_IN_A_ROW",
                "{need} clean sessions in a row",
                facts.clean_in_a_row,
                limits.clean_in_a_row,
            )
        )
    found.extend(_own_condition(facts, limits))
    if facts.adherence_percent is not None:
        found.append(
            Criterion(
                code="LOW_EXERCISE_ADHERENCE",
                says=said(
                    "at least {percent} % of the exercise dose in 14 days", percent=limits.adherence_percent
                ),
                met=facts.adherence_percent >= limits.adherence_percent,
                detail=f"{facts.adherence_percent} %",
            )
        )
    return tuple(found)


def _own_condition(facts: GateFacts, limits: Limits) -> list[Criterion]:
    """What only this stage asks for."""
    calm = limits.calm_days
    if facts.stage == 1:
        return [
            _count(
                f"WALKING_NOT_FREE_{calm}_DAYS",
                "{need} days in a row walking without pain",
                facts.walking_free_days,
                calm,
            )
        ]
    if facts.stage == 4:
        return [
            _count(
                f"NOT_CALM_{calm}_DAYS", "{need} days in a row at or below baseline", facts.calm_days, calm
            )
        ]
    if facts.stage == 5 and not facts.hills_waived:
        return [
            _count(
                "HILL_48H_NOT_PASSED", "{need} hill session settled at 24 and 48 hours", facts.hills_passed, 1
            )
        ]
    if facts.stage == 6:
        return [
            _count(
                "NOT_2_WEEKS_OF_BASELINE",
                "{need} days of unbroken 24-hour baseline",
                facts.baseline_days,
                limits.baseline_days,
            )
        ]
    if facts.stage == 7:
        return [
            _count(
                "TOO_FEW_CLEAN_SPEED", "{need} clean speed sessions", facts.clean_speed, limits.speed_sessions
            )
        ]
    return []


def _count(code: str, pattern: str, have: int | None, need: int) -> Criterion:
    shown = said("not known") if have is None else said("{have} of {need}", have=min(have, need), need=need)
    return Criterion(
        code=code, says=said(pattern, need=need), met=have is not None and have >= need, detail=shown
    )
