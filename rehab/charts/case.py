"""The case picture, drawn at three sizes so that its text is never scaled below 12 px."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from rehab.charts import lines
from rehab.charts.svg import Svg, element, number, path, picture
from rehab.charts.view_models import PAIN_MAX, CaseChart, RunMark, Say, SideLine, StageBand
from rehab.charts.words import (
    HALVES,
    is_over,
    named_day,
    run_words,
    settled,
    short_day,
    summary,
    worst_recent,
)

CHAR = 6.8  # px a letter of the 13 px labels needs, on the wide side
NAME_ROOM = 42  # px at the end of the lines for "left" and "right"


@dataclass(frozen=True)
class Frame:
    """Where things are, in px: the pain axis from `top` (10) to `floor` (0), days from `left` to `right`."""

    key: str
    width: int
    height: int
    left: int
    right: int
    top: int
    floor: int
    days: tuple[date, ...]

    @property
    def step(self) -> float:
        return (self.right - self.left) / max(len(self.days), 1)

    def edge(self, day: date) -> float:
        """The left edge of a day, held inside the picture."""
        index = (day - self.days[0]).days
        return self.left + self.step * min(max(index, 0), len(self.days))

    def x(self, index: float) -> float:
        return self.left + self.step * (index + 0.5)

    def at(self, day: date) -> float:
        return self.x((day - self.days[0]).days)

    def y(self, pain: float) -> float:
        return self.floor - (self.floor - self.top) * pain / PAIN_MAX


def case_chart(vm: CaseChart, weeks: int = 12, *, key: str = "case") -> Svg:
    """The last `weeks` weeks, 1168 px wide. `key`: prefix of its ids, its own for each case on a page."""
    return _draw(vm.last(weeks * 7), key=f"{key}-wide", width=1168, left=46, top=34, floor=254, ticks=14)


def case_chart_mid(vm: CaseChart, weeks: int = 12, *, key: str = "case") -> Svg:
    """The same weeks in 680 px, for a tablet or a half-width panel."""
    return _draw(vm.last(weeks * 7), key=f"{key}-mid", width=680, left=40, top=34, floor=234, ticks=14)


def case_chart_narrow(vm: CaseChart, *, key: str = "case") -> Svg:
    """The last 28 days in 324 px, for a phone."""
    return _draw(vm.last(28), key=f"{key}-narrow", width=324, left=34, top=34, floor=204, ticks=7)


def _draw(vm: CaseChart, *, key: str, width: int, left: int, top: int, floor: int, ticks: int) -> Svg:
    height = floor + 76
    if not vm.days:
        words = element("text", vm.say("No reports yet"), x=0, y=24)
        title = vm.say("No reports yet")
        return picture(words, width=180, height=36, class_="chart fixed", title=title, key=key)
    right = width - (NAME_ROOM if len(vm.sides) > 1 else 12)
    frame = Frame(key, width, height, left, right, top, floor, vm.days)
    title = vm.say(
        "Morning pain, runs and stage, {first} to {last}",
        first=short_day(vm.days[0], vm.say),
        last=short_day(vm.days[-1], vm.say),
    )
    pieces = [
        *_stages(frame, vm.stages, vm.say),
        *_axis(frame, vm.limit),
        *_dates(frame, ticks, vm.say),
        *(piece for line in reversed(vm.worse_first()) for piece in _fill(frame, line, vm.limit)),
        element("path", class_="limit", d=f"M{left - 4} {number(frame.y(vm.limit))}H{right}"),
        element(
            "text", str(vm.limit), class_="hot", x=left - 10, y=frame.y(vm.limit) + 4.5, text_anchor="end"
        ),
        *_pain(frame, vm),
        *(piece for run in vm.runs if run.day >= vm.days[0] for piece in _run(frame, run, vm)),
        *_causes(frame, vm),
        *_call_out(frame, vm),
        *_sets(frame, vm),
    ]
    return picture(
        *pieces, width=width, height=height, class_="chart", title=title, text=summary(vm), key=key
    )


def _stages(frame: Frame, bands: tuple[StageBand, ...], say: Say) -> list[Svg]:
    pieces = []
    for order, band in enumerate(bands):
        start, end = frame.edge(band.start), frame.edge(band.end + timedelta(days=1))
        if end <= start:
            continue
        if order % 2 == 0:
            pieces.append(element("rect", class_="band", x=start, y=0, width=end - start, height=frame.floor))
        if start > frame.left:
            pieces.append(
                element(
                    "path", class_="drop" if band.dropped else "edge", d=f"M{number(start)} 0V{frame.floor}"
                )
            )
        pieces.extend(_stage_label(band, say(band.label), start, end - start))
    return pieces


def _stage_label(band: StageBand, label: str, start: float, room: float) -> list[Svg]:
    """The stage's number and name, as much of it as fits: never on top of the next one."""
    short = f"↓ {band.number}" if band.dropped else str(band.number)
    if room < len(short) * CHAR + 8:
        return []
    name = f"  {label}" if room >= (len(short) + len(label) + 2) * CHAR + 12 else ""
    return [element("text", element("tspan", short, class_="strong"), name, x=start + 7, y=20)]


def _axis(frame: Frame, limit: int) -> list[Svg]:
    pieces = []
    for pain in (0, 5, 10):
        y = frame.y(pain)
        pieces.append(element("path", class_="grid", d=f"M{frame.left} {number(y)}H{frame.right}"))
        if abs(pain - limit) > 0:
            pieces.append(element("text", str(pain), x=frame.left - 10, y=y + 4.5, text_anchor="end"))
    return pieces


