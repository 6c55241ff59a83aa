"""Every number the rehabilitation rules turn on: default, safe bounds, source and state of sign-off.

`Limits` holds the numbers of one case. `resolve()` refuses any value outside its bounds, and any number that
is fixed. Source: rules sections A1 to A7 and Thresholds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from assessments.clinical.thresholds import Threshold


def _limit(value: int, unit: str, low: int, high: int, mark: str, section: str, says: str) -> Any:
    signed = mark in ("DOC", "V")
    return field(default=value, metadata={"threshold": (unit, low, high, mark, section, not signed, says)})


def _fixed(value: int, unit: str, mark: str, section: str, says: str) -> Any:
    signed = mark in ("DOC", "V")
    return field(default=value, metadata={"threshold": (unit, None, None, mark, section, not signed, says)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers in force for one case. Whole numbers all."""

    # Running, A1
    run_ok_max: int = _limit(
        2, "of 10", 0, 5, "DOC/INT", "A1", "Highest pain on a run that may go on; one more stops the run."
    )
    regress_min: int = _limit(
        4,
        "of 10",
        1,
        6,
        "DOC/INT",
        "A1",
        "Pain from here on, on a run or in its 24-hour window, costs one stage. Must be above the highest"
        " pain that may go on.",
    )
    stop_hours: int = _fixed(48, "hours", "INT/PROD", "A1", "Shortest rest after any stop.")
    cut_percent: int = _limit(
        30, "percent", 30, 50, "DOC/INT", "A1", "How much running is cut outside the stages."
    )
    modified_stops: int = _fixed(
        2, "stops", "PROD", "A1", "So many stops in 14 days of reduced running propose stage 1."
    )
    # 24 and 48 hours, A2
    elevated_margin: int = _limit(
        1, "points", 1, 2, "DOC/INT", "A2", "So far above baseline counts as not settled yet."
    )
    window_open_hours: int = _limit(20, "hours", 18, 22, "INT", "A2", "The 24-hour window opens.")
    window_close_hours: int = _limit(28, "hours", 26, 30, "INT", "A2", "The 24-hour window closes.")
    early_hours: int = _fixed(
        12, "hours", "INT", "A2", "From here an answer on a later day may already pass."
    )
    missing_hours: int = _fixed(
        36, "hours", "INT", "A2", "With no usable answer by now, the answer is missing."
    )
    late_hours: int = _fixed(72, "hours", "INT", "A2", "A later answer no longer belongs to the run.")
    late_48h_hours: int = _fixed(84, "hours", "INT", "A2", "Last moment for a late 48-hour answer.")
    open_48h_hours: int = _fixed(44, "hours", "INT", "A2", "The 48-hour window opens.")
    close_48h_hours: int = _fixed(56, "hours", "INT", "A2", "The 48-hour window closes.")
    pre_run_hours: int = _fixed(12, "hours", "INT", "A2", "A pre-run answer counts as baseline for so long.")
    next_session_percent: int = _limit(
        70,
        "percent",
        50,
        80,
        "DOC/INT",
        "A2",
        "The next session after an unsettled one, as a share of its minutes.",
    )
    missing_answers: int = _fixed(
        3, "answers", "PROD", "A2", "So many missing 24-hour answers in 14 days raise a flag."
    )
    median_days: int = _fixed(14, "days", "INT", "A2", "Days of answers that may lower the baseline.")
    median_answers: int = _fixed(7, "answers", "INT", "A2", "Fewest answers that may lower the baseline.")
    no_hills_days: int = _fixed(
        7, "days", "INT", "A2", "No hills for so long after a hill session did not settle."
    )
    # Stages, A3
    stage_days: int = _limit(14, "days", 7, 28, "DOC", "A3", "Shortest time in a stage.")
    clean_in_a_row: int = _limit(
        3, "sessions", 2, 6, "PROD", "A3", "Clean sessions in a row before the next stage."
    )
    stage_sessions: int = _limit(4, "sessions", 3, 8, "PROD", "A3", "Sessions in a stage before the next.")
    calm_days: int = _limit(3, "days", 2, 5, "PROD", "A3", "Calm days in a row: stage 1 and stage 4.")
    after_regress_days: int = _limit(
        7, "days", 3, 14, "PROD", "A3", "Shortest time in a stage entered by a step back."
    )
    baseline_days: int = _fixed(14, "days", "DOC", "A3", "Unbroken 24-hour baseline asked by stage 6.")
    speed_stage_days: int = _fixed(
        28, "days", "PROD", "A3", "Shortest time in stage 7 before maintenance is offered."
    )
    speed_sessions: int = _fixed(
        3, "sessions", "PROD", "A3", "Clean speed sessions before maintenance is offered."
    )
    gap_days: int = _fixed(14, "days", "PROD", "A3", "A gap without running that proposes one stage lower.")
    long_gap_days: int = _fixed(28, "days", "PROD", "A3", "A gap without running that proposes stage 2.")
    stage_stalled_days: int = _fixed(28, "days", "PROD", "A5", "So long in a stage without being eligible.")
    regressions: int = _fixed(3, "steps", "PROD", "A5", "So many steps back in 28 days raise a flag.")
    # Exercises, A4
    exercise_severe: int = _limit(7, "of 10", 4, 7, "INT", "A4", "Pain in an exercise that stops the set.")
    pause_days: int = _fixed(14, "days", "INT", "A4", "A longer pause restarts at the starting sets.")
    start_sets_days: int = _fixed(14, "days", "INT", "A4", "So long at the starting sets asks the physio.")
    programme_days: int = _fixed(84, "days", "DOC", "A4", "Length of the exercise programme.")
    adherence_percent: int = _limit(
        60, "percent", 40, 80, "PROD", "A5", "Less dose than this explains a lack of progress."
    )
    # Worsening, stalled, silence, A5
    worse_rise: int = _fixed(2, "points", "V/INT", "A5", "An important rise of pain in one step.")
    load_cut_percent: int = _fixed(10, "percent", "INT", "A5", "A cut of load that counts as one.")
    weekly_answers: int = _fixed(4, "answers", "R/INT", "A5", "Fewest answers that make a week's mean.")
    stall_days: int = _limit(
        56, "days", 42, 70, "DOC/INT", "A5", "First look for progress, not for insertional pain."
    )
    stall_late_days: int = _limit(
        84, "days", 84, 112, "DOC/INT", "A5", "Second look for progress; the first for insertional pain."
    )
    stall_last_days: int = _fixed(168, "days", "INT", "A5", "The look at progress is repeated.")
    stall_early_days: int = _fixed(42, "days", "INT", "A5", "A heads-up before the first look.")
    pain_change: int = _limit(2, "points", 1, 3, "V", "A5", "A fall of pain that counts as progress.")
    pain_change_percent: int = _limit(30, "percent", 20, 50, "V", "A5", "Or a fall by this share.")
    visa_working: int = _fixed(
        10, "points", "V/INT", "A5", "VISA-A gain that counts as progress before week 12."
    )
    visa_midportion: int = _limit(14, "points", 7, 20, "2/PROD", "A5", "VISA-A gain that counts at week 12.")
    visa_insertional: int = _limit(7, "points", 6, 20, "2/PROD", "A5", "The same for insertional pain.")
    prom_decline: int = _fixed(10, "points", "PROD", "A5", "A fall of VISA-A that raises a flag.")
    nudge_days: int = _fixed(3, "days", "PROD", "A5", "Silence after which a reminder is due.")
    silence_days: int = _limit(7, "days", 3, 14, "PROD", "A5", "Silence that raises a flag.")
    inactive_days: int = _fixed(14, "days", "PROD", "A5", "Silence after which cheerful mails stop.")
    # Load, A7
    weekly_percent: int = _limit(
        10, "percent", 0, 15, "DOC", "A7", "Largest rise of a week over the week before."
    )
    spike_percent: int = _fixed(
        10, "percent", "V/INT", "A7", "Session over the longest of 30 days: first band above this."
    )
    new_load_days: int = _fixed(28, "days", "INT", "A7", "Hills or speed not done for so long count as new.")
    shoe_first_share: int = _limit(
        15, "percent", 5, 15, "DOC", "A7", "Share of running in a lower shoe at first."
    )
    shoe_first_days: int = _fixed(28, "days", "INT", "A7", "How long that first share lasts.")
    shoe_days: int = _limit(90, "days", 90, 180, "DOC", "A7", "Earliest day for all running in a lower shoe.")
    shoe_high_mm: int = _fixed(4, "mm", "INT", "A7", "A drop lower by this much weighs more.")
    break_days: int = _limit(14, "days", 7, 28, "DOC", "A7", "Days without running that make a break.")
    break_first_week_percent: int = _fixed(
        50, "percent", "PROD", "A7", "Most of the former week to run in the first week back."
    )
    reopen_events: int = _fixed(
        2, "events", "PROD", "A7", "Stops in 28 days of maintenance that propose reopening."
    )

    def __post_init__(self) -> None:
        if self.regress_min <= self.run_ok_max:
            raise ValueError(
                f"The pain that costs a stage ({self.regress_min}) must be above the highest pain to run"
                f" with ({self.run_ok_max})."
            )

    def elevated(self, pain: int, baseline: int) -> bool:
        """So far above baseline that it counts as not settled."""
        return pain >= baseline + self.elevated_margin


