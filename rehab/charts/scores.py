"""One outcome score over time: a dot for each day it was taken, joined, the newest named."""

from collections.abc import Sequence
from datetime import date

from rehab.charts.svg import Svg, element, path, picture
from rehab.charts.view_models import Say, plain
from rehab.charts.words import short_day

WIDTH, HEAD, BODY, FOOT, SIDE = 326, 22, 52, 22, 8


def score_line(
    taken: Sequence[tuple[date, float]], *, low: float, high: float, name: str, say: Say = plain
) -> Svg:
    """At least one score, oldest first; the axis is the instrument's own range."""
    first, last = taken[0][0], taken[-1][0]
    days = max((last - first).days, 1)
    floor = HEAD + BODY

    def at(day: date, value: float) -> tuple[float, float]:
        x = SIDE + (WIDTH - 2 * SIDE) * (day - first).days / days
        return (x, floor - BODY * (value - low) / (high - low))

    points = [at(day, value) for day, value in taken]
    pieces = [
        element("path", class_="grid", d=f"M0 {HEAD}H{WIDTH}M0 {floor}H{WIDTH}"),
        element("text", f"{high:g}", x=0, y=HEAD - 4),
        element("text", f"{low:g}", x=0, y=floor - 4),
    ]
    if len(points) > 1:
        pieces.append(element("path", class_="pain-line", d=path(points)))
    pieces += [element("circle", class_="day", cx=x, cy=y, r=4) for x, y in points]
    x, y = points[-1]
    side = "end" if len(points) > 1 else "start"
    pieces.append(element("text", f"{taken[-1][1]:g}", class_="strong halo", x=x, y=y - 8, text_anchor=side))
    pieces.append(element("text", short_day(first, say), x=0, y=floor + 17))
    if len(points) > 1:
        pieces.append(element("text", short_day(last, say), x=WIDTH, y=floor + 17, text_anchor="end"))
    told = ", ".join(
        say("{value} on {day}", value=f"{value:g}", day=short_day(day, say)) for day, value in taken
    )
    title = say(
        "{name}: {told}. It goes from {low} to {high}.",
        name=name,
        told=told,
        low=f"{low:g}",
        high=f"{high:g}",
    )
    return picture(*pieces, width=WIDTH, height=floor + FOOT, class_="chart score", title=title)
