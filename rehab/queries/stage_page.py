"""Where a case stands in its running stages, and what the next one asks for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import GateResult, StageResult
from rehab.clinical.history import Track
from rehab.clinical.stages import MAINTENANCE, STAGES
from rehab.clinical.words import capital
from rehab.queries import case_runs, pauses
from rehab.queries.case_runs import RunRow
from rehab.queries.history import load as load_history
from rehab.queries.pauses import Before

LAST_RUNNING = 7


@dataclass(frozen=True)
class CriterionRow:
    met: bool | None
    text: str
    detail: str


@dataclass(frozen=True)
class StagePage:
    """`paused`: running waits after a suspension, and where it was before."""

    stage: StageResult
    label: str
    next_label: str
    paused: Before | None
    runs: tuple[RunRow, ...] = ()  # those of this stage, newest first

    @property
    def may_progress(self) -> bool:
        return self.stage.result in (GateResult.ELIGIBLE, GateResult.ELIGIBLE_NEEDS_PHYSIO)

    @property
    def needs_reason(self) -> bool:
        return self.stage.result is GateResult.ELIGIBLE_NEEDS_PHYSIO

    @property
    def suspended(self) -> bool:
        return self.stage.result is GateResult.SUSPENDED

    @property
    def on_hold(self) -> bool:
        return self.stage.reason_code == "ON_HOLD"

    @property
    def criteria(self) -> list[CriterionRow]:
        return [CriterionRow(one.met, capital(one.says), one.detail) for one in self.stage.criteria]

    @property
    def lower(self) -> list[tuple[str, str]]:
        """The stages below this one, nearest first."""
        return _choices(range((self.stage.stage or 1) - 1, 0, -1))

    @property
    def other_track(self) -> str:
        """The track that running could change to."""
        other = Track.FRAMEWORK if self.stage.track == Track.MODIFIED_RUNNING else Track.MODIFIED_RUNNING
        return other.value

    @property
    def at_most(self) -> list[tuple[str, str]]:
        """This stage and those below it."""
        return _choices(range(min(self.stage.stage or 1, LAST_RUNNING), 0, -1))

    @property
    def resumable(self) -> list[tuple[str, str]]:
        return _choices(range(self.paused.stage, 0, -1)) if self.paused else []


def _choices(stages: range) -> list[tuple[str, str]]:
    return [(str(number), f"{number}  {STAGES[number].label}") for number in stages]


def load(case_id: UUID, now: datetime) -> StagePage:
    history, plan = load_history(case_id)
    found = evaluate(history, plan, now)
    stage = found.stage
    rows = case_runs.run_rows(history, plan, now, found.local_date) if stage.entered_at else ()
    following = min((stage.stage or 0) + 1, MAINTENANCE)
    return StagePage(
        stage=stage,
        label=STAGES[stage.stage].label if stage.stage else "",
        next_label=STAGES[following].label,
        paused=pauses.before_pause(case_id),
        runs=tuple(row for row in rows if stage.entered_at and row.at >= stage.entered_at),
    )