class DatedLimits:
    """The limits through time: what was said or done is judged by those in force when it became known."""

    def __init__(self, first: Limits, versions: Iterable[tuple[datetime, Limits]] = ()) -> None:
        dated = sorted(versions, key=lambda one: one[0])
        self._from = [at for at, _ in dated]
        self._limits = [first, *(limits for _, limits in dated)]

    @property
    def vary(self) -> bool:
        return bool(self._from)

    def at(self, moment: datetime) -> Limits:
        return self._limits[bisect_right(self._from, moment)] if self._from else self._limits[0]


REHAB_THRESHOLDS: tuple[Threshold, ...] = tuple(
    Threshold(one.name.upper(), one.default, *one.metadata["threshold"])  # type: ignore[arg-type]
    for one in fields(Limits)
)
_BY_CODE = {threshold.code: threshold for threshold in REHAB_THRESHOLDS}


def resolve(overrides: Mapping[str, float]) -> Limits:
    """The defaults with what a physio changed, by code. ValueError outside the bounds."""
    return _resolve(tuple(sorted(overrides.items())))


def faults(overrides: Mapping[str, float]) -> list[tuple[str, str]]:
    """Every code that cannot be used as given, with a sentence."""
    found = []
    for code, value in overrides.items():
        try:
            _accept(code, value)
        except ValueError as error:
            found.append((code, str(error)))
    if not found:
        try:
            resolve(overrides)
        except ValueError as error:
            found.append(("REGRESS_MIN", str(error)))
    return found


def _accept(code: str, value: float) -> int:
    threshold = _BY_CODE.get(code)
    if threshold is None:
        raise ValueError(f"{code} is not a threshold of these rules.")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise ValueError(f"{code} must be a whole number of {threshold.unit}; {value!r} is not.")
    return int(threshold.accept(value))


@lru_cache(maxsize=512)
def _resolve(overrides: tuple[tuple[str, float], ...]) -> Limits:
    return Limits(**{code.lower(): _accept(code, value) for code, value in overrides})
