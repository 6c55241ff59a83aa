"""The legs of a case: where it was found tender, and the plan that each of them has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, UUIDField

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.sides import Side
from assessments.models import TendonFinding
from physio.web.kept import Kept
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.protocols import dose_in_words
from rehab.models import Plan
from rehab.queries.moments import day


@dataclass(frozen=True)
class LegPlan:
    side: str
    exercise: str
    dose: str
    since: str
    done: str
    override: str
    until: str  # empty while it goes on
    coming: str  # the next version, empty when there is none
    other_type: str  # what the newest assessment decided instead, empty when the plan fits it


@dataclass(frozen=True)
class Leg:
    """Where the newest assessment found it tender. `cm` None: not recorded."""

    code: str  # of the side
    side: str
    type: str
    cm: Decimal | None
    zone: str
    second: str
    found: str


def leg_plan(
    plan: Plan, found: Evaluation | None, today: date, coming: Sequence[Plan], legs: tuple[Leg, ...]
) -> LegPlan:
    side = Side(plan.tendon.side)
    kept = next((one for one in found.adherence if one.side is side), None) if found else None
    follows = next((one for one in coming if one.tendon_id == plan.tendon_id), None)
    decided = next((leg.type for leg in legs if leg.code == side.value), plan.tendinopathy_type)
    done = f"{kept.percent} % of the dose in 14 days" if kept and kept.percent is not None else ""
    return LegPlan(
        side=side.label,
        exercise=Protocol(plan.protocol).label,
        dose=dose_in_words(Protocol(plan.protocol), plan.dose),
        since=f"{day(plan.starts_on, today)}, version {plan.version}",
        done=done,
        override=plan.override_reason,
        until="" if plan.ends_on is None or follows else f"no more from {day(plan.ends_on, today)}",
        coming=f"version {follows.version} from {day(follows.starts_on, today)}" if follows else "",
        other_type="" if decided == plan.tendinopathy_type else TendinopathyType(decided).label.lower(),
    )


def legs_of(case_id: UUID, zone: ZoneInfo, today: date) -> tuple[Leg, ...]:
    """The newest finding of each tendon that an assessment looked at."""
    return tuple(
        Leg(
            code=side,
            side=f"{Side(side).label.capitalize()} leg",
            type=kind,
            cm=cm,
            zone=TendinopathyType(kind).label.lower(),
            second="" if second is None else f"{second.normalize():f} cm as well",
            found=day(at.astimezone(zone).date(), today),
        )
        for side, cm, second, kind, at in _NEWEST.ask(case_id=case_id)
    )


def _newest(case_id: Any) -> QuerySet[TendonFinding, tuple[Any, ...]]:
    return (
        TendonFinding.objects.for_case(case_id)
        .order_by("tendon__side", "-assessment__assessed_at", "-id")
        .distinct("tendon__side")
        .values_list(
            "tendon__side", "tender_cm", "second_tender_cm", "decided_type", "assessment__assessed_at"
        )
    )


_NEWEST = Kept(_newest, case_id=UUIDField())
