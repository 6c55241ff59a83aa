"""Twelve weeks of running as bars, the newest on the right, with the line that this week stays under."""

from collections.abc import Sequence
from dataclasses import dataclass

from rehab.charts.svg import Svg, element, number, picture
from rehab.charts.view_models import Say, plain

WIDTH, HEAD, BODY, FOOT = 326, 24, 96, 26


@dataclass(frozen=True)
class LoadBar:
    """One week. `amount` None: it has a run whose distance is not known."""

    label: str
    amount: float | None


def load_bars(bars: Sequence[LoadBar], *, unit: str, limit: float | None, say: Say = plain) -> Svg:
    said = [bar.amount for bar in bars if bar.amount is not None]
    top = max([*said, limit or 0, 1])
    pitch = WIDTH / len(bars)
    floor = HEAD + BODY

    def y(amount: float) -> float:
        return floor - BODY * amount / top

    pieces = [element("path", class_="grid", d=f"M0 {floor}H{WIDTH}")]
    for index, bar in enumerate(bars):
        x, wide = index * pitch + pitch * 0.18, pitch * 0.64
        is_last = index == len(bars) - 1
        if bar.amount is None:
            pieces.append(element("text", "?", x=x + wide / 2, y=floor - 6, text_anchor="middle"))
        elif bar.amount:
            over = is_last and limit is not None and bar.amount > limit
            kind = "bar-week over" if over else "bar-week"
            pieces.append(
                element(
                    "rect", class_=kind, x=x, y=y(bar.amount), width=wide, height=floor - y(bar.amount), rx=2
                )
            )
        if is_last and bar.amount is not None:
            told = f"{bar.amount:g} {unit}"
            pieces.append(
                element("text", told, class_="strong halo", x=WIDTH, y=y(bar.amount) - 7, text_anchor="end")
            )
        if is_last or index in (0, len(bars) // 2):
            anchor = "start" if index == 0 else "end" if is_last else "middle"
            where = 0.0 if index == 0 else float(WIDTH) if is_last else x + wide / 2
            pieces.append(element("text", bar.label, x=where, y=floor + 19, text_anchor=anchor))
    if limit is not None:
        at = y(limit)
        pieces.append(element("path", class_="limit", d=f"M{number(WIDTH - pitch * 2)} {number(at)}H{WIDTH}"))
        words = say("Your line, {limit} {unit}", limit=f"{limit:g}", unit=unit)
        pieces.append(
            element("text", words, class_="hot halo", x=WIDTH - pitch * 2 - 5, y=at + 4.5, text_anchor="end")
        )
    return picture(
        *pieces, width=WIDTH, height=floor + FOOT, class_="chart load", title=_words(bars, unit, limit, say)
    )


def _words(bars: Sequence[LoadBar], unit: str, limit: float | None, say: Say) -> str:
    told = ", ".join(say("not known") if bar.amount is None else f"{bar.amount:g}" for bar in bars)
    weeks = say("Running by week in {unit}, oldest first: {told}.", unit=unit, told=told)
    if limit is None:
        return weeks
    return f"{weeks} " + say("The line for this week is {limit} {unit}.", limit=f"{limit:g}", unit=unit)
