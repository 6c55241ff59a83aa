"""The runner's own week: seven days, one line, their limit."""

from collections.abc import Iterable
from dataclasses import dataclass

from rehab.charts import lines
from rehab.charts.svg import Svg, element, number, path, picture
from rehab.charts.view_models import CaseChart, RunMark, SideLine
from rehab.charts.words import is_over, out_of_ten, weekday_letter

WIDTH, UNIT, HEAD, FOOT = 326, 9, 20, 44
POINTS_OVER_LIMIT = 2  # kept free above the line even in a quiet week


@dataclass(frozen=True)
class Scale:
    """One point of pain is always `UNIT` px; only the empty room above the highest mark is left out."""

    top: int

    @property
    def floor(self) -> int:
        return HEAD + UNIT * self.top

    def x(self, index: float) -> float:
        return WIDTH / 7 * (index + 0.5)

    def y(self, pain: float) -> float:
        return self.floor - UNIT * pain


def week_strip(vm: CaseChart) -> Svg:
    """The last seven days. With two tendons the line is the worse side's, and the picture says which."""
    week = vm.last(7)
    if not week.days or not week.sides:
        words = element("text", vm.say("No reports yet"), x=0, y=24)
        title = vm.say("Your last seven days: no reports yet")
        return picture(words, width=180, height=36, class_="chart fixed", title=title)
    line = week.worse_first()[0]
    runs = tuple(run for run in week.runs if week.days[0] <= run.day <= week.days[-1])
    scale = Scale(max([week.limit + POINTS_OVER_LIMIT, *_said(line.pain), *_said(run.pain for run in runs)]))
    pieces = [
        *_fill(scale, line, week.limit),
        element("path", class_="limit", d=f"M0 {number(scale.y(week.limit))}H{WIDTH}"),
        *_pain(scale, line),
        *(piece for run in runs for piece in _run(scale, run, (run.day - week.days[0]).days, week)),
        *_days(scale, week, line),
        _limit_label(scale, week, line, runs),
    ]
    title = _words(week, line, runs)
    return picture(*pieces, width=WIDTH, height=scale.floor + FOOT, class_="chart week", title=title)


def _said(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]


def _fill(scale: Scale, line: SideLine, limit: int) -> list[Svg]:
    shapes = [shape for part in lines.stretches(line.pain) for shape in lines.above(part, limit)]
    data = "".join(path([(scale.x(x), scale.y(y)) for x, y in shape], close=True) for shape in shapes)
    return [element("path", class_="above", d=data)] if data else []


def _pain(scale: Scale, line: SideLine) -> list[Svg]:
    parts = [part for part in lines.stretches(line.pain) if len(part) > 1]
    solid = "".join(path([(scale.x(x), scale.y(y)) for x, y in part]) for part in parts)
    dotted = "".join(path([(scale.x(x), scale.y(y)) for x, y in gap]) for gap in lines.gaps(line.pain))
    drawn = (("missing", dotted), ("pain-line", solid))
    return [element("path", class_=kind, d=data) for kind, data in drawn if data]


def _run(scale: Scale, run: RunMark, index: int, week: CaseChart) -> list[Svg]:
    x = scale.x(index)
    over = is_over(run.pain, week.limit)
    words = week.say("ran") if run.pain is None else week.say("ran, {pain}", pain=run.pain)
    kind = "hot" if over else "strong"
    label = element("text", words, class_=kind, x=x, y=scale.floor + 39, text_anchor="middle")
    if run.pain is None:
        return [element("circle", class_="run unscored", cx=x, cy=scale.floor, r=6), label]
    y = scale.y(run.pain)
    stem_kind = "stem over" if over else "stem"
    stem = element("path", class_=stem_kind, d=f"M{number(x)} {scale.floor}V{number(y)}")
    if over:
        triangle = path([(x - 7, y + 6), (x, y - 7), (x + 7, y + 6)], close=True)
        return [stem, element("path", class_="run over", d=triangle), label]
    return [stem, element("circle", class_="run", cx=x, cy=y, r=7), label]


def _days(scale: Scale, week: CaseChart, line: SideLine) -> list[Svg]:
    """A dot for each answer, a letter for each day; the last day, today, in bold."""
    pieces = []
    for index, (day, pain) in enumerate(zip(week.days, line.pain, strict=True)):
        x = scale.x(index)
        if pain is not None:
            kind = "day over" if is_over(pain, week.limit) else "day"
            pieces.append(element("circle", class_=kind, cx=x, cy=scale.y(pain), r=4))
        weight = "strong" if day == week.days[-1] else None
        letter = weekday_letter(day, week.say)
        pieces.append(element("text", letter, class_=weight, x=x, y=scale.floor + 21, text_anchor="middle"))
    return pieces


def _limit_label(scale: Scale, week: CaseChart, line: SideLine, runs: tuple[RunMark, ...]) -> Svg:
    """Above the line, at the end of the week where less stands over it."""

    def height(first: int, last: int) -> int:
        pain = _said(line.pain[first:last])
        ran = _said(run.pain for run in runs if first <= (run.day - week.days[0]).days < last)
        return max([0, *pain, *ran])

    left = height(0, 3) <= height(len(week.days) - 3, len(week.days))
    words = week.say("Your limit, {limit}", limit=week.limit)
    where = "start" if left else "end"
    x = 0 if left else WIDTH
    return element("text", words, class_="hot halo", x=x, y=scale.y(week.limit) - 6, text_anchor=where)


def _words(week: CaseChart, line: SideLine, runs: tuple[RunMark, ...]) -> str:
    say = week.say
    said = ", ".join(say("no answer") if pain is None else str(pain) for pain in line.pain)
    pattern = (
        "Your last {count} days: morning pain, {side} side, the worse one: {said}."
        if len(week.sides) > 1
        else "Your last {count} days: morning pain {said}."
    )
    parts = [say(pattern, count=len(week.days), side=line.side, said=said)]
    parts += [
        say("Ran on {day}, worst pain {pain}.", day=f"{run.day:%A}", pain=out_of_ten(run.pain, say))
        for run in runs
    ]
    return " ".join([*parts, say("Your limit is {limit}.", limit=week.limit)])
