"""Stores an invented life through the same actions that real use takes, each at the moment it was heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import singledispatchmethod
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from assessments.actions.entry import AssessmentEntry, ScreenEntry, TendonEntry, Trigger
from assessments.clinical.clinic_screen import ASKED
from assessments.clinical.findings import Finding
from assessments.clinical.history import NEVER
from assessments.clinical.sides import Side
from patients.actions import cases
from patients.models import Case, Membership, Patient, Tendon, TendonSide
from rehab.actions import (
    assessments,
    checks,
    evaluations,
    exercises,
    mornings,
    plans,
    red_flags,
    runs,
    stages,
)
from rehab.clinical.history import ReportKind
from rehab.management.demo.acts import Act, Alarmed, Exercised, Felt, Leg, Life, Moved, Ran, Reviewed
from rehab.management.demo.told import protocol_for
from rehab.models import Plan, Source

LOOKED_AT_EVERY = timedelta(days=14)  # the sweep's part: flags open and clear along the way
NO_RED_FLAGS = {**dict.fromkeys(ASKED, False), Finding.CALF_SQUEEZE_ABNORMAL: False}


@dataclass
class Replay:
    """One life becomes one case. Call inside a transaction in the clinic."""

    patient: Patient
    runner: Membership
    physio: Membership
    life: Life
    runs: dict[UUID, UUID] = field(default_factory=dict)  # an invented run, and the stored one

    def play(self, now: datetime) -> Case:
        began_at = self.life.began_at
        self.case = cases.open(
            patient=self.patient,
            sides=[TendonSide(leg.side.value) for leg in self.life.legs],
            clinician=self.physio,
            by=self.physio,
            now=began_at,
        )
        self._first_visit(began_at)
        looked_at = began_at
        for act in self.life.acts:
            while act.heard_at - looked_at > LOOKED_AT_EVERY:
                looked_at += LOOKED_AT_EVERY
                self._look(looked_at)
            self._store(act)
        self._look(now)
        return self.case

    def _look(self, now: datetime) -> None:
        evaluations.evaluate_all(case_ids=[self.case.pk], now=now)

    def _first_visit(self, now: datetime) -> None:
        self._assess(now, {leg.side: leg.visa_a for leg in self.life.legs}, "First visit")
        day = now.astimezone(ZoneInfo(self.life.time_zone)).date()
        tendons = {tendon.side: tendon for tendon in Tendon.objects.filter(case=self.case)}
        self.plans: dict[str, Plan] = {}
        for leg in self.life.legs:
            self.plans[leg.side] = plans.assign(
                case=self.case,
                tendon=tendons[leg.side.value],
                protocol=protocol_for(leg.type),
                type=leg.type,
                starts_on=day,
                confirmed=True,
                by=self.physio,
                now=now,
            )
        stages.start(
            case=self.case, by=self.physio, now=now, stage=self.life.stage, reason=self.life.start_reason
        )

    def _assess(self, now: datetime, scores: Mapping[Side, int | None], note: str) -> None:
        assessments.record(
            case=self.case,
            entry=AssessmentEntry(
                id=uuid5(self.patient.pk, now.isoformat()),
                screen=ScreenEntry(
                    answers=NO_RED_FLAGS,
                    fluoroquinolone=NEVER,
                    injection_near_tendon=NEVER,
                    oral_steroid=NEVER,
                    rupture_or_repair=NEVER,
                    sudden_onset=False,
                ),
                tendons=tuple(_found(leg, scores.get(leg.side)) for leg in self.life.legs),
                triggers=frozenset({Trigger.MILEAGE}),
                reference_week_minutes=150,
                pre_injury_week_m=32_000,
                note=note,
            ),
            by=self.physio,
            now=now,
        )

    @singledispatchmethod
    def _store(self, act: Act) -> None:
        raise TypeError(f"Nobody knows how to store {act!r}.")

    @_store.register
    def _(self, act: Ran) -> None:
        entry = runs.RunEntry(
            client_id=act.id,
            occurred_at=act.at,
            source=Source.DEMO,
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
        self.runs[act.id] = runs.record(case=self.case, entry=entry, by=self.runner, now=act.heard_at).pk

    @_store.register
    def _(self, act: Felt) -> None:
        said: dict[str, Any] = {
            "client_id": act.id,
            "occurred_at": act.at,
            "source": Source.DEMO,
            "pain": act.pain,
        }
        if act.kind is ReportKind.MORNING:
            mornings.record(
                case=self.case, entry=mornings.MorningEntry(**said), by=self.runner, now=act.heard_at
            )
            return
        entry = checks.CheckEntry(**said, kind=act.kind, run_id=act.run_id and self.runs[act.run_id])
        checks.record(case=self.case, entry=entry, by=self.runner, now=act.heard_at)

    @_store.register
    def _(self, act: Exercised) -> None:
        entry = exercises.SessionEntry(
            client_id=act.id,
            occurred_at=act.at,
            source=Source.DEMO,
            plan_id=self.plans[act.side].pk,
            half=act.half,
            sets=act.sets,
            protocol=act.protocol,
            pain=act.pain,
        )
        exercises.record(case=self.case, entry=entry, by=self.runner, now=act.heard_at)

    @_store.register
    def _(self, act: Alarmed) -> None:
        entry = red_flags.RedFlagEntry(
            client_id=act.id, occurred_at=act.at, source=Source.DEMO, findings=act.findings, side=act.side
        )
        red_flags.report(case=self.case, entry=entry, by=self.runner, now=act.heard_at)

    @_store.register
    def _(self, act: Moved) -> None:
        stages.progress(case=self.case, by=self.physio, now=act.heard_at, reason=act.reason)

    @_store.register
    def _(self, act: Reviewed) -> None:
        self._assess(act.heard_at, act.visa_a, "Seen again; the score was taken.")


def _found(leg: Leg, visa_a: int | None) -> TendonEntry:
    return TendonEntry(
        side=leg.side,
        tender_cm=leg.tender_cm,
        second_tender_cm=leg.second_tender_cm,
        thickening=True,
        stretch_pain=protocol_for(leg.type).value == "FLAT",
        usual_pain=leg.usual_pain,
        worst_pain=leg.worst_pain,
        visa_a=visa_a,
    )
