"""One case on one page: what the rules say now, flags, twelve weeks, runs, plan, tender point, timeline."""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet, UUIDField

from assessments.clinical.score_change import INSTRUMENTS
from patients.models import Case, CaseStatus
from patients.queries import consents
from physio.web.kept import Kept
from rehab.charts import (
    ChartTable,
    LegendKey,
    case_chart,
    case_chart_mid,
    case_chart_narrow,
    chart_legend,
    chart_table,
)
from rehab.charts.svg import Svg
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Evaluation, GateResult
from rehab.clinical.history import History
from rehab.clinical.history import Plan as ToldPlan
from rehab.clinical.protocols import PROGRAMME_WEEKS
from rehab.clinical.scores_due import scores_due
from rehab.clinical.stages import STAGES
from rehab.models import FlagState, Plan, WorkGroup
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries import history as histories
from rehab.queries import own_load, own_picture, worklist, worklist_asked
from rehab.queries.case_legs import Leg, LegPlan, leg_plan, legs_of
from rehab.queries.case_life import Life, life
from rehab.queries.case_now import Now, now_of
from rehab.queries.case_runs import RunRow, run_rows
from rehab.queries.case_stage import Criterion, Step, criteria_of, path_of
from rehab.queries.days import day_sets, last_days
from rehab.queries.moments import day
from rehab.queries.peek import FlagView, RuleSetting, plan_versions, rule_setting, standing_flags
from rehab.queries.timeline import Stream, timeline
from rehab.queries.worklist_rows import age_on, dialled, name_of, tendon_words

log = logging.getLogger(__name__)

CHART_DAYS, STRIP_DAYS, RUNS_SHOWN, EVENTS_SHOWN = 84, 14, 6, 8


@dataclass(frozen=True)
class Chart:
    wide: Svg
    mid: Svg
    narrow: Svg
    table: ChartTable
    legend: tuple[LegendKey, ...]


@dataclass(frozen=True)
class Place:
    """Where this case stands on the worklist, and which comes next."""

    crumb: str
    next_id: UUID | None


@dataclass(frozen=True)
class CasePage:
    case_id: UUID
    patient_id: UUID
    name: str
    about: str
    time_zone: str
    phone: str
    tel: str
    place: Place
    record_only: bool
    is_closed: bool
    is_suspended: bool
    consent_withdrawn: str  # the day; empty while it is given or was never asked
    has_red_flag: bool
    flags: tuple[FlagView, ...]
    setting: RuleSetting | None
    now: Now
    chart: Chart | None
    runs: tuple[RunRow, ...]
    older_runs: tuple[RunRow, ...]
    plans: tuple[LegPlan, ...]
    sets_done: str
    scores_due: str
    criteria: tuple[Criterion, ...]
    next_stage: int | None
    next_label: str
    gate: str
    legs: tuple[Leg, ...]
    path: tuple[Step, ...]
    stream: Stream
    life: Life

    @property
    def open_flags(self) -> tuple[FlagView, ...]:
        return tuple(flag for flag in self.flags if flag.state == FlagState.OPEN)

    @property
    def run_count(self) -> int:
        return len(self.runs) + len(self.older_runs)


@dataclass(frozen=True)
class Known:
    """All None when the rules failed on this case."""

    history: History | None = None
    plan: ToldPlan | None = None
    evaluation: Evaluation | None = None
    runs: tuple[RunRow, ...] = ()


def load(*, case_id: UUID, now: datetime) -> CasePage:
    """Case.DoesNotExist when this clinic has no such case."""
    case = _CASE.get(case_id=case_id)
    zone, person = ZoneInfo(case.clinic.time_zone), case.patient.person
    today = now.astimezone(ZoneInfo(case.patient.time_zone)).date()
    known = _work_out(case_id, now, today)
    found = known.evaluation
    stage = found.stage.stage if found else None
    versions = plan_versions(case_id)
    begun = [plan for plan in versions if plan.starts_on <= today]
    coming = [plan for plan in versions if plan.starts_on > today and plan.ends_on != plan.starts_on]
    plans = [plan for plan in begun if plan.ends_on is None or plan.ends_on > today]
    legs = legs_of(case_id, zone, today)
    tel = dialled(person.phone if person else "")
    flags = standing_flags(case_id, now=now, zone=zone, stage=stage, tel=tel)
    on_hold = case.suspended_at is not None or any(flag.kind in PHYSIO_ONLY for flag in flags)
    return CasePage(
        case_id=case_id,
        patient_id=case.patient_id,
        name=name_of(case.patient),
        about=_about(case, plans, found, today),
        time_zone=case.clinic.time_zone,
        phone=person.phone if person else "",
        tel=tel,
        place=_place(case_id),
        record_only=case.clinic.record_only,
        is_closed=case.status == CaseStatus.CLOSED,
        is_suspended=on_hold or (found is not None and found.stage.result is GateResult.SUSPENDED),
        consent_withdrawn=_withdrawn(case, zone, today),
        has_red_flag=any(flag.is_red for flag in flags),
        flags=flags,
        setting=rule_setting(begun, now, zone),
        now=now_of(case, found, now, zone, on_hold=on_hold),
        chart=_chart(known),
        runs=known.runs[:RUNS_SHOWN],
        older_runs=known.runs[RUNS_SHOWN:],
        plans=tuple(
            leg_plan(plan, found, today, coming, legs)
            for plan in sorted(plans, key=lambda one: one.tendon.side)
        ),
        sets_done=_sets_done(known, today),
        scores_due=_scores_due(known, today, on_hold=on_hold),
        criteria=criteria_of(found),
        next_stage=stage + 1 if stage is not None and stage < max(STAGES) else None,
        next_label=STAGES[stage + 1].label if stage is not None and stage < max(STAGES) else "",
        gate=found.stage.reason if found else "",
        legs=legs,
        path=path_of(found, zone, today),
        stream=timeline(case_id, now=now, zone=zone, count=EVENTS_SHOWN),
        life=life(case, found, zone, today),
    )