def _dates(frame: Frame, every: int, say: Say) -> list[Svg]:
    pieces = []
    for index in range(0, len(frame.days), every):
        x = frame.left + frame.step * index
        if x > frame.right - 30:
            break
        pieces.append(element("path", class_="grid", d=f"M{number(x)} {frame.floor}v6"))
        pieces.append(element("text", short_day(frame.days[index], say), x=x, y=frame.floor + 20))
    return pieces


def _fill(frame: Frame, line: SideLine, limit: int) -> list[Svg]:
    shapes = [shape for part in lines.stretches(line.pain) for shape in lines.above(part, limit)]
    data = "".join(
        path([(frame.x(day), frame.y(pain)) for day, pain in shape], close=True) for shape in shapes
    )
    return [element("path", class_="above", d=data)] if data else []


def _pain(frame: Frame, vm: CaseChart) -> list[Svg]:
    pieces = []
    named: list[float] = []
    for order, line in enumerate(vm.worse_first()):
        parts = lines.stretches(line.pain)
        points = [[(frame.x(day), frame.y(pain)) for day, pain in part] for part in parts]
        dotted = "".join(
            path([(frame.x(a), frame.y(pa)), (frame.x(b), frame.y(pb))])
            for (a, pa), (b, pb) in lines.gaps(line.pain)
        )
        weight = "pain-line" if order == 0 else "pain-line other"
        if dotted:
            pieces.append(element("path", class_="missing", d=dotted))
        if any(len(part) > 1 for part in points):
            pieces.append(
                element("path", class_=weight, d="".join(path(part) for part in points if len(part) > 1))
            )
        pieces.extend(
            element("circle", class_="day", cx=part[0][0], cy=part[0][1], r=2)
            for part in points
            if len(part) == 1
        )
        if len(vm.sides) > 1 and points:
            x, y = points[-1][-1]
            while any(abs(y - other) < 14 for other in named):
                y += 14
            named.append(y)
            strong = "strong" if order == 0 else None
            pieces.append(
                element("text", vm.say(line.side), class_=strong, x=min(x, frame.right) + 6, y=y + 4.5)
            )
    return pieces


def _run(frame: Frame, run: RunMark, vm: CaseChart) -> list[Svg]:
    x = frame.at(run.day)
    told = element("title", f"{named_day(run.day, vm.say)}: {run_words(run, vm.say)}")
    if run.pain is None:
        return [element("circle", told, class_="run unscored", cx=x, cy=frame.floor, r=4.5)]
    y = frame.y(run.pain)
    over = is_over(run.pain, vm.limit)
    pieces = [
        element("path", class_="stem over" if over else "stem", d=f"M{number(x)} {frame.floor}V{number(y)}")
    ]
    if run.settled is False:
        end = frame.y(run.pain if run.after is None else run.after)
        pieces.append(element("path", class_="tail", d=path([(x, y), (x + max(frame.step, 8), end)])))
    if over:
        triangle = path([(x - 6, y + 5), (x, y - 6), (x + 6, y + 5)], close=True)
        return [*pieces, element("path", told, class_="run over", d=triangle)]
    return [*pieces, element("circle", told, class_="run", cx=x, cy=y, r=4.5)]


def _causes(frame: Frame, vm: CaseChart) -> list[Svg]:
    """A small diamond under the top line for each day with a cause, named where there is room."""
    named: dict[date, list[str]] = {}
    for cause in sorted(vm.causes, key=lambda mark: (mark.day, mark.label)):
        if vm.days[0] <= cause.day <= vm.days[-1]:
            named.setdefault(cause.day, []).append(vm.say(cause.label))
    pieces = []
    for day, next_day in zip_longest(named, list(named)[1:]):
        words = ", ".join(dict.fromkeys(named[day]))
        x, y = frame.at(day), frame.top + 14
        diamond = path([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], close=True)
        told = element("title", f"{named_day(day, vm.say)}: {words}")
        pieces.append(element("path", told, class_="cause", d=diamond))
        room = (frame.at(next_day) - 7 if next_day else frame.right) - x - 9
        if len(words) * CHAR < room:
            pieces.append(element("text", words, class_="halo", x=x + 9, y=y + 4.5))
    return pieces


def _call_out(frame: Frame, vm: CaseChart) -> list[Svg]:
    """Words beside the latest run that asks for them, where the picture is wide enough."""
    run = worst_recent(vm)
    if run is None or run.pain is None or frame.width < 600 or run.day < frame.days[0]:
        return []
    state = "" if run.settled else f", {settled(run, vm.say)}"
    words = f"{named_day(run.day, vm.say)}: {run.pain}/10{state}"
    x, y = frame.at(run.day), frame.y(max(run.pain, vm.limit))
    if x - 40 - len(words) * CHAR < frame.left:
        return []
    lead = element("path", class_="lead", d=f"M{number(x - 9)} {number(y - 3)}h-24")
    return [lead, element("text", words, class_="hot halo", x=x - 40, y=y + 1.5, text_anchor="end")]


def _sets(frame: Frame, vm: CaseChart) -> list[Svg]:
    if not vm.sets:
        return []
    size = max(frame.step - 2, 2)
    boxes: dict[bool | None, str] = {False: "", True: ""}
    for row, name in enumerate(HALVES):
        y = frame.floor + 34 + 19 * row
        for index, day in enumerate(vm.sets):
            state = getattr(day, name)
            if state is not None:
                boxes[state] += (
                    f"M{number(frame.left + frame.step * index + 1)} {y}h{number(size)}v16h-{number(size)}z"
                )
    labels = [
        element("text", vm.say(name), x=frame.left - 10, y=frame.floor + 47 + 19 * row, text_anchor="end")
        for row, name in enumerate(HALVES)
    ]
    drawn = [
        element("path", class_=kind, d=boxes[state])
        for state, kind in ((False, "set-no"), (True, "set-yes"))
        if boxes[state]
    ]
    return [*labels, *drawn]
