"""The seven running stages, and the path of one runner through them.

Only a physio moves a runner forward. The software steps back by itself: one stage for each run that went over
the line, never below stage 1, and never while the case is suspended. Stage 8 is maintenance. Source: A3.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rehab.clinical.evaluation import StageMove
from rehab.clinical.history import StageAct, StageStep, StepBack, Track
from rehab.clinical.ledger import OverTheLine

MAINTENANCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one stage may contain. Minutes are running minutes; None means no fixed cap."""

    weeks: str
    label: str
    minutes_low: int | None
    minutes_high: int | None
    longest_block_minutes: int | None = None
    days_apart: int = 1
    hills: bool = False
    speed: bool = False


STAGES: dict[int, Content] = {
    1: Content(weeks="1–2", label="Walk, cycle or swim", minutes_low=None, minutes_high=0),
    2: Content(
        weeks="3–4",
        label="Walk and run",
        minutes_low=None,
        minutes_high=10,
        longest_block_minutes=1,
        days_apart=2,
    ),
    3: Content(weeks="5–6", label="20–25 min easy", minutes_low=20, minutes_high=25, days_apart=2),
    4: Content(weeks="7–8", label="30–35 min easy", minutes_low=30, minutes_high=35),
    5: Content(weeks="9–10", label="35–45 min, first hills", minutes_low=35, minutes_high=45, hills=True),
    6: Content(weeks="11–12", label="Toward usual mileage", minutes_low=None, minutes_high=None, hills=True),
    7: Content(weeks="13+", label="First speed", minutes_low=None, minutes_high=None, hills=True, speed=True),
    8: Content(
        weeks="after", label="Maintenance", minutes_low=None, minutes_high=None, hills=True, speed=True
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How the runner came to the stage of now. `stage` is None before the physio's first act."""

    moves: tuple[StageMove, ...]
    stage: int | None
    track: Track
    entered_at: datetime | None
    by_regression: bool
    on_hold: bool
    hills_waived: bool
    started_at: datetime | None
    last_act_at: datetime | None
    _times: tuple[float, ...] = ()
    _stages: tuple[int, ...] = ()

    def stage_at(self, moment: float) -> int | None:
        """The stage at a moment, in POSIX seconds; None before the start."""
        index = bisect_right(self._times, moment) - 1
        return None if index < 0 else self._stages[index]


Event = tuple[datetime, int, str, StageStep | OverTheLine | StepBack]  # when, physio first, id, what


def walk(
    steps: Iterable[StageStep],
    over_the_line: Iterable[OverTheLine],
    suspended_at: Callable[[datetime], bool],
    now: datetime,
    kept: Iterable[StepBack] = (),
) -> Path:
    """The path up to `now`. A step back is dated when the software learned of it.

    `kept`: steps back that were stored. They were made, so they stand; `over_the_line` is what is new beside
    them.
    """
    acts: list[Event] = [(step.at, 0, step.id, step) for step in steps if step.at <= now]
    backs: list[Event] = [(one.learned_at, 1, one.cause_id, one) for one in over_the_line]
    stored: list[Event] = [(one.at, 1, one.cause_id, one) for one in kept if one.at <= now]
    walker = _Walker()
    for _, _, _, event in sorted(acts + backs + stored, key=lambda item: item[:3]):
        if isinstance(event, StageStep):
            walker.act(event)
        elif isinstance(event, StepBack):
            walker.keep(event)
        elif not suspended_at(event.learned_at):
            walker.step_back(event)
    return walker.path()


_MOVING = frozenset({StageAct.START, StageAct.PROGRESS, StageAct.STEP_BACK, StageAct.RESUME})


class _Walker:
    def __init__(self) -> None:
        self.moves: list[StageMove] = []
        self.stage: int | None = None
        self.track = Track.FRAMEWORK
        self.entered_at: datetime | None = None
        self.started_at: datetime | None = None
        self.last_act_at: datetime | None = None
        self.by_regression = self.on_hold = self.hills_waived = False

    def act(self, step: StageStep) -> None:
        before = self.stage
        self.last_act_at = step.at
        if step.act in _MOVING:
            if step.act is StageAct.START:
                self.started_at = step.at
            if step.act is not StageAct.RESUME or before != step.stage:
                self.hills_waived = self.hills_waived and step.act is StageAct.RESUME
            self.stage, self.track, self.entered_at = step.stage, step.track, step.at
            self.by_regression = False
            self.on_hold = False
        elif step.act is StageAct.HOLD:
            self.on_hold = True
        elif step.act is StageAct.RELEASE_HOLD:
            self.on_hold = False
        elif step.act is StageAct.WAIVE_HILLS:
            self.hills_waived = True
        if self.stage is not None:
            self._move(step.at, before, self.stage, step.act, step.reason, None, step.by)

    def step_back(self, event: OverTheLine) -> None:
        if self.stage is None or self.stage <= 1 or self.track is not Track.FRAMEWORK:
            return
        if self.started_at is not None and event.run_at < self.started_at:
            return  # a run from before the programme
        reason = (
            f"Pain of {event.pain}/10 on the {event.side.label} side, on the run of {event.run_day:%-d %B}"
            " or after it."
        )
        self._back(event.learned_at, self.stage - 1, reason, event.cause_id)

    def keep(self, step: StepBack) -> None:
        """What was stored; never up again from where the physio's later reading of the path has it."""
        if self.stage is not None:
            self._back(step.at, min(self.stage, step.to_stage), step.reason, step.cause_id)

    def _back(self, at: datetime, stage: int, reason: str, cause_id: str) -> None:
        before, self.stage = self.stage, stage
        self.entered_at = at
        self.by_regression, self.hills_waived = True, False
        self._move(at, before, stage, "REGRESS", reason, cause_id, None)

    def _move(
        self,
        at: datetime,
        before: int | None,
        after: int,
        kind: str,
        reason: str,
        cause_id: str | None,
        by: str | None,
    ) -> None:
        self.moves.append(
            StageMove(
                at=at,
                from_stage=before,
                to_stage=after,
                kind=str(kind),
                reason=reason,
                cause_id=cause_id,
                by=by,
            )
        )

    def path(self) -> Path:
        return Path(
            moves=tuple(self.moves),
            stage=self.stage,
            track=self.track,
            entered_at=self.entered_at,
            by_regression=self.by_regression,
            on_hold=self.on_hold,
            hills_waived=self.hills_waived,
            started_at=self.started_at,
            last_act_at=self.last_act_at,
            _times=tuple(move.at.timestamp() for move in self.moves),
            _stages=tuple(move.to_stage for move in self.moves),
        )


def steps_back(moves: Sequence[StageMove]) -> list[StageMove]:
    """The steps back that the software made."""
    return [move for move in moves if move.kind == "REGRESS"]
