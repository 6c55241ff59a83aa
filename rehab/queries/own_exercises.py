"""The exercise sets of one half of the runner's day: what the plan asks for and what is logged already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from assessments.clinical.classification import Protocol
from assessments.clinical.sides import Side
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.history import ExerciseSet, Half, Knee
from rehab.clinical.portal_words import HALVES, KNEES
from rehab.models import ExerciseSession, Plan
from rehab.queries.own_case import Care

NOON = 12  # hour of the runner's own day from which it is the evening's turn
TITLES = {
    Protocol.STEP: "Heel drops",
    Protocol.FLAT: "Heel lowering, flat",
    Protocol.ISOMETRIC: "Heel holds",
    Protocol.HEAVY_SLOW: "Slow heel raises",
    Protocol.MAINTENANCE: "Heel drops",
    Protocol.MAINTENANCE_FLAT: "Heel lowering, flat",
}


@dataclass(frozen=True)
class SetTick:
    number: int
    done: ExerciseSet | None


@dataclass(frozen=True)
class Row:
    """One exercise of one leg: `name` is the form field of its ticks, `pain` what was said of the session."""

    name: str
    plan_id: UUID
    knee: Knee
    label: str
    dose: str
    reps: int
    load_kg: float | None
    side: Side
    pain: int | None
    sets: tuple[SetTick, ...]


@dataclass(frozen=True)
class Exercises:
    """`other` says how the other half of the day went; empty when the plan asks for one session a day."""

    half: Half
    title: str
    rows: tuple[Row, ...]
    other: str

    @property
    def all_done(self) -> bool:
        return all(tick.done for row in self.rows for tick in row.sets)

    @property
    def half_name(self) -> str:
        return HALVES[self.half]


def half_of(now: datetime, care: Care) -> Half:
    return Half.AM if now.astimezone(care.zone).hour < NOON else Half.PM


def due(care: Care, evaluation: Evaluation | None, *, half: Half, today: date) -> Exercises | None:
    """None when no plan is in force, or while the plan is on hold."""
    if care.on_hold:
        return None
    plans = (
        Plan.objects.for_case(care.case.pk).on(today).select_related("tendon").order_by("tendon__side", "id")
    )
    found = list(plans)
    if not found:
        return None
    sessions = list(
        ExerciseSession.objects.for_case(care.case.pk)
        .current()
        .filter(local_date=today)
        .order_by("received_at", "id")
    )
    now_sets = {one.side: one.sets_per_session_now for one in evaluation.adherence} if evaluation else {}
    two_legs = len(found) > 1
    rows = tuple(
        row
        for plan in found
        for row in _rows(plan, sessions, half, now_sets.get(Side(plan.tendon.side)), two_legs=two_legs)
    )
    return Exercises(half=half, title=_title(found), rows=rows, other=_other(found, sessions, half))


def _rows(
    plan: Plan, sessions: Sequence[ExerciseSession], half: Half, now_sets: int | None, *, two_legs: bool
) -> list[Row]:
    """Without an evaluation the smaller number of sets is asked for."""
    wanted = now_sets or min(plan.sets, plan.start_sets)
    said = next(
        (one for one in reversed(sessions) if one.plan_id == plan.pk and one.half == half.value), None
    )
    leg = f"{Side(plan.tendon.side).label.capitalize()}, " if two_legs else ""
    rows = []
    for code in plan.knees:
        knee = Knee(code)
        done = [_set(one) for one in said.sets if one["knee"] == code] if said else []
        ticks = [
            SetTick(index + 1, done[index] if index < len(done) else None)
            for index in range(max(wanted, len(done)))
        ]
        label = f"{leg}{KNEES[knee].lower()}" if leg else KNEES[knee]
        rows.append(
            Row(
                name=f"sets_{plan.pk.hex}_{knee.value.lower()}",
                plan_id=plan.pk,
                knee=knee,
                label=label,
                dose=_dose(plan, wanted),
                reps=plan.reps,
                load_kg=float(plan.load_kg) if plan.load_kg is not None else None,
                side=Side(plan.tendon.side),
                pain=said.pain if said else None,
                sets=tuple(ticks),
            )
        )
    return rows


def _set(said: dict) -> ExerciseSet:
    return ExerciseSet(
        knee=Knee(said["knee"]),
        reps=said["reps"],
        load_kg=said.get("load_kg"),
        lowering_s=said.get("seconds"),
    )


def _dose(plan: Plan, sets: int) -> str:
    load = f", with {plan.load_kg.normalize():f} kg" if plan.load_kg else ""
    return f"{sets} × {plan.reps}, {plan.tempo_low_s}–{plan.tempo_high_s} s down{load}"


def _title(plans: Sequence[Plan]) -> str:
    titles = {TITLES.get(Protocol(plan.protocol), "Heel exercises") for plan in plans}
    return titles.pop() if len(titles) == 1 else "Heel exercises"


def _other(plans: Sequence[Plan], sessions: Sequence[ExerciseSession], half: Half) -> str:
    if max(plan.sessions_per_day for plan in plans) < len(Half):
        return ""
    other = Half.PM if half is Half.AM else Half.AM
    done = {one.plan_id for one in sessions if one.half == other.value and one.reps_done > 0}
    if done >= {plan.pk for plan in plans}:
        return f"{HALVES[other].capitalize()} done"
    return f"{HALVES[other].capitalize()} not logged" if other is Half.AM else ""
