"""The load diary as the runner reads it: one sentence first, then the facts, and the marks for the chart."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rehab.charts import CaseChart, CauseMark
from rehab.charts.load import LoadBar, load_bars
from rehab.charts.words import short_day
from rehab.clinical import load, load_diary
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.history import History, Plan, Run, Track
from rehab.clinical.load_diary import LoadDiary, Mark, Week
from rehab.clinical.local_time import local_day
from rehab.clinical.thresholds import resolve
from rehab.queries.days import standing
from rehab.queries.translated import say

MARKS = {
    Mark.BIG_WEEK: "a big week",
    Mark.LONG_RUN: "a long run",
    Mark.NEW_HILLS: "first hills",
    Mark.NEW_SPEED: "first speed",
    Mark.LOWER_SHOE: "lower shoes",
    Mark.AFTER_BREAK: "after a break",
}
FIRST_WEEKLY_STAGE = 6


@dataclass(frozen=True)
class Fact:
    what: str
    says: str


@dataclass(frozen=True)
class Load:
    """`sentence`: the one thing to know now. `causes`: the small marks of the pain chart."""

    sentence: str
    chart: str
    facts: tuple[Fact, ...]
    causes: tuple[CauseMark, ...]


def of(history: History, plan: Plan, evaluation: Evaluation) -> Load:
    limits = resolve(plan.thresholds_at(evaluation.at))
    diary = load_diary.keep(
        standing(history.runs),
        evaluation.local_date,
        limits,
        weekly_rule_on=lambda day: _weekly_rule_on(day, evaluation, history.time_zone),
    )
    percent = limits.weekly_percent
    return Load(
        sentence=_sentence(diary, percent),
        chart=_chart(diary),
        facts=tuple(_facts(diary, percent, limits.break_first_week_percent)),
        causes=tuple(CauseMark(day, MARKS[mark]) for day, mark in diary.marks),
    )


def marks_on(picture: CaseChart, load: Load) -> tuple[CauseMark, ...]:
    """The marks of the load diary; what else the rules have found keeps its own."""
    named = {cause.label for cause in load.causes}
    others = tuple(cause for cause in picture.causes if cause.label not in named)
    return (*load.causes, *others)


def _weekly_rule_on(day: date, evaluation: Evaluation, zone: str) -> bool:
    modified = evaluation.stage.track == Track.MODIFIED_RUNNING.value
    stage = None
    for move in evaluation.stage.path:
        if local_day(move.at, zone) <= day:
            stage = move.to_stage
    return load.week_applies(stage, modified_running=modified)


def _chart(diary: LoadDiary) -> str:
    if not any(week.runs for week in diary.weeks):
        return ""
    by_distance = all(week.metres is not None for week in diary.weeks)
    unit = _("km") if by_distance else _("min")
    bars = [
        LoadBar(_day(week.ends_on), round((week.metres or 0) / 1000, 1) if by_distance else week.minutes)
        for week in diary.weeks
    ]
    limit = round(diary.room_m / 1000, 1) if by_distance and diary.room_m is not None else None
    return load_bars(bars, unit=unit, limit=limit, say=say)


def _sentence(diary: LoadDiary, percent: int) -> str:
    """The most telling thing first; a quiet week says so."""
    this, before = diary.weeks[-1], diary.weeks[-2]
    if diary.new_hills_on and diary.new_speed_on:
        return _("Hills and speed are both new this week. One new thing at a time is easier on the tendon.")
    if diary.back_on is not None:
        return _("You are back after %(days)s days without running. Start smaller than you left off.") % {
            "days": diary.break_days
        }
    if diary.room_m is not None and this.metres is not None and this.metres > diary.room_m:
        return _("This week is %(now)s after %(before)s: more than %(percent)s %% up.") % {
            "now": _km(this.metres),
            "before": _km(before.metres or 0),
            "percent": percent,
        }
    if diary.shoes is not None and diary.shoes.share is not None:
        shoes = diary.shoes
        if (shoes.share or 0) > shoes.allowed_share:
            return _("More of this week was in the lower shoes than the change-over has for now.")
    if not this.runs:
        return _("No running in the last seven days.")
    return _("The last seven days: %(week)s. Nothing stands out.") % {"week": _says(this)}


def _facts(diary: LoadDiary, percent: int, first_week_percent: int) -> list[Fact]:
    this, before = diary.weeks[-1], diary.weeks[-2]
    found = [
        Fact(_("Last seven days"), _says(this)),
        Fact(_("The seven before"), _says(before)),
    ]
    if not diary.counts_weeks:
        says = _("From stage %(stage)s. Until then your stage sets the minutes.") % {
            "stage": FIRST_WEEKLY_STAGE
        }
    elif diary.room_m is not None:
        says = _("At most %(km)s in seven days.") % {"km": _km(diary.room_m)}
    else:
        says = _("Not known: last week has no distance for every run.")
    found.append(Fact(_("The %(percent)s %% line") % {"percent": percent}, says))
    if diary.longest is not None:
        found.append(Fact(_("Longest run of 30 days"), _run(diary.longest)))
    found += [
        Fact(what, _("new on %(day)s") % {"day": _day(day)})
        for what, day in ((_("Hills"), diary.new_hills_on), (_("Speed"), diary.new_speed_on))
        if day is not None
    ]
    if diary.shoes is not None:
        found.append(Fact(_("Lower shoes"), _shoes(diary)))
    if diary.back_on is not None:
        says = _("First run again on %(day)s. Your plan asks for at most %(percent)s %% of before.") % {
            "day": _day(diary.back_on),
            "percent": first_week_percent,
        }
        found.append(Fact(_("After the break"), says))
    return found


def _shoes(diary: LoadDiary) -> str:
    shoes = diary.shoes
    assert shoes is not None  # noqa: S101 - the caller has looked
    now = _("no run this week") if shoes.share is None else f"{shoes.share} %"
    return _(
        "From %(old)s to %(new)s mm since %(day)s: %(now)s of this week, at most %(allowed)s %% now,"
        " all of it from %(full)s."
    ) % {
        "old": shoes.old_drop_mm,
        "new": shoes.new_drop_mm,
        "day": _day(shoes.since),
        "now": now,
        "allowed": shoes.allowed_share,
        "full": _day(shoes.full_on),
    }


def _says(week: Week) -> str:
    if not week.runs:
        return _("no run")
    runs = ngettext("%(count)s run", "%(count)s runs", week.runs) % {"count": week.runs}
    far = [_km(week.metres)] if week.metres is not None else []
    return _(", ").join([runs, _min(week.minutes), *far])


def _run(run: Run) -> str:
    far = [_km(run.distance_m)] if run.distance_m else []
    return _(", ").join([*far, _min(run.minutes), _day(run.local_date)])


def _km(metres: int) -> str:
    return _("%(n)s km") % {"n": f"{metres / 1000:.1f}".removesuffix(".0")}


def _day(day: date) -> str:
    return short_day(day, say)


def _min(minutes: int) -> str:
    return _("{minutes} min").format(minutes=minutes)
