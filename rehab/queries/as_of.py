"""What the rules were told at an earlier moment: the diary received by then, the plan as it stood then.

`evaluate()` itself leaves out what was received or done later. What it is told in one piece is put back here:
the plan's versions and what the assessments until then said. Thresholds and steps back carry their moments.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from assessments.models import Assessment
from patients.models import Case, Consent, ConsentKind
from rehab.clinical import history as told
from rehab.models import Plan
from rehab.queries.history import Told, latest, load, withdrawal


def load_as_of(case_id: UUID, moment: datetime) -> Told:
    """Case.DoesNotExist when this session may not see the case."""
    history, plan = load(case_id)
    plans = _plans_of_then(case_id, plan.tendon_plans, moment)
    facts = list(
        Assessment.objects.for_case(case_id)
        .filter(assessed_at__lte=moment)
        .order_by("assessed_at", "id")
        .values_list("facts", flat=True)
    )
    day = moment.astimezone(ZoneInfo(history.time_zone)).date()
    closed_at = Case.objects.values_list("closed_at", flat=True).get(pk=case_id)
    history = replace(
        history,
        scores=tuple(one for one in history.scores if one.taken_on <= day),
        paused=closed_at is not None and closed_at <= moment,
    )
    return history, replace(
        plan,
        tendon_plans=plans,
        baselines=tuple(one for one in plan.baselines if one.at <= moment),
        reference_week_minutes=latest(facts, "reference_week_minutes"),
        pre_injury_week_m=latest(facts, "pre_injury_week_m"),
        withdrawal=_withdrawal_of_then(case_id, moment),
    )


def _withdrawal_of_then(case_id: UUID, moment: datetime) -> told.Withdrawal | None:
    said = Consent.objects.filter(patient__cases=case_id, at__lte=moment)
    at = dict(said.order_by("at").values_list("kind", "at"))
    return withdrawal(at.get(ConsentKind.WITHDRAWN), at.get(ConsentKind.GIVEN))


def _plans_of_then(
    case_id: UUID, plans: tuple[told.TendonPlan, ...], moment: datetime
) -> tuple[told.TendonPlan, ...]:
    """The versions written by then. One that a later version ended was still open."""
    written = {
        str(pk): (tendon_id, version, created_at)
        for pk, tendon_id, version, created_at in Plan.objects.for_case(case_id).values_list(
            "id", "tendon_id", "version", "created_at"
        )
    }
    by_then = [one for one in plans if written[one.id][2] <= moment]
    newest: dict[UUID, int] = {}
    for one in by_then:
        tendon_id, version, _ = written[one.id]
        newest[tendon_id] = max(version, newest.get(tendon_id, 0))
    replaced = {
        (tendon_id, version) for tendon_id, version, created_at in written.values() if created_at > moment
    }

    def was_open(plan_id: str) -> bool:
        tendon_id, version, _ = written[plan_id]
        return version == newest[tendon_id] and (tendon_id, version + 1) in replaced

    return tuple(replace(one, ends_on=None) if was_open(one.id) else one for one in by_then)
