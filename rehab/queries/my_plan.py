"""My plan in plain words: what, how, how much, why this one, what pain is fine, and what helps."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.sides import Side
from rehab.charts import leg
from rehab.clinical import teaching
from rehab.clinical.evaluation import StageEffect
from rehab.clinical.history import Knee
from rehab.clinical.protocols import PROGRAMME_WEEKS, TEMPLATES, dose_in_words
from rehab.clinical.said import said
from rehab.clinical.stages import STAGES
from rehab.clinical.teaching import Claim
from rehab.clinical.thresholds import resolve
from rehab.models import Plan
from rehab.queries import own_answer, own_exercises
from rehab.queries.own_case import Care
from rehab.queries.own_scores import LEG_NAMES
from rehab.queries.translated import say, translated


@dataclass(frozen=True)
class LegPlan:
    """One leg's exercise. `where` says what decided for it. `pictures`: one for each knee position."""

    heading: str
    side: str
    dose: str
    steps: tuple[str, ...]
    where: str
    pain: str
    since: str
    now: str  # fewer sets than the dose, for the start; empty when all of them are due
    pictures: tuple[str, ...]


@dataclass(frozen=True)
class MyPlan:
    legs: tuple[LegPlan, ...]
    why: tuple[Claim, ...]
    why_not: tuple[Claim, ...]
    takes_time: Claim
    week: str
    stage: str
    running_pain: str
    mistakes: tuple[str, ...]
    helps: tuple[Claim, ...]
    helps_not: tuple[Claim, ...]
    framework: str
    on_hold: bool  # nothing of the plan is shown then: it may not be done


def of(care: Care, now: datetime) -> MyPlan:
    today = now.astimezone(care.zone).date()
    rows = Plan.objects.for_case(care.case.pk).on(today).select_related("tendon")
    plans = list(rows.order_by("tendon__side", "id"))
    known = own_answer.work_out(care, now)
    evaluation = known.evaluation
    stage = evaluation.stage.stage if evaluation else None
    sets_now = {one.side: one.sets_per_session_now for one in evaluation.adherence} if evaluation else {}
    mistakes: list[str] = [said(line, weeks=PROGRAMME_WEEKS) for line in teaching.MISTAKES]
    if any(Knee.BENT in plan.knees for plan in plans):
        mistakes.append(teaching.BENT_KNEE)
    return MyPlan(
        legs=tuple(_leg(plan, sets_now.get(Side(plan.tendon.side))) for plan in plans),
        why_not=tuple(
            dict.fromkeys(
                claim
                for plan in plans
                if _is_usual(plan)
                for claim in teaching.WHY_NOT.get(Protocol(plan.protocol), ())
            )
        ),
        takes_time=teaching.TAKES_TIME,
        why=tuple(
            dict.fromkeys(claim for plan in plans if (claim := teaching.WHY.get(Protocol(plan.protocol))))
        ),
        week=_("Week %(week)s of %(weeks)s") % {"week": evaluation.week, "weeks": PROGRAMME_WEEKS}
        if evaluation and evaluation.week
        else "",
        stage=stage_name(stage),
        running_pain=said(
            teaching.PAIN_IN_RUNNING, stop=resolve(known.plan.thresholds_at(now)).run_ok_max + 1
        )
        if plans and known.plan
        else "",
        mistakes=tuple(mistakes),
        helps=teaching.HELPS,
        helps_not=teaching.HELPS_NOT,
        framework=teaching.ADAPTED,
        on_hold=care.on_hold
        or (evaluation is not None and evaluation.running.stage_effect is StageEffect.SUSPEND),
    )


def stage_name(stage: int | None) -> str:
    """Such as "Stage 3: 20–25 min easy"; empty without a stage."""
    if not stage:
        return ""
    return _("Stage %(number)s: %(name)s") % {"number": stage, "name": translated(STAGES[stage].label)}


def _is_usual(plan: Plan) -> bool:
    """Whether the programme is the usual one for where it is sore: only then the usual reasons hold."""
    is_mid = TendinopathyType(plan.tendinopathy_type) is TendinopathyType.MIDPORTION
    return Protocol(plan.protocol).drops_below_neutral is is_mid


def _leg(plan: Plan, sets_now: int | None) -> LegPlan:
    protocol = Protocol(plan.protocol)
    severe = resolve(_thresholds(plan)).exercise_severe
    return LegPlan(
        heading=protocol.label,
        side=str(LEG_NAMES[Side(plan.tendon.side)]),
        dose=dose_in_words(protocol, plan.dose),
        steps=TEMPLATES[protocol].runner_steps,
        where=_where(plan),
        pain=said(teaching.PAIN_IN_EXERCISE, severe=severe),
        since=_("Since %(day)s") % {"day": date_format(plan.starts_on, _("j F Y"))},
        now=_("For now %(sets)s sets; all of them once it has settled two days later.") % {"sets": sets_now}
        if sets_now and sets_now < plan.sets
        else "",
        pictures=tuple(
            leg.exercise(own_exercises.POSES[protocol], bent=knee == Knee.BENT.value, say=say)
            for knee in plan.knees
        ),
    )


def _where(plan: Plan) -> str:
    drops = Protocol(plan.protocol).drops_below_neutral
    low = TendinopathyType(plan.tendinopathy_type) is not TendinopathyType.MIDPORTION
    if drops and low:
        return teaching.BELOW_NEUTRAL_BY_CHOICE
    if not drops and not low:
        return teaching.FLAT_BY_CHOICE
    return teaching.WHERE[TendinopathyType(plan.tendinopathy_type)]


def _thresholds(plan: Plan) -> dict[str, float]:
    return {code: change["value"] for code, change in plan.thresholds.items()}
