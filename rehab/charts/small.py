"""The two small pictures of a worklist row. Whole pixels only: two hundred rows have to stay light."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rehab.charts import lines
from rehab.charts.svg import Svg, element, number, steps
from rehab.charts.view_models import DaySets
from rehab.charts.words import is_over

WIDTH, HEIGHT, STEP, UNIT = 148, 46, 5, 4
SQUARE, PITCH = 7, 9


def sparkline(values: Sequence[int | None], limit: int = 3) -> Svg:
    """Morning pain of the last 28 days with a dot on the newest answer. Days without an answer are holes."""
    shown = list(values)[-28:]
    start = 6 + STEP * (28 - len(shown))

    def place(answer: tuple[float, float]) -> tuple[float, float]:
        return start + STEP * answer[0], HEIGHT - 3 - UNIT * answer[1]

    parts = lines.stretches(shown)
    fill = "".join(
        steps(map(place, shape), close=True) for part in parts for shape in lines.above(part, limit)
    )
    dotted = "".join(steps(map(place, pair)) for pair in lines.gaps(shown))
    line = "".join(steps(map(place, part)) for part in parts if len(part) > 1)
    pieces = [element("path", class_="above", d=fill)] if fill else []
    pieces.append(element("path", class_="limit", d=f"M0 {HEIGHT - 3 - UNIT * limit}h{WIDTH}"))
    if dotted:
        pieces.append(element("path", class_="missing", d=dotted))
    if line:
        pieces.append(element("path", class_="pain-line", d=line))
    for part in parts[:-1]:
        if len(part) == 1:
            x, y = place(part[0])
            pieces.append(element("circle", class_="day", cx=x, cy=y, r=2))
    if parts:
        x, y = place(parts[-1][-1])
        over = is_over(parts[-1][-1][1], limit)
        pieces.append(element("circle", class_="day over" if over else "day", cx=x, cy=y, r=4))
    return _small(pieces, WIDTH, HEIGHT, "chart spark", _spark_words(shown))


def set_strip(days: Sequence[DaySets]) -> Svg:
    """Morning squares over evening squares, one column a day; one not asked for leaves its place empty.

    The squares are the dashes of thick lines: one stretch for all that was asked, in the colour of done, and
    over it what was not done.
    """
    asked_for, missed = "", ""
    for row in range(2):
        states = [day.am if row == 0 else day.pm for day in days]
        y = number(SQUARE / 2 + PITCH * row)
        for start, length in _stretches([state is not None for state in states]):
            asked_for += f"M{PITCH * start} {y}h{PITCH * length - 2}"
        for start, length in _stretches([state is False for state in states]):
            missed += f"M{PITCH * start} {y}h{PITCH * length - 2}"
    drawn = (("sets-yes", asked_for), ("sets-no", missed))
    pieces = [element("path", class_=kind, d=line) for kind, line in drawn if line]
    asked = [state for day in days for state in (day.am, day.pm) if state is not None]
    title = (
        f"{sum(asked)} of {len(asked)} sessions done in {len(days)} days"
        if asked
        else "No sessions asked for"
    )
    width = max(PITCH * len(days) - 2, 1)
    return _small(pieces, width, PITCH + SQUARE, "chart strip", title)


def _small(pieces: Sequence[str], width: int, height: int, class_: str, title: str) -> Svg:
    """The stylesheet has its size: two hundred rows would carry it twice each."""
    frame = {"viewBox": f"0 0 {width} {height}", "role": "img"}
    return element("svg", *pieces, class_=class_, **frame, aria_label=title)


def _stretches(marks: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where each unbroken run of marked days starts, and how many they are."""
    at = 0
    for marked, run in groupby(marks):
        length = len(list(run))
        if marked:
            yield at, length
        at += length


def _spark_words(values: Sequence[int | None]) -> str:
    said = [value for value in values if value is not None]
    if not said:
        return f"Morning pain, {len(values)} days: no answers" if values else "Morning pain: no answers"
    missing = len(values) - len(said)
    holes = f"; {missing} without an answer" if missing else ""
    return f"Morning pain, {len(values)} days: from {said[0]} to {said[-1]} out of 10{holes}"
