"""Progress: the picture of the last weeks, the dose done, the stage path and what the next stage asks for."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

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
from rehab.clinical.evaluation import Criterion, Evaluation, GateResult, StageMove
from rehab.clinical.history import History
from rehab.clinical.stages import STAGES
from rehab.queries import own_answer, own_load, own_picture
from rehab.queries.own_case import Care
from rehab.queries.own_load import Load

WEEKS = 12
PATH_SHOWN = 6
MOST_STIFF = 60  # minutes at the top of the picture, unless there was more
SCORES = {
    Instrument.NRS: "Pain, 0 to 10",
    Instrument.VISA_A: "VISA-A, 100 is best",
    Instrument.TENDINS_A: "TENDINS-A, 0 is best",
    Instrument.PSFS: "What you can do, 10 is best",
    Instrument.LEFS: "Leg function, 80 is best",
    Instrument.GROC: "How much it has changed",
    Instrument.HEEL_RISE: "Heel rises",
    Instrument.MORNING_STIFFNESS: "Morning stiffness, minutes",
}
MOVES = {"REGRESS": "Step back to settle", "STEP_BACK": "Step back to settle", "START": "Started"}


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
    picture = own_picture.picture(known.history, known.plan, evaluation, days=days)
    picture = replace(picture, causes=own_load.marks_on(picture, load))
    stage = evaluation.stage
    return Progress(
        chart=Chart(
            wide=case_chart(picture),
            mid=case_chart_mid(picture),
            narrow=case_chart_narrow(picture),
            legend=tuple(chart_legend()),
            table=chart_table(picture),
        ),
        doses=_doses(evaluation),
        stage=_named(stage.stage),
        asked=tuple(_asked(one) for one in stage.criteria),
        ready=stage.result is GateResult.ELIGIBLE,
        path=tuple(_step(move, care) for move in reversed(stage.path[-PATH_SHOWN:])),
        scores=_scores(known.history),
        load=load,
    )


def _named(stage: int | None) -> str:
    return f"Stage {stage}: {STAGES[stage].label}" if stage else ""


def _doses(evaluation: Evaluation) -> tuple[DoseDone, ...]:
    both = len(evaluation.adherence) > 1
    return tuple(
        DoseDone(
            key=f"dose-{one.side.label}",
            label=f"Heel exercises, {one.side.label} leg" if both else "Heel exercises",
            done=min(one.reps_done, one.reps_prescribed),
            asked=one.reps_prescribed,
            percent=one.percent,
        )
        for one in evaluation.adherence
    )


def _asked(one: Criterion) -> Asked:
    return Asked(text=one.says, met=one.met, detail=one.detail)


def _step(move: StageMove, care: Care) -> Step:
    local = move.at.astimezone(care.zone)
    says = MOVES.get(move.kind, "Moved on" if (move.from_stage or 0) < move.to_stage else "Kept")
    return Step(day=f"{local.day} {local:%b}", text=f"{says}. {_named(move.to_stage)}")


def _scores(history: History) -> tuple[Score, ...]:
    taken: dict[tuple[Instrument, Side | None], dict[date, float]] = {}
    for one in sorted(history.scores, key=lambda one: one.taken_on):
        taken.setdefault((one.instrument, one.side), {})[one.taken_on] = one.value  # the day's last one
    return tuple(
        _score(instrument, side, list(values.items())) for (instrument, side), values in taken.items()
    )


def _score(instrument: Instrument, side: Side | None, values: list[tuple[date, float]]) -> Score:
    name = SCORES[instrument] + (f", {side.label} leg" if side else "")
    day, newest = values[-1]
    facts = INSTRUMENTS[instrument]
    high = MOST_STIFF if instrument is Instrument.MORNING_STIFFNESS else facts.high
    drawn = len(values) > 1
    highest = max(high, *(value for _day, value in values))
    return Score(
        name=name,
        value=f"{newest:g}",
        day=f"{day.day} {day:%b %Y}",
        picture=score_line(values, low=facts.low, high=highest, name=name) if drawn else "",
    )
