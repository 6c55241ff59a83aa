"""An invented life as the rules are told it, so that the runner can ask before running."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from rehab.clinical import history as told
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.protocols import TEMPLATES
from rehab.management.demo.acts import Act, Alarmed, Exercised, Felt, Leg, Ran, Reviewed

PHYSIO = "demo"


class Telling:
    """Collects what was said so far and asks the pure rules; the database is not needed."""

    def __init__(self, *, began_at: datetime, time_zone: str, legs: tuple[Leg, ...], stage: int) -> None:
        self.zone = ZoneInfo(time_zone)
        self._began_at = began_at
        self._time_zone = time_zone
        self._legs = legs
        self._acts: list[Act] = []
        self._steps = [self._step(began_at, told.StageAct.START, stage)]

    @property
    def sides(self) -> tuple[Side, ...]:
        return tuple(leg.side for leg in self._legs)

    def hear(self, act: Act) -> None:
        self._acts.append(act)

    def move(self, at: datetime, stage: int) -> None:
        self._steps.append(self._step(at, told.StageAct.PROGRESS, stage))

    def evaluate(self, now: datetime) -> Evaluation:
        return evaluate(*self.known_by(now), now)

    def known_by(self, now: datetime) -> tuple[told.History, told.Plan]:
        """What had been heard by then."""
        heard = [act for act in self._acts if act.heard_at <= now]
        history = told.History(
            case_id=PHYSIO,
            time_zone=self._time_zone,
            opened_at=self._began_at,
            runs=tuple(self._run(act) for act in heard if isinstance(act, Ran)),
            reports=tuple(self._report(act) for act in heard if isinstance(act, Felt)),
            sessions=tuple(self._session(act) for act in heard if isinstance(act, Exercised)),
            red_flags=tuple(self._alarm(act) for act in heard if isinstance(act, Alarmed)),
            scores=tuple(self._scores(heard)),
        )
        return history, self._plan()

    def _plan(self) -> told.Plan:
        day = self._began_at.astimezone(self.zone).date()
        return told.Plan(
            sides=self.sides,
            tendon_plans=tuple(_tendon_plan(leg, day) for leg in self._legs),
            baselines=tuple(
                told.TendonBaseline(
                    side=leg.side, at=self._began_at, usual_pain=leg.usual_pain, worst_pain=leg.worst_pain
                )
                for leg in self._legs
            ),
            stage_steps=tuple(self._steps),
        )

    def _entry(self, act: Act, id: object) -> dict[str, Any]:
        return {
            "id": str(id),
            "at": act.at,
            "received_at": act.heard_at,
            "local_date": act.at.astimezone(self.zone).date(),
        }

    def _run(self, act: Ran) -> told.Run:
        return told.Run(
            **self._entry(act, act.id),
            minutes=act.minutes,
            pain=act.pain,
            warm_up=act.warm_up,
            longest_block_minutes=act.longest_block_minutes,
            distance_m=act.distance_m,
            hills=act.hills,
            speed=act.speed,
            shoe=act.shoe,
            shoe_drop_mm=act.shoe_drop_mm,
        )

    def _report(self, act: Felt) -> told.PainReport:
        return told.PainReport(
            **self._entry(act, act.id),
            kind=act.kind,
            pain=act.pain,
            run_id=str(act.run_id) if act.run_id else None,
        )

    def _session(self, act: Exercised) -> told.ExerciseSession:
        return told.ExerciseSession(
            **self._entry(act, act.id),
            side=act.side,
            half=act.half,
            protocol=act.protocol or protocol_for(self._leg(act.side).type),
            sets=act.sets,
            pain=act.pain,
        )

    def _alarm(self, act: Alarmed) -> told.RedFlagReport:
        return told.RedFlagReport(**self._entry(act, act.id), findings=frozenset(act.findings), side=act.side)

    def _scores(self, heard: list[Act]) -> Iterator[told.Score]:
        first = {leg.side: leg.visa_a for leg in self._legs if leg.visa_a is not None}
        reviews = [(act.at, act.visa_a) for act in heard if isinstance(act, Reviewed)]
        for at, taken in ((self._began_at, first), *reviews):
            for side, value in taken.items():
                day = at.astimezone(self.zone).date()
                yield told.Score(instrument=Instrument.VISA_A, side=side, value=value, taken_on=day)

    def _leg(self, side: Side) -> Leg:
        return next(leg for leg in self._legs if leg.side is side)

    def _step(self, at: datetime, act: told.StageAct, stage: int) -> told.StageStep:
        return told.StageStep(
            id=f"{act}-{at.isoformat()}", at=at, act=act, stage=stage, track=told.Track.FRAMEWORK, by=PHYSIO
        )


def protocol_for(kind: TendinopathyType) -> Protocol:
    return Protocol.STEP if kind is TendinopathyType.MIDPORTION else Protocol.FLAT


def _tendon_plan(leg: Leg, day: date) -> told.TendonPlan:
    protocol = protocol_for(leg.type)
    dose = TEMPLATES[protocol].dose
    return told.TendonPlan(
        id=f"plan-{leg.side}",
        side=leg.side,
        type=leg.type,
        protocol=protocol,
        starts_on=day,
        ends_on=None,
        sets=dose.sets,
        reps=dose.reps,
        sessions_per_day=dose.sessions_per_day,
        days_per_week=dose.days_per_week,
        knees=dose.knees,
        start_sets=dose.start_sets,
    )
