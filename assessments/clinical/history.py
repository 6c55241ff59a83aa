"""Dates and answers turned into findings: nobody has to count days by hand. Source: section A6.

"Taken, but nobody knows when" counts as the most cautious window that is still in the past.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assessments.clinical.findings import Finding
from assessments.clinical.thresholds import (
    ADULT_AGE_YEARS,
    FLUOROQUINOLONE_BLOCK_DAYS,
    FLUOROQUINOLONE_CAUTION_DAYS,
    INJECTION_BLOCK_DAYS,
    INJECTION_CAUTION_DAYS,
    ORAL_STEROID_CAUTION_DAYS,
    RUPTURE_BLOCK_MONTHS,
)


class SpaFeature(StrEnum):
    """What makes heel pain worth a rheumatology opinion; any one is enough."""

    ENTHESITIS_PERSISTENT = "ENTHESITIS_PERSISTENT"
    ENTHESITIS_MULTI_SITE = "ENTHESITIS_MULTI_SITE"
    NO_MECHANICAL_CAUSE = "NO_MECHANICAL_CAUSE"
    INFLAMMATORY_BACK_PAIN = "INFLAMMATORY_BACK_PAIN"
    PSORIASIS = "PSORIASIS"
    UVEITIS = "UVEITIS"
    BOWEL_DISEASE = "BOWEL_DISEASE"
    DACTYLITIS = "DACTYLITIS"
    RECENT_GUT_OR_GENITOURINARY_INFECTION = "RECENT_GUT_OR_GENITOURINARY_INFECTION"
    FAMILY_HISTORY = "FAMILY_HISTORY"


@dataclass(frozen=True, slots=True)
class Exposure:
    """Something that may have happened: `happened` None is "not asked"; `last_day` None is "day unknown"."""

    happened: bool | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.happened is False and self.last_day is not None:
            raise ValueError("It is recorded as never having happened, yet a day is given.")
        if self.happened is None and self.last_day is not None:
            object.__setattr__(self, "happened", True)


NEVER = Exposure(happened=False)
NOT_ASKED = Exposure()


@dataclass(frozen=True, slots=True)
class SafetyHistory:
    """Raw answers of the clinician's screen, all about one leg of one person."""

    birth_date: date | None = None
    fluoroquinolone: Exposure = NOT_ASKED
    injection_near_tendon: Exposure = NOT_ASKED
    oral_steroid: Exposure = NOT_ASKED
    rupture_or_repair: Exposure = NOT_ASKED
    sudden_onset: bool | None = None
    calf_squeeze_abnormal: bool | None = None  # None: the test was not recorded


@dataclass(frozen=True, slots=True)
class Derived:
    """Findings from the history, and those that could not be decided because nobody asked."""

    findings: tuple[Finding, ...]
    missing: tuple[Finding, ...]


def _days_since(day: date, on: date) -> int:
    if day > on:
        raise ValueError(f"{day.isoformat()} is after the assessment on {on.isoformat()}.")
    return (on - day).days


def _years_later(day: date, years: int) -> date:
    """The anniversary; 29 February moves to 1 March, which is the later and so the more cautious day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def fluoroquinolone_finding(
    last_day: date, on: date, block_days: int = int(FLUOROQUINOLONE_BLOCK_DAYS.value)
) -> Finding | None:
    """`last_day` is the day of the last dose; the assessment day itself means "taking it now"."""
    FLUOROQUINOLONE_BLOCK_DAYS.accept(block_days)
    days = _days_since(last_day, on)
    if days == 0:
        return Finding.FLUOROQUINOLONE_NOW
    if days <= block_days:
        return Finding.FLUOROQUINOLONE_RECENT
    return Finding.FLUOROQUINOLONE_EARLIER if days <= FLUOROQUINOLONE_CAUTION_DAYS.value else None


def injection_finding(day: date, on: date) -> Finding | None:
    days = _days_since(day, on)
    if days <= INJECTION_BLOCK_DAYS.value:
        return Finding.INJECTION_RECENT
    return Finding.INJECTION_EARLIER if days <= INJECTION_CAUTION_DAYS.value else None


def oral_steroid_finding(last_day: date, on: date) -> Finding | None:
    within = _days_since(last_day, on) <= ORAL_STEROID_CAUTION_DAYS.value
    return Finding.ORAL_STEROID_RECENT if within else None


def rupture_finding(day: date, on: date) -> Finding | None:
    """Counted to the anniversary, which is still within the window."""
    _days_since(day, on)
    last_day_held = _years_later(day, int(RUPTURE_BLOCK_MONTHS.value) // 12)
    return Finding.RUPTURE_OR_REPAIR_RECENT if on <= last_day_held else None


def age_finding(birth_date: date, on: date) -> Finding | None:
    _days_since(birth_date, on)
    return Finding.UNDER_18 if on < _years_later(birth_date, int(ADULT_AGE_YEARS.value)) else None


def onset_finding(sudden_onset: bool | None, calf_squeeze_abnormal: bool | None) -> Finding | None:
    """A sudden start needs a recorded calf squeeze, whatever its result; the result is its own finding."""
    if sudden_onset and calf_squeeze_abnormal is None:
        return Finding.SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED
    return None


def spondyloarthritis_finding(features: Collection[SpaFeature]) -> Finding | None:
    return Finding.SPA_FEATURES if features else None


def derive(history: SafetyHistory, on: date) -> Derived:
    """Every finding that the history implies on the day `on`; ValueError for a day in its future."""
    found: set[Finding | None] = {onset_finding(history.sudden_onset, history.calf_squeeze_abnormal)}
    missing: set[Finding] = set()
    for exposure, rule, when_day_unknown, open_question in _exposures(history):
        if exposure.last_day is not None:
            found.add(rule(exposure.last_day, on))
            continue
        if exposure.happened:
            found.add(when_day_unknown)
        if exposure.happened is not False:
            missing.add(open_question)
    if history.calf_squeeze_abnormal:
        found.add(Finding.CALF_SQUEEZE_ABNORMAL)
    if history.birth_date is None:
        missing.add(Finding.UNDER_18)
    else:
        found.add(age_finding(history.birth_date, on))
    if history.sudden_onset is None and history.calf_squeeze_abnormal is None:
        missing.add(Finding.SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED)
    return Derived(
        findings=tuple(finding for finding in Finding if finding in found),
        missing=tuple(finding for finding in Finding if finding in missing - found),
    )


def _exposures(
    history: SafetyHistory,
) -> tuple[tuple[Exposure, Callable[[date, date], Finding | None], Finding, Finding], ...]:
    """Each exposure with its rule, its finding when the day is unknown, and the question left open."""
    return (
        (
            history.fluoroquinolone,
            fluoroquinolone_finding,
            Finding.FLUOROQUINOLONE_RECENT,
            Finding.FLUOROQUINOLONE_NOW,
        ),
        (
            history.injection_near_tendon,
            injection_finding,
            Finding.INJECTION_RECENT,
            Finding.INJECTION_RECENT,
        ),
        (
            history.oral_steroid,
            oral_steroid_finding,
            Finding.ORAL_STEROID_RECENT,
            Finding.ORAL_STEROID_RECENT,
        ),
        (
            history.rupture_or_repair,
            rupture_finding,
            Finding.RUPTURE_OR_REPAIR_RECENT,
            Finding.RUPTURE_OR_REPAIR_RECENT,
        ),
    )
