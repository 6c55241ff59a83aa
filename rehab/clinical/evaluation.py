"""What the rules answer: findings, the running decision, the stage result, and when to look again.

Frozen values only; `rehab.clinical.evaluate.evaluate(history, plan, now)` makes them. Each carries the rule's
code and RULE_VERSION so that a stored flag can be replayed and explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from assessments.clinical.sides import Side

RULE_VERSION = "2026.19"  # raised with every change of a rule


class Decision(StrEnum):
    """The running decision, most cautious first."""

    URGENT_CARE = "URGENT_CARE"
    STOP_SEEK_ASSESSMENT = "STOP_SEEK_ASSESSMENT"
    STOP_24H = "STOP_24H"
    STOP_REGRESS = "STOP_REGRESS"
    STOP_TEMPORARY = "STOP_TEMPORARY"
    WAIT_48H = "WAIT_48H"  # a stop that has not yet had its 48 hours, or is not yet answered
    WAIT_24H = "WAIT_24H"
    NO_RUNNING_STAGE = "NO_RUNNING_STAGE"  # stage 1: walking, cycling, swimming
    NOT_YET = "NOT_YET"  # the stage asks for a day between runs, or for 48 h after the first hills
    RUN_REDUCED = "RUN_REDUCED"
    RUN_WITHIN_PLAN = "RUN_WITHIN_PLAN"
    NO_PLAN = "NO_PLAN"  # nothing is assigned, or the clinic records only

    @property
    def may_run(self) -> bool:
        return self in (Decision.RUN_REDUCED, Decision.RUN_WITHIN_PLAN)


class StageEffect(StrEnum):
    SUSPEND = "SUSPEND"
    REGRESS_1 = "REGRESS_1"
    HOLD = "HOLD"
    PENDING = "PENDING"
    CREDIT = "CREDIT"


class Notify(StrEnum):
    IMMEDIATE = "IMMEDIATE"
    SAME_DAY = "SAME_DAY"
    QUEUE = "QUEUE"
    NONE = "NONE"


class Answer24h(StrEnum):
    """Back to baseline at 24 hours?"""

    YES = "YES"
    YES_LATE = "YES_LATE"
    NO = "NO"
    UNKNOWN = "UNKNOWN"
    MISSING = "MISSING"

    @property
    def label(self) -> str:
        """As it is said after "24 h:"."""
        return {
            Answer24h.YES: "settled",
            Answer24h.YES_LATE: "settled, told late",
            Answer24h.NO: "not settled yet",
            Answer24h.UNKNOWN: "not known yet",
            Answer24h.MISSING: "not answered",
        }[self]


class FindingKind(StrEnum):
    RED_FLAG = "RED_FLAG"
    WORSENING = "WORSENING"
    CONSENT = "CONSENT"  # withdrawn, or given again and nobody has decided about running
    OVERLOAD = "OVERLOAD"
    ELEVATED_24H = "ELEVATED_24H"
    OVER_THE_LINE = "OVER_THE_LINE"  # 4 or more: a stage back
    AT_THE_LINE = "AT_THE_LINE"  # exactly 3, persisting, or contradictory
    MISSING_24H = "MISSING_24H"
    STALLED_8W = "STALLED_8W"
    STALLED_12W = "STALLED_12W"
    CANNOT_ASSESS = "CANNOT_ASSESS"
    LOW_ADHERENCE = "LOW_ADHERENCE"
    STAGE_STALLED = "STAGE_STALLED"
    RECURRENT_REGRESSION = "RECURRENT_REGRESSION"
    NOT_LOGGING = "NOT_LOGGING"
    INACTIVE = "INACTIVE"
    PROM_DECLINE = "PROM_DECLINE"
    EXERCISE_PAIN = "EXERCISE_PAIN"
    START_VOLUME = "START_VOLUME"
    WRONG_EXERCISE = "WRONG_EXERCISE"
    PLAN_EXCEEDED = "PLAN_EXCEEDED"
    WEEK_LOAD = "WEEK_LOAD"
    SESSION_SPIKE = "SESSION_SPIKE"
    HILLS_AND_SPEED = "HILLS_AND_SPEED"
    SHOE_TRANSITION = "SHOE_TRANSITION"
    RETURN_AFTER_BREAK = "RETURN_AFTER_BREAK"
    STAGE_PROPOSAL = "STAGE_PROPOSAL"  # a lower stage is proposed after a gap
    PLAN_REVIEW = "PLAN_REVIEW"  # day 84 reached, or the exercises stopped early
    READY_TO_PROGRESS = "READY_TO_PROGRESS"
    OFFER_MAINTENANCE = "OFFER_MAINTENANCE"
    REOPEN = "REOPEN"


SILENCE = frozenset({FindingKind.NOT_LOGGING, FindingKind.INACTIVE})  # nothing was written for days


class Severity(StrEnum):
    URGENT = "URGENT"
    ACT = "ACT"
    REVIEW = "REVIEW"
    QUIET = "QUIET"
    READY = "READY"
    ADVISORY = "ADVISORY"  # shown on the chart and in a sentence; never a worklist row of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One dated fact behind a finding."""

    at: datetime
    what: str  # run, 24 h check, morning check, score ...
    value: str  # with its unit: "5/10", "32 min", "62 %"
    entry_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    kind: FindingKind
    severity: Severity
    side: Side | None  # None: about the whole case
    since: datetime  # when the condition was first true
    reason: str  # one plain line with the numbers that fired it
    action: str  # what it implies
    readings: tuple[Reading, ...]
    threshold: str
    rule: str  # code in the rule reference
    rule_version: str
    missing: tuple[str, ...] = ()
    clears: str = ""  # what would clear it


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedSession:
    """What may be run, exactly. Minutes are running minutes."""

    minutes_low: int | None
    minutes_high: int
    blocks: str = ""  # "10 x (1 min run, 2 min walk)"
    longest_block_minutes: int | None = None
    hills: bool = False
    speed: bool = False
    pace: str = "easy"
    text: str = ""  # the plain sentence for the runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A question the runner has not answered yet."""

    kind: str  # a ReportKind code
    run_id: str | None
    opens_at: datetime
    due_at: datetime
    late_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningDecision:
    decision: Decision
    stage_effect: StageEffect | None
    notify: Notify
    answer_24h: dict[Side, Answer24h]
    reason: str  # for the physio, with numbers
    because: str  # for the runner, plain words
    next_step: str  # for the runner: what to do now
    allowed: AllowedSession | None  # only when the decision may run
    ask_again: bool  # the answers contradict each other
    run_id: str | None  # the run that decided
    rule: str
    not_before: datetime | None = None  # when time alone may change a stop or a wait, at the earliest
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing the next stage asks for."""

    code: str
    says: str
    met: bool | None  # None: cannot be known yet
    detail: str  # "(22 of 23)", "day 13 of 14"


class GateResult(StrEnum):
    SUSPENDED = "SUSPENDED"
    REGRESS = "REGRESS"
    STAY = "STAY"
    ELIGIBLE = "ELIGIBLE"
    ELIGIBLE_NEEDS_PHYSIO = "ELIGIBLE_NEEDS_PHYSIO"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMove:
    """One step of the stage path, by a physio or by the rules (regressions only)."""

    at: datetime
    from_stage: int | None
    to_stage: int
    kind: str  # a StageAct code, or REGRESS
    reason: str
    cause_id: str | None  # the entry that made the software step back
    by: str | None  # None: the software


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    stage: int | None  # None: not started
    track: str
    entered_at: datetime | None
    days_in_stage: int
    result: GateResult
    next_stage: int | None
    reason_code: str
    reason: str
    criteria: tuple[Criterion, ...]
    path: tuple[StageMove, ...]
    sessions: int
    clean_in_a_row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """Dose done against dose prescribed over 14 days; percent is None when nothing was prescribed."""

    side: Side
    reps_done: int
    reps_prescribed: int
    percent: int | None
    sets_per_session_now: int
    sets_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    case_id: str
    at: datetime
    rule_version: str
    findings: tuple[Finding, ...]
    running: RunningDecision
    stage: StageResult
    adherence: tuple[Adherence, ...]
    baseline: dict[Side, int]  # the comparison baseline of now
    next_due_at: datetime | None  # the next moment at which time alone could change anything
    last_report_at: datetime | None
    week: int | None  # week of the plan, counted from 1
    local_date: date
