"""A case's whole programme in one act: a plan for each leg, and on the first day where running starts.

All or nothing: a refusal for one leg stores nothing for the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from assessments.clinical.classification import Protocol
from assessments.clinical.sides import Side
from patients.actions.physio_acts import ActRefused
from patients.models import Case, Membership, Tendon
from rehab.actions import plans, stages, templates
from rehab.actions.plans import Wish
from rehab.clinical.history import Track
from rehab.clinical.protocols import Dose
from rehab.models import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class LegWish:
    """`key` is made with the form, so that a second press stores nothing twice."""

    key: UUID
    tendon: Tendon
    wish: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    track: Track = Track.FRAMEWORK
    stage: int = stages.FIRST
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A dose to be kept as one of the clinic's own templates."""

    name: str
    protocol: Protocol
    dose: Dose


@transaction.atomic
def assign(
    *,
    case: Case,
    legs: Mapping[Side, LegWish],
    starts_on: date,
    by: Membership,
    now: datetime,
    start: Start | None = None,
    named: Mapping[Side, Named] | None = None,
) -> list[Plan]:
    """The new plans. ActRefused names the leg in its field: "left-override_reason"."""
    stored = Plan.objects.for_case(case.pk).filter(pk__in=[leg.key for leg in legs.values()])
    known = list(stored.order_by("id"))
    if known:
        return known
    for side, one in (named or {}).items():
        _keep(side, one, by, now)
    made = [_assign_leg(case, side, leg, starts_on, by, now) for side, leg in legs.items()]
    if start is not None:
        stages.start(case=case, track=start.track, stage=start.stage, reason=start.reason, by=by, now=now)
    return made


def _keep(side: Side, one: Named, by: Membership, now: datetime) -> None:
    try:
        templates.keep(name=one.name, protocol=one.protocol, dose=one.dose, by=by, now=now)
    except ActRefused as refused:
        raise ActRefused(str(refused), f"{side.label}-{refused.field}") from None


def _assign_leg(case: Case, side: Side, leg: LegWish, starts_on: date, by: Membership, now: datetime) -> Plan:
    wish = leg.wish
    try:
        return plans.assign(
            case=case,
            tendon=leg.tendon,
            protocol=wish.protocol,
            type=wish.type,
            override_reason=wish.override_reason,
            confirmed=wish.confirmed,
            dose=wish.dose,
            thresholds=wish.thresholds,
            starts_on=starts_on,
            by=by,
            now=now,
            key=leg.key,
        )
    except ActRefused as refused:
        if refused.field in ("override_reason", "confirmed", "protocol"):
            raise ActRefused(str(refused), f"{side.label}-{refused.field}") from None
        raise
