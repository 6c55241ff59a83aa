"""The same data as the case picture, in words, newest day first."""

from dataclasses import dataclass
from datetime import date

from rehab.charts.view_models import CaseChart, DaySets
from rehab.charts.words import HALVES, named_day, out_of_ten, pain_of, run_words


@dataclass(frozen=True)
class ChartTable:
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def chart_table(vm: CaseChart) -> ChartTable:
    """One row a day: pain of each side, stage, run, sessions, causes. It leaves nothing out."""
    say = vm.say
    rest = (say("Stage"), say("Run"), say("Sessions"), say("Also"))
    head = (say("Day"), *(pain_of(vm, line) for line in vm.sides), *rest)
    rows = tuple(_row(vm, index, day) for index, day in reversed(list(enumerate(vm.days))))
    return ChartTable(say("Morning pain, runs, stage and sessions by day"), head, rows)


def _row(vm: CaseChart, index: int, day: date) -> tuple[str, ...]:
    pains = tuple(out_of_ten(line.pain[index], vm.say) for line in vm.sides)
    runs = "; ".join(run_words(run, vm.say) for run in vm.runs if run.day == day)
    causes = "; ".join(sorted(vm.say(cause.label) for cause in vm.causes if cause.day == day))
    return (named_day(day, vm.say), *pains, _stage(vm, day), runs, _sessions(vm, index), causes)


def _stage(vm: CaseChart, day: date) -> str:
    band = next((band for band in reversed(vm.stages) if band.start <= day <= band.end), None)
    if band is None:
        return ""
    stage = f"{band.number} {vm.say(band.label)}"
    dropped = any(one.dropped and one.start == day for one in vm.stages)
    return vm.say("{stage}, stepped back", stage=stage) if dropped else stage


def _sessions(vm: CaseChart, index: int) -> str:
    if not vm.sets:
        return ""
    day: DaySets = vm.sets[index]
    told = [
        vm.say("{half} done", half=name) if state else vm.say("{half} not done", half=name)
        for name, state in zip(HALVES, (day.am, day.pm), strict=True)
        if state is not None
    ]
    return ", ".join(told)
