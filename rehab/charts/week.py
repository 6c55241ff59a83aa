"""The runner's own week: seven days, one line, their limit."""

from rehab.charts import lines
from rehab.charts.svg import Svg, element, number, path, picture
from rehab.charts.view_models import CaseChart, RunMark
from rehab.charts.words import is_over, out_of_ten

WIDTH, HEIGHT, FLOOR, UNIT = 326, 128, 88, 7


def week_strip(vm: CaseChart) -> Svg:
    """The last seven days. With two tendons the line is the worse side's, and the picture says which."""
    week = vm.last(7)
    if not week.days or not week.sides:
        words = element("text", "No reports yet", x=0, y=24)
        return picture(
            words, width=WIDTH, height=40, class_="chart week", title="Your last seven days: no reports yet"
        )
    line = week.worse_first()[0]
    limit_y = _y(week.limit)
    parts = lines.stretches(line.pain)
    points = [[(_x(day), _y(pain)) for day, pain in part] for part in parts]
    fill = "".join(
        path([(_x(day), _y(pain)) for day, pain in shape], close=True)
        for part in parts
        for shape in lines.above(part, week.limit)
    )
    dotted = "".join(path([(_x(a), _y(pa)), (_x(b), _y(pb))]) for (a, pa), (b, pb) in lines.gaps(line.pain))
    drawn = "".join(path(part) for part in points if len(part) > 1)
    pieces = [element("path", class_="above", d=fill)] if fill else []
    pieces.append(element("path", class_="limit", d=f"M0 {number(limit_y)}H{WIDTH}"))
    if dotted:
        pieces.append(element("path", class_="missing", d=dotted))
    if drawn:
        pieces.append(element("path", class_="pain-line", d=drawn))
    for run in week.runs:
        if week.days[0] <= run.day <= week.days[-1]:
            pieces.extend(_run(run, (run.day - week.days[0]).days, week.limit))
    for index, pain in enumerate(line.pain):
        if pain is not None:
            kind = "day over" if is_over(pain, week.limit) else "day"
            pieces.append(element("circle", class_=kind, cx=_x(index), cy=_y(pain), r=4))
    for index, day in enumerate(week.days):
        today = "strong" if day == week.days[-1] else None
        pieces.append(
            element("text", f"{day:%a}"[0], class_=today, x=_x(index), y=FLOOR + 20, text_anchor="middle")
        )
    pieces.append(_limit_label(week, line.pain, limit_y))
    which = f", {line.side} side, the worse one" if len(week.sides) > 1 else ""
    said = ", ".join("no answer" if pain is None else str(pain) for pain in line.pain)
    pain_words = f"Your last {len(week.days)} days: morning pain{which} {said}."
    title = f"{pain_words} {_runs_words(week)}Your limit is {week.limit}."
    return picture(*pieces, width=WIDTH, height=HEIGHT, class_="chart week", title=title)


def _x(index: float) -> float:
    return WIDTH / 7 * (index + 0.5)


def _y(pain: float) -> float:
    return FLOOR - UNIT * pain


def _run(run: RunMark, index: int, limit: int) -> list[Svg]:
    x = _x(index)
    over = is_over(run.pain, limit)
    words = "ran" if run.pain is None else f"ran, {run.pain}"
    label = element(
        "text", words, class_="hot" if over else "strong", x=x, y=FLOOR + 37, text_anchor="middle"
    )
    if run.pain is None:
        return [element("circle", class_="run unscored", cx=x, cy=FLOOR, r=6), label]
    y = _y(run.pain)
    stem = element("path", class_="stem over" if over else "stem", d=f"M{number(x)} {FLOOR}V{number(y)}")
    if over:
        return [
            stem,
            element(
                "path", class_="run over", d=path([(x - 7, y + 6), (x, y - 7), (x + 7, y + 6)], close=True)
            ),
            label,
        ]
    return [stem, element("circle", class_="run", cx=x, cy=y, r=6), label]


def _limit_label(week: CaseChart, pain: tuple[int | None, ...], y: float) -> Svg:
    """On the side of the line where fewer marks stand over the limit."""

    def height(days: range) -> int:
        runs = [run.pain for run in week.runs if (run.day - week.days[0]).days in days]
        return max(
            (value for value in [*runs, *(pain[i] for i in days if i < len(pain))] if value is not None),
            default=0,
        )

    left = height(range(0, 3)) <= height(range(4, 7))
    place = {"x": 0, "text_anchor": "start"} if left else {"x": WIDTH, "text_anchor": "end"}
    return element("text", f"Your limit, {week.limit}", class_="hot halo", y=y - 6, **place)


def _runs_words(week: CaseChart) -> str:
    shown = [run for run in week.runs if week.days[0] <= run.day <= week.days[-1]]
    return "".join(f"Ran on {run.day:%A}, worst pain {out_of_ten(run.pain)}. " for run in shown)
