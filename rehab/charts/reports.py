"""The pictures of a caseload report: shares reached over time, shares as bars, quartiles as lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from rehab.charts.legend import LegendKey
from rehab.charts.svg import Svg, element, number, picture

WIDTH, SIDE, HEAD, BODY, FOOT = 326, 30, 12, 120, 38
ROW, LABEL = 42, 16
LINES = ("c-all", "c-1", "c-2", "c-3", "c-4")  # everybody, then the largest groups


@dataclass(frozen=True)
class Reached:
    """`weekly`: the share (0 to 1) by day 0, 7, 14 …; None is not shown."""

    label: str
    weekly: tuple[float | None, ...]


@dataclass(frozen=True)
class Bar:
    """`share` 0 to 1; None: it may not be told."""

    label: str
    share: float | None
    told: str


@dataclass(frozen=True)
class Range:
    """`quartiles` None: too few."""

    label: str
    quartiles: tuple[float, float, float] | None
    told: str


def reached_chart(lines: Sequence[Reached], *, name: str) -> Svg:
    """Steps from week to week, 0 to 100 %. At most five lines, everybody first."""
    shown = lines[: len(LINES)]
    weeks = max([len(one.weekly) - 1 for one in shown] + [4])
    floor = HEAD + BODY

    def x(week: float) -> float:
        return SIDE + (WIDTH - SIDE - 6) * week / weeks

    def y(share: float) -> float:
        return floor - BODY * share

    pieces = [
        element("path", class_="grid", d="".join(f"M{SIDE} {number(y(at))}H{WIDTH}" for at in (0, 0.5, 1)))
    ]
    pieces += [
        element("text", f"{at * 100:.0f}", x=SIDE - 6, y=y(at) + 4.5, text_anchor="end") for at in (0, 0.5, 1)
    ]
    every = next(step for step in (1, 2, 4, 8, 13, 26) if weeks / step <= 7)
    pieces += [
        element("text", str(week), x=x(week), y=floor + 17, text_anchor="middle")
        for week in range(0, weeks + 1, every)
    ]
    pieces.append(element("text", "weeks since the first day", x=WIDTH, y=floor + 34, text_anchor="end"))
    for kind, line in reversed(list(zip(LINES, shown, strict=False))):
        steps, before = "", None
        for week, share in enumerate(line.weekly):
            if share is not None:  # after a gap the line begins anew
                at = number(x(week)), number(y(share))
                steps += f"M{at[0]} {at[1]}" if before is None else f"H{at[0]}V{at[1]}"
            before = share
        pieces.append(element("path", class_=f"reached {kind}", d=steps))
    if all(share is None for line in shown for share in line.weekly):
        middle = (SIDE + WIDTH) / 2
        pieces.append(element("text", "not shown", x=middle, y=y(0.7), text_anchor="middle"))
    said = "; ".join(_last_share(line) for line in shown) or "Not shown"
    return picture(
        *pieces, width=WIDTH, height=floor + FOOT, class_="chart", title=f"{name}, percent reached. {said}."
    )


def _last_share(line: Reached) -> str:
    told = [(week, share) for week, share in enumerate(line.weekly) if share is not None]
    if not told:
        return f"{line.label}: not shown"
    week, share = told[-1]
    return f"{line.label}: {share:.0%} by week {week}".replace("%", " %")


def reached_legend(labels: Sequence[str]) -> tuple[LegendKey, ...]:
    def mark(kind: str) -> Svg:
        line = element("path", class_=f"reached {kind}", d="M1 7H27")
        frame: dict[str, str | int | float | None] = {"viewBox": "0 0 28 14", "width": 28, "height": 14}
        return element("svg", line, class_="chart fixed", **frame, aria_hidden="true")

    return tuple(LegendKey(mark(kind), label) for kind, label in zip(LINES, labels, strict=False))


def share_chart(bars: Sequence[Bar], *, name: str) -> Svg:
    """One bar a group, its label above it; a share that may not be told has an empty bar."""
    pieces = []
    for index, bar in enumerate(bars):
        top = index * ROW
        pieces.append(
            element("text", bar.label, x=0, y=top + LABEL - 3, class_="strong" if not index else None)
        )
        pieces.append(element("text", bar.told, x=WIDTH, y=top + LABEL - 3, text_anchor="end"))
        empty = "bar-none" if bar.share is None else "bar-rest"
        pieces.append(
            element("rect", class_=empty, x=0.5, y=top + LABEL + 2.5, width=WIDTH - 1, height=11, rx=2)
        )
        if bar.share:
            wide = max(2.0, (WIDTH - 1) * bar.share)
            pieces.append(
                element("rect", class_="bar-week", x=0.5, y=top + LABEL + 2.5, width=wide, height=11, rx=2)
            )
    said = "; ".join(f"{bar.label}: {bar.told}" for bar in bars)
    return picture(
        *pieces, width=WIDTH, height=max(len(bars), 1) * ROW - 6, class_="chart", title=f"{name}. {said}."
    )


def range_chart(ranges: Sequence[Range], *, name: str, unit: str) -> Svg:
    """Lower to upper quartile as a line, the median as a dot, on one axis that always shows no change."""
    ends = [value for one in ranges if one.quartiles for value in one.quartiles]
    low, high = min([*ends, 0.0]), max([*ends, 10.0])
    low = 10 * (low // 10)

    def x(value: float) -> float:
        return 6 + (WIDTH - 12) * (value - low) / (high - low)

    floor = len(ranges) * ROW
    pieces = [element("path", class_="edge", d=f"M{number(x(0))} 0V{floor}")]
    for index, one in enumerate(ranges):
        top = index * ROW
        pieces.append(element("text", one.label, x=0, y=top + LABEL - 3, class_="halo"))
        pieces.append(element("text", one.told, x=WIDTH, y=top + LABEL - 3, class_="halo", text_anchor="end"))
        if one.quartiles:
            first, middle, last = (x(value) for value in one.quartiles)
            y = top + LABEL + 9
            pieces.append(
                element("path", class_="reached c-1 wide", d=f"M{number(first)} {y}H{number(last)}")
            )
            pieces.append(element("circle", class_="day", cx=middle, cy=y, r=5))
    pieces.append(
        element("text", "no change", x=x(0), y=floor + 16, text_anchor="start" if x(0) < 40 else "middle")
    )
    pieces.append(element("text", f"+{high:g} {unit}", x=WIDTH, y=floor + 16, text_anchor="end"))
    said = "; ".join(f"{one.label}: {one.told}" for one in ranges)
    return picture(*pieces, width=WIDTH, height=floor + 22, class_="chart", title=f"{name}. {said}.")
