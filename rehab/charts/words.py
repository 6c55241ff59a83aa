"""The few words the pictures share."""

from datetime import date

from rehab.charts.view_models import CaseChart, RunMark


def short_day(day: date) -> str:
    return f"{day.day} {day:%b}"


def named_day(day: date) -> str:
    return f"{day:%a} {short_day(day)}"


def out_of_ten(pain: int | None) -> str:
    return "no answer" if pain is None else f"{pain}/10"


def settled(run: RunMark) -> str:
    """What is known a day after the run."""
    if run.settled is None:
        return "24 h check not answered"
    if run.settled:
        return "settled in 24 h"
    return "still up after 24 h" if run.after is None else f"still {run.after}/10 after 24 h"


def run_words(run: RunMark) -> str:
    minutes = "" if run.minutes is None else f"{run.minutes} min, "
    return f"{minutes}worst pain {out_of_ten(run.pain)}, {settled(run)}"


def is_over(pain: int | None, limit: int) -> bool:
    """At the limit or above it: the plan says stop."""
    return pain is not None and pain >= limit


def worst_recent(vm: CaseChart) -> RunMark | None:
    """The latest run that reached the limit or had not settled: the one worth words on the picture."""
    told = [run for run in vm.runs if is_over(run.pain, vm.limit) or run.settled is False]
    return max(told, key=lambda run: run.day, default=None)


def summary(vm: CaseChart) -> str:
    """The picture in two sentences, for those who do not see it."""
    parts = []
    for line in vm.worse_first():
        said = [value for value in line.pain if value is not None]
        who = f"Morning pain, {line.side}" if len(vm.sides) > 1 else "Morning pain"
        if not said:
            parts.append(f"{who}: no answers.")
            continue
        missing = len(line.pain) - len(said)
        holes = f", {missing} {'day' if missing == 1 else 'days'} without an answer" if missing else ""
        parts.append(f"{who} was {said[0]} first and is now {said[-1]} out of 10{holes}.")
    over = sum(is_over(run.pain, vm.limit) for run in vm.runs)
    runs = f"{len(vm.runs)} {'run' if len(vm.runs) == 1 else 'runs'}"
    parts.append(f"{runs}; {over} reached {vm.limit} out of 10 or more. Every value is in the table.")
    return " ".join(parts)
