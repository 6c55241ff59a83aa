"""One case on one page: what the rules say now, flags, twelve weeks, runs, plan, tender point, timeline."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.score_change import INSTRUMENTS
from assessments.clinical.sides import Side
from assessments.models import TendonFinding
from patients.models import Case, CaseStatus
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
from rehab.clinical.history import History, Knee, StageAct
from rehab.clinical.history import Plan as ToldPlan
from rehab.clinical.portal_words import ANSWERS
from rehab.clinical.protocols import PROGRAMME_WEEKS, Dose, dose_in_words
from rehab.clinical.scores_due import scores_due
from rehab.clinical.stages import STAGES
from rehab.models import FlagState, Plan, WorkGroup
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries import history as histories
from rehab.queries import own_load, own_picture, worklist
from rehab.queries.case_life import Life, life
from rehab.queries.case_runs import RunRow, run_rows
from rehab.queries.days import day_sets, last_days
from rehab.queries.moments import clock, day
from rehab.queries.peek import FlagView, RuleSetting, rule_setting, standing_flags
from rehab.queries.timeline import Stream, timeline
from rehab.queries.worklist_rows import age_on, dialled, name_of, tendon_words

log = logging.getLogger(__name__)

CHART_DAYS, STRIP_DAYS, RUNS_SHOWN, EVENTS_SHOWN = 84, 14, 6, 8


@dataclass(frozen=True)
class Now:
    """What the runner is told at this moment. `failed`: it could not be worked out; rely on nothing."""

    word: str
    tone: str
    reason: str
    session: str
    at: str
    failed: bool = False


@dataclass(frozen=True)
class Chart:
    wide: Svg
    mid: Svg
    narrow: Svg
    table: ChartTable
    legend: tuple[LegendKey, ...]


@dataclass(frozen=True)
class Criterion:
    text: str
    met: bool | None
    detail: str


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


@dataclass(frozen=True)
class Step:
    stage: str
    day: str
    why: str
    is_back: bool


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
    case = Case.objects.select_related("patient__person", "clinic", "clinician").get(pk=case_id)
    zone, person = ZoneInfo(case.clinic.time_zone), case.patient.person
    today = now.astimezone(ZoneInfo(case.patient.time_zone)).date()
    known = _work_out(case_id, now, today)
    found = known.evaluation
    stage = found.stage.stage if found else None
    rows = (
        Plan.objects.for_case(case_id)
        .not_over(today)
        .select_related("author", "tendon")
        .order_by("-created_at", "id")
    )
    coming = [plan for plan in rows if plan.starts_on > today]
    plans = [plan for plan in rows if plan.starts_on <= today]
    legs = _legs(case_id, zone, today)
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
        has_red_flag=any(flag.is_red for flag in flags),
        flags=flags,
        setting=rule_setting(plans, now, zone),
        now=_now(case, found, now, zone, on_hold=on_hold),
        chart=_chart(known),
        runs=known.runs[:RUNS_SHOWN],
        older_runs=known.runs[RUNS_SHOWN:],
        plans=tuple(
            _leg_plan(plan, found, today, coming, legs)
            for plan in sorted(plans, key=lambda one: one.tendon.side)
        ),
        sets_done=_sets_done(known, today),
        scores_due=_scores_due(known, today, on_hold=on_hold),
        criteria=_criteria(found),
        next_stage=stage + 1 if stage is not None and stage < max(STAGES) else None,
        next_label=STAGES[stage + 1].label if stage is not None and stage < max(STAGES) else "",
        gate=found.stage.reason if found else "",
        legs=legs,
        path=_path(found, zone, today),
        stream=timeline(case_id, now=now, zone=zone, count=EVENTS_SHOWN),
        life=life(case, found, zone, today),
    )


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
    order = worklist.standing_order(worklist.Filters())
    index = next((at for at, (one, _) in enumerate(order) if one == case_id), None)
    if index is None:
        return Place("", order[0][0] if order else None)
    group = order[index][1]
    members = [one for one, its_group in order if its_group == group]
    title = worklist.TITLES[WorkGroup(group)].lower()
    follows = order[index + 1][0] if index + 1 < len(order) else None
    return Place(f"{members.index(case_id) + 1} of {len(members)}: {title}", follows)


def _now(case: Case, found: Evaluation | None, now: datetime, zone: ZoneInfo, *, on_hold: bool) -> Now:
    at = clock(now, now, zone)
    if case.status == CaseStatus.CLOSED:
        return Now("Nothing", "wait", "The case is closed.", "", at)
    if found is None:
        return Now("Wait", "wait", "", "", at, failed=True)
    running = found.running
    word, tone = ANSWERS[running.decision]
    if running.decision.may_run and (on_hold or running.allowed is None):
        return Now("Wait", "wait", "The plan is on hold until a physio has looked at it.", "", at)
    session = running.allowed.text if running.allowed and running.decision.may_run else running.next_step
    return Now(word, tone.value, running.reason, session, at)


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


def _leg_plan(
    plan: Plan, found: Evaluation | None, today: date, coming: Sequence[Plan], legs: tuple[Leg, ...]
) -> LegPlan:
    side = Side(plan.tendon.side)
    dose = Dose(
        sets=plan.sets,
        reps=plan.reps,
        sessions_per_day=plan.sessions_per_day,
        days_per_week=plan.days_per_week,
        knees=tuple(Knee(knee) for knee in plan.knees),
        tempo_low_s=plan.tempo_low_s,
        tempo_high_s=plan.tempo_high_s,
        start_sets=min(plan.start_sets, plan.sets),
        load_kg=None if plan.load_kg is None else float(plan.load_kg),
    )
    kept = next((one for one in found.adherence if one.side is side), None) if found else None
    follows = next((one for one in coming if one.tendon_id == plan.tendon_id), None)
    decided = next((leg.type for leg in legs if leg.code == side.value), plan.tendinopathy_type)
    done = f"{kept.percent} % of the dose in 14 days" if kept and kept.percent is not None else ""
    return LegPlan(
        side=side.label,
        exercise=Protocol(plan.protocol).label,
        dose=dose_in_words(Protocol(plan.protocol), dose),
        since=f"{day(plan.starts_on, today)}, version {plan.version}",
        done=done,
        override=plan.override_reason,
        until="" if plan.ends_on is None or follows else f"no more from {day(plan.ends_on, today)}",
        coming=f"version {follows.version} from {day(follows.starts_on, today)}" if follows else "",
        other_type="" if decided == plan.tendinopathy_type else TendinopathyType(decided).label.lower(),
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


def _criteria(found: Evaluation | None) -> tuple[Criterion, ...]:
    if found is None:
        return ()
    return tuple(
        Criterion(one.says[:1].upper() + one.says[1:], one.met, one.detail) for one in found.stage.criteria
    )


def _legs(case_id: UUID, zone: ZoneInfo, today: date) -> tuple[Leg, ...]:
    """The newest finding of each tendon that an assessment looked at."""
    rows: list[Any] = list(
        TendonFinding.objects.for_case(case_id)
        .order_by("tendon__side", "-assessment__assessed_at", "-id")
        .distinct("tendon__side")
        .values_list(
            "tendon__side", "tender_cm", "second_tender_cm", "decided_type", "assessment__assessed_at"
        )
    )
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
        for side, cm, second, kind, at in rows
    )


def _path(found: Evaluation | None, zone: ZoneInfo, today: date) -> tuple[Step, ...]:
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
