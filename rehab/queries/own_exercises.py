"""The exercise sets of one half of the runner's day: what the plan asks for and what is logged already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import DateField, UUIDField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.clinical.classification import Protocol
from assessments.clinical.sides import Side
from physio.web.kept import Kept
from rehab.charts import leg
from rehab.clinical import coaching as coach
from rehab.clinical import guide
from rehab.clinical.adherence import plan_on
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.guide import Guide
from rehab.clinical.history import ExerciseSet, Half, Knee
from rehab.clinical.portal_words import HALVES, KNEES
from rehab.clinical.protocols import tempo
from rehab.models import ExerciseSession, Plan
from rehab.queries.days import standing
from rehab.queries.own_answer import Known
from rehab.queries.own_case import Care
from rehab.queries.translated import say, translated

NOON = 12  # hour of the runner's own day from which it is the evening's turn
TITLES = {
    Protocol.STEP: gettext_lazy("Heel drops"),
    Protocol.FLAT: gettext_lazy("Heel lowering, flat"),
    Protocol.ISOMETRIC: gettext_lazy("Heel holds"),
    Protocol.HEAVY_SLOW: gettext_lazy("Slow heel raises"),
    Protocol.MAINTENANCE: gettext_lazy("Heel drops"),
    Protocol.MAINTENANCE_FLAT: gettext_lazy("Heel lowering, flat"),
}
POSES = {
    Protocol.STEP: leg.Pose.BELOW,
    Protocol.FLAT: leg.Pose.FLOOR,
    Protocol.ISOMETRIC: leg.Pose.HELD,
    Protocol.HEAVY_SLOW: leg.Pose.RAISED,
    Protocol.SILBERNAGEL: leg.Pose.RAISED,
    Protocol.MAINTENANCE: leg.Pose.BELOW,
    Protocol.MAINTENANCE_FLAT: leg.Pose.FLOOR,
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
    tempo_low_s: int
    guide: Guide
    picture: str

    @property
    def lowering_s(self) -> int:
        """Seconds that a guided set counts: the way down, or the hold."""
        return max(self.guide.down_s, self.guide.hold_s)


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
        return _(HALVES[self.half])


def half_of(now: datetime, care: Care) -> Half:
    return Half.AM if now.astimezone(care.zone).hour < NOON else Half.PM


def of_session(session: ExerciseSession, care: Care) -> Exercises:
    """One leg's logged session, to correct it."""
    plan = session.plan
    two_legs = len(care.sides) > 1
    half = Half(session.half)
    rows = tuple(_rows(plan, [session], half, plan.sets, two_legs=two_legs))
    return Exercises(half=half, title=_title([plan]), rows=rows, other="")


def find_session(care: Care, session_id: UUID) -> ExerciseSession:
    """The session as it was told under this id. DoesNotExist for another runner's."""
    sessions = ExerciseSession.objects.for_case(care.case.pk).select_related("plan", "plan__tendon")
    return sessions.get(pk=session_id)


def coaching(known: Known, shown: Exercises, today: date) -> tuple[str, ...]:
    """What the diary of the last week shows, each sentence once."""
    if known.history is None or known.plan is None or known.evaluation is None:
        return ()
    sets_now = {one.side: one.sets_per_session_now for one in known.evaluation.adherence}
    tempo = {row.side: row.tempo_low_s for row in shown.rows}
    sessions = sorted(standing(known.history.sessions), key=lambda one: (one.at, one.id))
    found: list[coach.Note] = []
    for side, low in tempo.items():
        plan = plan_on(known.plan.tendon_plans, side, today)
        if plan is None:
            continue
        found += coach.notes(
            plan,
            [one for one in sessions if one.side is side],
            today,
            first_started_on=min(one.starts_on for one in known.plan.tendon_plans if one.side is side),
            sets_now=sets_now.get(side, plan.sets),
            tempo_low_s=low,
        )
    return tuple(str(translated(coach.sentence(note))) for note in dict.fromkeys(found))


