"""The same data as the case picture, in words, newest day first."""

from dataclasses import dataclass
from datetime import date

from rehab.charts.view_models import CaseChart, DaySets
from rehab.charts.words import named_day, out_of_ten, run_words


@dataclass(frozen=True)
class ChartTable:
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def chart_table(vm: CaseChart) -> ChartTable:
    """One row a day: pain of each side, stage, run, sessions, causes. It leaves nothing out."""
    sides = tuple("Morning pain" if len(vm.sides) == 1 else f"Morning pain, {line.side}" for line in vm.sides)
    head = ("Day", *sides, "Stage", "Run", "Sessions", "Also")
    rows = tuple(_row(vm, index, day) for index, day in reversed(list(enumerate(vm.days))))
    return ChartTable("Morning pain, runs, stage and sessions by day", head, rows)


def _row(vm: CaseChart, index: int, day: date) -> tuple[str, ...]:
    pains = tuple(out_of_ten(line.pain[index]) for line in vm.sides)
    stage = next(
        (f"{band.number} {band.label}" for band in reversed(vm.stages) if band.start <= day <= band.end), ""
    )
    dropped = any(band.dropped and band.start == day for band in vm.stages)
    runs = "; ".join(run_words(run) for run in vm.runs if run.day == day)
    causes = "; ".join(sorted(cause.label for cause in vm.causes if cause.day == day))
    return (
        named_day(day),
        *pains,
        f"{stage}, stepped back" if dropped else stage,
        runs,
        _sessions(vm, index),
        causes,
    )


def _sessions(vm: CaseChart, index: int) -> str:
    if not vm.sets:
        return ""
    day: DaySets = vm.sets[index]
    said = [
        f"{name} {'done' if state else 'not done'}"
        for name, state in (("am", day.am), ("pm", day.pm))
        if state is not None
    ]
    return ", ".join(said)
