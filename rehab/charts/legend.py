"""What the marks of the case picture mean, drawn with the marks themselves."""

from dataclasses import dataclass

from rehab.charts.svg import Svg, element
from rehab.charts.view_models import Say, plain


@dataclass(frozen=True)
class LegendKey:
    picture: Svg
    label: str


def chart_legend(say: Say = plain) -> tuple[LegendKey, ...]:
    return (
        LegendKey(_key(26, element("path", class_="pain-line", d="M1 9 9 5 17 9 25 4")), say("Morning pain")),
        LegendKey(_key(22, element("path", class_="missing", d="M1 7H21")), say("No answer")),
        LegendKey(_key(13, element("circle", class_="run", cx=6.5, cy=7, r=4.5)), say("Run, under the line")),
        LegendKey(
            _key(14, element("path", class_="run over", d="M1 13 7 2 13 13Z")),
            say("Run, at the line or over"),
        ),
        LegendKey(_key(22, element("path", class_="tail", d="M1 10 21 5")), say("Still up at 24 h")),
        LegendKey(_key(13, element("path", class_="set-yes", d="M0 1h12v12H0z")), say("Sets done")),
    )


def _key(width: int, mark: Svg) -> Svg:
    return element(
        "svg",
        mark,
        class_="chart fixed",
        viewBox=f"0 0 {width} 14",
        width=width,
        height=14,
        aria_hidden="true",
    )
