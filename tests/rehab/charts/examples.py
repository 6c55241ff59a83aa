"""Invented cases for the chart tests and the style guide. Same figures every time."""

from datetime import date, timedelta

from rehab.charts import CaseChart, CauseMark, DaySets, RunMark, SideLine, StageBand

TODAY = date(2026, 11, 22)
FIRST = TODAY - timedelta(days=83)

# fmt: off
LEFT: tuple[int | None, ...] = (
    5, 6, 6, 6, 6, 6, 6, None, 5, 5, 5, None, 6, 6,
    None, 4, 6, 4, 5, 7, 5, 5, 5, 5, 4, 6, None, 4,
    3, 5, 4, 4, 3, 5, 4, 4, 5, 5, 5, 5, 6, 6,
    5, 4, 3, 4, 4, 3, 3, 4, 3, 3, 3, 2, 3, 3,
    2, 3, 2, 3, 2, 2, 2, 2, None, 2, 3, 2, 2, 2,
    2, 2, 2, 2, 2, 1, 2, 1, 1, 1, 1, 2, 4, 4,
)
# fmt: on
RIGHT: tuple[int | None, ...] = tuple(
    None if index % 9 == 4 else max(0, 3 - index // 24) for index in range(84)
)


def day(index: int) -> date:
    return FIRST + timedelta(days=index)


def runs() -> tuple[RunMark, ...]:
    quiet = {
        15: 2,
        17: 2,
        19: 1,
        22: 2,
        24: 1,
        26: 2,
        30: 2,
        33: 2,
        36: 2,
        42: 2,
        45: 1,
        48: 1,
        52: 1,
        55: 2,
        58: 1,
    }
    late = {61: 1, 64: 0, 67: 1, 70: 1, 73: 2, 76: 1}
    marks = [
        RunMark(day(at), pain, 10 if at < 30 else 31, settled=True) for at, pain in (quiet | late).items()
    ]
    marks.append(RunMark(day(38), 4, 25, settled=False, after=5))
    marks.append(RunMark(day(79), None, 30, settled=None))
    marks.append(RunMark(day(81), 5, 32, settled=False, after=4))
    return tuple(sorted(marks, key=lambda mark: mark.day))


def stages() -> tuple[StageBand, ...]:
    return (
        StageBand(day(0), day(13), 1, "Walk only"),
        StageBand(day(14), day(28), 2, "Walk–run"),
        StageBand(day(29), day(38), 3, "20–25 min"),
        StageBand(day(39), day(50), 2, "Walk–run", dropped=True),
        StageBand(day(51), day(64), 3, "20–25 min"),
        StageBand(day(65), day(83), 4, "30–35 min"),
    )


def sets(missed: int = 5) -> tuple[DaySets, ...]:
    return tuple(DaySets(am=index % 11 != 9, pm=(index * 7) % missed != 3) for index in range(84))


def one_side() -> CaseChart:
    return CaseChart(
        days=tuple(day(index) for index in range(84)),
        sides=(SideLine("left", LEFT),),
        runs=runs(),
        stages=stages(),
        sets=sets(),
        causes=(CauseMark(day(37), "Week +18 %"), CauseMark(day(66), "New shoes")),
    )


def two_sides() -> CaseChart:
    case = one_side()
    return CaseChart(
        case.days, (SideLine("right", RIGHT), *case.sides), case.runs, case.stages, case.sets, case.causes
    )


def well() -> CaseChart:
    """A quiet week: two runs under the line."""
    days = tuple(day(index) for index in range(77, 84))
    quiet = (RunMark(day(78), 1, 25, settled=True), RunMark(day(80), 1, 25, settled=True))
    return CaseChart(days, (SideLine("left", (2, 2, 1, 2, 1, None, 1)),), quiet)


def nothing() -> CaseChart:
    return CaseChart(days=(), sides=())