def _case(case_id: Any) -> QuerySet[Any, Any]:
    """With its runner's consent."""
    cases = Case.objects.select_related("patient__person", "clinic", "clinician")
    return cases.annotate(consent=consents.newest()).filter(pk=case_id)


_CASE = Kept(_case, case_id=UUIDField())


def _withdrawn(case: Any, zone: ZoneInfo, today: date) -> str:
    at = consents.state(case.consent).withdrawn_at
    return day(at.astimezone(zone).date(), today) if at else ""


def _work_out(case_id: UUID, now: datetime, today: date) -> Known:
    """A failure of the rules is said on the page; it neither hides the page nor turns into an answer."""
    try:
        with transaction.atomic():  # a savepoint: the rest of the page still reads the database
            history, plan = histories.load(case_id)
        return Known(history, plan, evaluate(history, plan, now), run_rows(history, plan, now, today))
    except Exception:
        log.exception("case could not be assessed on its page", extra={"case_id": str(case_id)})
        return Known()


def _about(case: Case, plans: list[Plan], found: Evaluation | None, today: date) -> str:
    person = case.patient.person
    age = age_on(person.birth_date if person else None, today)
    legs = [{"side": plan.tendon.side, "type": plan.tendinopathy_type} for plan in plans]
    parts = [str(age) if age is not None else "", tendon_words(legs) if legs else "no plan yet"]
    said = ", ".join(part for part in parts if part)
    return f"{said[:1].upper()}{said[1:]}. {_week(found)}" if found else f"{said[:1].upper()}{said[1:]}."


def _week(found: Evaluation) -> str:
    stage = found.stage.stage
    where = f"stage {stage}: {STAGES[stage].label}" if stage is not None else "running not started"
    week = f"Week {found.week} of {PROGRAMME_WEEKS}, " if found.week else ""
    said = f"{week}{where}."
    return said[:1].upper() + said[1:]


def _place(case_id: UUID) -> Place:
    """From the whole clinic's list, as it stands without filters."""
    order = worklist_asked.in_order()
    index = next((at for at, (one, _) in enumerate(order) if one == case_id), None)
    if index is None:
        return Place("", order[0][0] if order else None)
    group = order[index][1]
    members = [one for one, its_group in order if its_group == group]
    title = worklist.TITLES[WorkGroup(group)].lower()
    follows = order[index + 1][0] if index + 1 < len(order) else None
    return Place(f"{members.index(case_id) + 1} of {len(members)}: {title}", follows)


def _chart(known: Known) -> Chart | None:
    if known.history is None or known.plan is None or known.evaluation is None:
        return None
    drawn = own_picture.picture(known.history, known.plan, known.evaluation, days=CHART_DAYS)
    marks = tuple(row.mark for row in reversed(known.runs) if row.mark.day >= drawn.days[0])
    load = own_load.of(known.history, known.plan, known.evaluation)
    drawn = replace(drawn, runs=marks, causes=own_load.marks_on(drawn, load))
    return Chart(
        case_chart(drawn), case_chart_mid(drawn), case_chart_narrow(drawn), chart_table(drawn), chart_legend()
    )


def _sets_done(known: Known, today: date) -> str:
    if known.history is None or known.plan is None:
        return ""
    strip = day_sets(known.history, known.plan, last_days(today, STRIP_DAYS), today)
    asked = [half for one in strip for half in (one.am, one.pm) if half is not None]
    return f"{sum(asked)} of {len(asked)} in {STRIP_DAYS} days" if asked else ""


def _scores_due(known: Known, today: date, *, on_hold: bool) -> str:
    """Such as "VISA-A left, since 3 Nov"; while the plan is on hold nobody is asked."""
    if known.history is None or known.plan is None or on_hold:
        return ""
    due = scores_due(known.history, known.plan, today)
    if due is None:
        return ""
    named = (
        f"{INSTRUMENTS[one.instrument].label}{f' {one.side.label}' if one.side else ''}"
        for one in due.questions
    )
    return f"{', '.join(named)}. Asked in the portal since {day(due.since, today)}, week {due.week}."
