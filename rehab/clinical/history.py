"""What the rules are told: one runner's case as plain, frozen values.

Every moment is an aware datetime; every local day is the day in the runner's own zone, stored with the entry.
Pain is an integer 0-10 for each affected side, or None where the runner has not said. Nothing here is ever
edited: a correction is a new entry that names the one it supersedes, and both stay in the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.instruments import Instrument
from assessments.clinical.red_flags import Finding as RedFlag
from assessments.clinical.sides import Side

Pain = Mapping[Side, int | None]  # 0-10 for each side that was asked; None is "not said"


class WarmUp(StrEnum):
    """How symptoms behaved while warming up on a run."""

    NO_SYMPTOMS = "NO_SYMPTOMS"
    RESOLVED = "RESOLVED"
    EASED = "EASED"
    PERSISTED = "PERSISTED"


class ReportKind(StrEnum):
    """When a report of "pain now, walking normally" was asked for."""

    PRE_RUN = "PRE_RUN"
    AFTER = "AFTER"
    CHECK_24H = "CHECK_24H"
    CHECK_48H = "CHECK_48H"
    MORNING = "MORNING"


class Half(StrEnum):
    AM = "AM"
    PM = "PM"


class Knee(StrEnum):
    STRAIGHT = "STRAIGHT"
    BENT = "BENT"


class Track(StrEnum):
    """How running is managed: within the seven stages, or reduced running beside the exercises."""

    FRAMEWORK = "FRAMEWORK"
    MODIFIED_RUNNING = "MODIFIED_RUNNING"


class StageAct(StrEnum):
    """What a physio did about the running stage. The software never performs one of these."""

    START = "START"
    PROGRESS = "PROGRESS"
    STEP_BACK = "STEP_BACK"
    HOLD = "HOLD"
    RELEASE_HOLD = "RELEASE_HOLD"
    WAIVE_HILLS = "WAIVE_HILLS"
    RESUME = "RESUME"  # running may start again after a cleared red flag or a resolved worsening


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What all entries of the diary share."""

    id: str  # the client's UUID
    at: datetime  # when it happened: a run's end, the moment a pain was felt, a set was finished
    received_at: datetime  # when the server had it
    local_date: date
    supersedes: str | None = None
    voided: bool = False  # a correction that withdraws what it supersedes


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Entry):
    minutes: int  # running minutes, 1-600
    pain: Pain  # worst pain during the run
    warm_up: Mapping[Side, WarmUp | None]
    longest_block_minutes: int | None = None
    distance_m: int | None = None
    hills: bool | None = None
    speed: bool | None = None
    shoe: str = ""
    shoe_drop_mm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PainReport(Entry):
    """The one question, always the same: pain in that tendon now, walking normally."""

    kind: ReportKind
    pain: Pain
    run_id: str | None = None  # the run it is about; a MORNING report may be about the run before it
    stiffness_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseSet:
    knee: Knee
    reps: int
    load_kg: float | None = None
    lowering_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseSession(Entry):
    side: Side
    half: Half
    protocol: Protocol  # what was actually done
    sets: tuple[ExerciseSet, ...]
    pain: int | None = None  # worst pain during the sets


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlagReport(Entry):
    findings: frozenset[RedFlag]
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A physio recorded an examination after which the reports that it names no longer suspend the case.

    `covers` None: an older record that names none; it covers what had been received before it.
    """

    id: str
    at: datetime
    by: str
    covers: frozenset[str] | None = None  # ids of red-flag reports and of assessments


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A physio resolved a worsening (after seeing the runner), so that it no longer suspends the case."""

    id: str
    at: datetime
    by: str
    side: Side | None  # None: every side


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An outcome score on a day, numeric only."""

    instrument: Instrument
    side: Side | None
    value: float
    taken_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStep:
    """A physio's act on the running stage. Regressions are not here: they follow from the diary."""

    id: str
    at: datetime
    act: StageAct
    stage: int  # the stage after the act, 1-7, 8 = maintenance
    track: Track
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TendonPlan:
    """One version of the exercise plan of one tendon, in force from `starts_on` to `ends_on` (exclusive)."""

    id: str
    side: Side
    type: TendinopathyType
    protocol: Protocol
    starts_on: date
    ends_on: date | None
    sets: int
    reps: int
    sessions_per_day: int
    days_per_week: int
    knees: tuple[Knee, ...]
    start_sets: int
    override_reason: str = ""
    thresholds: Mapping[str, float] = field(default_factory=dict)  # only those that differ from the default


@dataclass(frozen=True, slots=True, kw_only=True)
class TendonBaseline:
    """What the physio found on a day: usual walking pain on a non-run day, and the pain to start from."""

    side: Side
    at: datetime
    usual_pain: int | None
    worst_pain: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdVersion:
    """The thresholds of the case from a moment on: all that differ from the default, not only the change."""

    at: datetime
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBack:
    """A step back that the rules made and that was stored. It stays, whatever is edited or set later."""

    at: datetime
    cause_id: str  # the entry that made the rules step back
    from_stage: int
    to_stage: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The runner took their consent to the diary back. `given_again_at` None: it stands."""

    at: datetime
    given_again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything the physio set: the tendons, their plans by date, the stage acts, thresholds of the case."""

    sides: tuple[Side, ...]  # the affected sides; the worse one decides
    tendon_plans: tuple[TendonPlan, ...]
    baselines: tuple[TendonBaseline, ...]
    stage_steps: tuple[StageStep, ...]
    thresholds: Mapping[str, float] = field(default_factory=dict)  # of the case, before any version
    threshold_versions: tuple[ThresholdVersion, ...] = ()
    steps_back: tuple[StepBack, ...] = ()
    reference_week_minutes: int | None = None
    pre_injury_week_m: int | None = None
    record_only: bool = False  # decisions are off at this clinic: nothing is allowed or refused
    withdrawal: Withdrawal | None = None  # the last one

    def consent_is_withdrawn(self, moment: datetime) -> bool:
        told = self.withdrawal
        if told is None or told.at > moment:
            return False
        return told.given_again_at is None or told.given_again_at > moment

    def decides_nothing(self, moment: datetime) -> bool:
        """At a clinic that only records, and without the runner's consent: red flags only."""
        return self.record_only or self.consent_is_withdrawn(moment)

    def waits_after_consent(self, moment: datetime) -> bool:
        """Given again, and the pause that the withdrawal made is still the last act on the stage."""
        told = self.withdrawal
        if told is None or told.given_again_at is None or told.given_again_at > moment:
            return False
        last = max((one.at for one in self.stage_steps if one.at <= moment), default=None)
        return last == told.at

    def thresholds_at(self, moment: datetime) -> Mapping[str, float]:
        """What differed from the defaults at a moment."""
        begun = [one for one in self.threshold_versions if one.at <= moment]
        return max(begun, key=lambda one: one.at).thresholds if begun else self.thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that was said and recorded about one case, in any order, duplicates allowed."""

    case_id: str
    time_zone: str  # IANA name of the runner's zone
    opened_at: datetime
    runs: tuple[Run, ...] = ()
    reports: tuple[PainReport, ...] = ()
    sessions: tuple[ExerciseSession, ...] = ()
    red_flags: tuple[RedFlagReport, ...] = ()
    assessed_red_flags: tuple[RedFlagReport, ...] = ()  # found by the physio in an assessment
    clearances: tuple[Clearance, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    scores: tuple[Score, ...] = ()
    paused: bool = False
