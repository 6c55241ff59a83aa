"""The few words the pictures share."""

from datetime import date

from rehab.charts.view_models import CaseChart, RunMark, Say, SideLine, plain

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HALVES = ("am", "pm")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def short_day(day: date, say: Say = plain) -> str:
    return say("{day} {month}", day=day.day, month=MONTHS[day.month - 1])


def named_day(day: date, say: Say = plain) -> str:
    month = MONTHS[day.month - 1]
    return say("{weekday} {day} {month}", weekday=WEEKDAYS[day.weekday()], day=day.day, month=month)


def weekday_letter(day: date, say: Say = plain) -> str:
    return say(WEEKDAYS[day.weekday()])[:1]


def out_of_ten(pain: int | None, say: Say = plain) -> str:
    return say("no answer") if pain is None else f"{pain}/10"


def settled(run: RunMark, say: Say = plain) -> str:
    """What is known a day after the run."""
    if run.settled is None:
        return say("24 h check not answered")
    if run.settled:
        return say("settled in 24 h")
    if run.after is None:
        return say("still up after 24 h")
    return say("still {pain}/10 after 24 h", pain=run.after)


def run_words(run: RunMark, say: Say = plain) -> str:
    minutes = "" if run.minutes is None else f"{say('{minutes} min', minutes=run.minutes)}, "
    return minutes + say(
        "worst pain {pain}, {settled}", pain=out_of_ten(run.pain, say), settled=settled(run, say)
    )


def is_over(pain: int | None, limit: int) -> bool:
    """At the limit or above it: the plan says stop."""
    return pain is not None and pain >= limit


def worst_recent(vm: CaseChart) -> RunMark | None:
    """The latest run that reached the limit or had not settled: the one worth words on the picture."""
    told = [run for run in vm.runs if is_over(run.pain, vm.limit) or run.settled is False]
    return max(told, key=lambda run: run.day, default=None)


def summary(vm: CaseChart) -> str:
    """The picture in two sentences, for those who do not see it."""
    say = vm.say
    parts = []
    for line in vm.worse_first():
        told = [value for value in line.pain if value is not None]
        who = pain_of(vm, line)
        if not told:
            parts.append(say("{who}: no answers.", who=who))
            continue
        missing = len(line.pain) - len(told)
        holes = _holes(missing, say)
        parts.append(
            say("{who} was {first} first and is now {last} out of 10", who=who, first=told[0], last=told[-1])
            + f"{holes}."
        )
    over = sum(is_over(run.pain, vm.limit) for run in vm.runs)
    runs = say("{count} run", count=1) if len(vm.runs) == 1 else say("{count} runs", count=len(vm.runs))
    parts.append(
        say(
            "{runs}; {over} reached {limit} out of 10 or more. Every value is in the table.",
            runs=runs,
            over=over,
            limit=vm.limit,
        )
    )
    return " ".join(parts)


def pain_of(vm: CaseChart, line: SideLine) -> str:
    if len(vm.sides) == 1:
        return vm.say("Morning pain")
    return vm.say("Morning pain, {side}", side=line.side)


def _holes(missing: int, say: Say) -> str:
    if not missing:
        return ""
    if missing == 1:
        return say(", {count} day without an answer", count=1)
    return say(", {count} days without an answer", count=missing)
