"""Progress: the picture of the last weeks, the dose done, the stage path and what the next stage asks for."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import INSTRUMENTS
from assessments.clinical.sides import Side
from rehab.charts import (
    ChartTable,
    LegendKey,
    case_chart,
    case_chart_mid,
    case_chart_narrow,
    chart_legend,
    chart_table,
)
from rehab.charts.scores import score_line
from rehab.charts.words import short_day
from rehab.clinical.evaluation import Criterion, Evaluation, GateResult, StageMove
from rehab.clinical.history import History
from rehab.queries import own_answer, own_load, own_picture
from rehab.queries.my_plan import stage_name
from rehab.queries.own_case import Care
from rehab.queries.own_load import Load
from rehab.queries.own_scores import LEG_NAMES
from rehab.queries.translated import say, translated

WEEKS = 12
PATH_SHOWN = 6
MOST_STIFF = 60  # minutes at the top of the picture, unless there was more
SCORES = {
    Instrument.NRS: gettext_lazy("Pain, 0 to 10"),
    Instrument.VISA_A: gettext_lazy("VISA-A, 100 is best"),
    Instrument.TENDINS_A: gettext_lazy("TENDINS-A, 0 is best"),
    Instrument.PSFS: gettext_lazy("What you can do, 10 is best"),
    Instrument.LEFS: gettext_lazy("Leg function, 80 is best"),
    Instrument.GROC: gettext_lazy("How much it has changed"),
    Instrument.HEEL_RISE: gettext_lazy("Heel rises"),
    Instrument.MORNING_STIFFNESS: gettext_lazy("Morning stiffness, minutes"),
}
MOVES = {
    "REGRESS": gettext_lazy("Step back to settle"),
    "STEP_BACK": gettext_lazy("Step back to settle"),
    "START": gettext_lazy("Started"),
}


@dataclass(frozen=True)
class Chart:
    wide: str
    mid: str
    narrow: str
    legend: tuple[LegendKey, ...]
    table: ChartTable


@dataclass(frozen=True)
class DoseDone:
    """`percent` None: nothing was asked for, which is not the same as 0."""

    key: str
    label: str
    done: int
    asked: int
    percent: int | None


@dataclass(frozen=True)
class Asked:
    text: str
    met: bool | None
    detail: str


@dataclass(frozen=True)
class Step:
    day: str
    text: str


@dataclass(frozen=True)
class Score:
    """One instrument of one leg. `picture` is empty until there are two scores to join."""

    name: str
    value: str
    day: str
    picture: str


@dataclass(frozen=True)
class Progress:
    """None of it when the case could not be assessed: `chart` is None then."""

    chart: Chart | None
    doses: tuple[DoseDone, ...] = ()
    stage: str = ""
    asked: tuple[Asked, ...] = ()
    ready: bool = False
    path: tuple[Step, ...] = ()
    scores: tuple[Score, ...] = ()
    load: Load | None = None


def of(care: Care, now: datetime) -> Progress:
    known = own_answer.work_out(care, now)
    if known.history is None or known.plan is None or known.evaluation is None:
        return Progress(chart=None)
    evaluation = known.evaluation
    days = min(WEEKS * 7, max((now - care.case.opened_at) // timedelta(days=1) + 1, 7))
    load = own_load.of(known.history, known.plan, evaluation)
    picture = own_picture.picture(known.history, known.plan, evaluation, days=days, say=say)
    picture = replace(picture, causes=own_load.marks_on(picture, load))
    stage = evaluation.stage
    return Progress(
        chart=Chart(
            wide=case_chart(picture),
            mid=case_chart_mid(picture),
            narrow=case_chart_narrow(picture),
            legend=tuple(chart_legend(say)),
            table=chart_table(picture),
        ),
        doses=_doses(evaluation),
        stage=stage_name(stage.stage),
        asked=tuple(_asked(one) for one in stage.criteria),
        ready=stage.result is GateResult.ELIGIBLE,
        path=tuple(_step(move, care) for move in reversed(stage.path[-PATH_SHOWN:])),
        scores=_scores(known.history),
        load=load,
    )


def _doses(evaluation: Evaluation) -> tuple[DoseDone, ...]:
    both = len(evaluation.adherence) > 1
    return tuple(
        DoseDone(
            key=f"dose-{one.side.label}",
            label=_("Heel exercises, %(leg)s") % {"leg": LEG_NAMES[one.side]}
            if both
            else _("Heel exercises"),
            done=min(one.reps_done, one.reps_prescribed),
            asked=one.reps_prescribed,
            percent=one.percent,
        )
        for one in evaluation.adherence
    )


def _asked(one: Criterion) -> Asked:
    return Asked(text=str(translated(one.says)), met=one.met, detail=str(translated(one.detail)))


def _step(move: StageMove, care: Care) -> Step:
    local = move.at.astimezone(care.zone)
    says = MOVES.get(move.kind) or (_("Moved on") if (move.from_stage or 0) < move.to_stage else _("Kept"))
    return Step(day=short_day(local.date(), say), text=f"{says}. {stage_name(move.to_stage)}")


def _scores(history: History) -> tuple[Score, ...]:
    taken: dict[tuple[Instrument, Side | None], dict[date, float]] = {}
    for one in sorted(history.scores, key=lambda one: one.taken_on):
        taken.setdefault((one.instrument, one.side), {})[one.taken_on] = one.value  # the day's last one
    return tuple(
        _score(instrument, side, list(values.items())) for (instrument, side), values in taken.items()
    )


def _score(instrument: Instrument, side: Side | None, values: list[tuple[date, float]]) -> Score:
    name = str(SCORES[instrument]) + (f"{_(', ')}{LEG_NAMES[side]}" if side else "")
    day, newest = values[-1]
    facts = INSTRUMENTS[instrument]
    high = MOST_STIFF if instrument is Instrument.MORNING_STIFFNESS else facts.high
    drawn = len(values) > 1
    highest = max(high, *(value for _day, value in values))
    return Score(
        name=name,
        value=f"{newest:g}",
        day=f"{short_day(day, say)} {day.year}",
        picture=score_line(values, low=facts.low, high=highest, name=name, say=say) if drawn else "",
    )
