"""The running stage of a case: what the next one asks for, and the way to this one."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from rehab.clinical.evaluation import Evaluation
from rehab.clinical.history import StageAct
from rehab.clinical.stages import STAGES
from rehab.queries.moments import day


@dataclass(frozen=True)
class Criterion:
    text: str
    met: bool | None
    detail: str


@dataclass(frozen=True)
class Step:
    stage: str
    day: str
    why: str
    is_back: bool


def criteria_of(found: Evaluation | None) -> tuple[Criterion, ...]:
    if found is None:
        return ()
    return tuple(
        Criterion(one.says[:1].upper() + one.says[1:], one.met, one.detail) for one in found.stage.criteria
    )


def path_of(found: Evaluation | None, zone: ZoneInfo, today: date) -> tuple[Step, ...]:
    """The stage moves, newest first; acts that keep the stage are in the timeline."""
    if found is None:
        return ()
    moves = [
        move for move in found.stage.path if move.from_stage != move.to_stage or move.kind == StageAct.START
    ]
    return tuple(
        Step(
            stage=f"{move.to_stage}  {STAGES[move.to_stage].label}",
            day=day(move.at.astimezone(zone).date(), today),
            why=move.reason,
            is_back=move.from_stage is not None and move.to_stage < move.from_stage,
        )
        for move in reversed(moves)
    )
