"""Pictures of a case: frozen view models in, SVG markup out.

Pure Python, standard library only. Colours live in the stylesheet; the markup carries classes. One grammar
at every size: the axis is always 0-10, the limit is one line, what lies above it is filled, a day without an
answer is a gap and never a zero.

Two tendons: both sides are drawn, because averaging them or keeping only one would hide an answer. The worse
side has the heavy line and each line is named at its end.
"""

from rehab.charts.case import case_chart, case_chart_mid, case_chart_narrow
from rehab.charts.legend import LegendKey, chart_legend
from rehab.charts.small import set_strip, sparkline
from rehab.charts.table import ChartTable, chart_table
from rehab.charts.view_models import CaseChart, CauseMark, DaySets, RunMark, SideLine, StageBand
from rehab.charts.week import week_strip

__all__ = [
    "CaseChart",
    "CauseMark",
    "ChartTable",
    "DaySets",
    "LegendKey",
    "RunMark",
    "SideLine",
    "StageBand",
    "case_chart",
    "case_chart_mid",
    "case_chart_narrow",
    "chart_legend",
    "chart_table",
    "set_strip",
    "sparkline",
    "week_strip",
]