def due(care: Care, evaluation: Evaluation | None, *, half: Half, today: date) -> Exercises | None:
    """None when no plan is in force, or while the plan is on hold."""
    if care.on_hold:
        return None
    found = _PLANS.ask(case_id=care.case.pk, day=today)
    if not found:
        return None
    sessions = _SESSIONS.ask(case_id=care.case.pk, day=today)
    now_sets = {one.side: one.sets_per_session_now for one in evaluation.adherence} if evaluation else {}
    two_legs = len(found) > 1
    rows = tuple(
        row
        for plan in found
        for row in _rows(plan, sessions, half, now_sets.get(Side(plan.tendon.side)), two_legs=two_legs)
    )
    return Exercises(half=half, title=_title(found), rows=rows, other=_other(found, sessions, half))


_PLANS: Kept[Plan] = Kept(
    lambda case_id, day: (
        Plan.objects.for_case(case_id).on(day).select_related("tendon").order_by("tendon__side", "id")
    ),
    case_id=UUIDField(),
    day=DateField(),
)
_SESSIONS: Kept[ExerciseSession] = Kept(
    lambda case_id, day: (
        ExerciseSession.objects.for_case(case_id)
        .current()
        .filter(local_date=day)
        .order_by("received_at", "id")
    ),
    case_id=UUIDField(),
    day=DateField(),
)


def _rows(
    plan: Plan, sessions: Sequence[ExerciseSession], half: Half, now_sets: int | None, *, two_legs: bool
) -> list[Row]:
    """Without an evaluation the smaller number of sets is asked for."""
    wanted = now_sets or min(plan.sets, plan.start_sets)
    said = next(
        (one for one in reversed(sessions) if one.plan_id == plan.pk and one.half == half.value), None
    )
    whose = f"{capfirst(_(Side(plan.tendon.side).label))}{_(', ')}" if two_legs else ""
    rows = []
    for code in plan.knees:
        knee = Knee(code)
        done = [_set(one) for one in said.sets if one["knee"] == code] if said else []
        ticks = [
            SetTick(index + 1, done[index] if index < len(done) else None)
            for index in range(max(wanted, len(done)))
        ]
        label = f"{whose}{say(KNEES[knee].lower())}" if whose else say(KNEES[knee])
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
                tempo_low_s=plan.tempo_low_s,
                guide=guide.of(Protocol(plan.protocol), plan.tempo_low_s, plan.tempo_high_s),
                picture=leg.exercise(POSES[Protocol(plan.protocol)], bent=knee is Knee.BENT, say=say),
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
    load = _(", with %(load)s kg") % {"load": f"{plan.load_kg.normalize():f}"} if plan.load_kg else ""
    seconds = translated(tempo(plan.tempo_low_s, plan.tempo_high_s))
    if plan.protocol == Protocol.ISOMETRIC:
        return _("%(sets)s × %(seconds)s held") % {"sets": sets, "seconds": seconds} + load
    what = {"sets": sets, "reps": plan.reps, "seconds": seconds}
    return _("%(sets)s × %(reps)s, %(seconds)s down") % what + load


def _title(plans: Sequence[Plan]) -> str:
    titles = {str(TITLES.get(Protocol(plan.protocol), _("Heel exercises"))) for plan in plans}
    return titles.pop() if len(titles) == 1 else _("Heel exercises")


def _other(plans: Sequence[Plan], sessions: Sequence[ExerciseSession], half: Half) -> str:
    if max(plan.sessions_per_day for plan in plans) < len(Half):
        return ""
    other = Half.PM if half is Half.AM else Half.AM
    done = {one.plan_id for one in sessions if one.half == other.value and one.reps_done > 0}
    if done >= {plan.pk for plan in plans}:
        return _("Morning done") if other is Half.AM else _("Evening done")
    return _("Morning not logged") if other is Half.AM else ""
