"""The pictures of a report, from the counts that may be told."""

from rehab.clinical.caseload_report import report
from rehab.clinical.report_case import Milestone, ReportCase
from rehab.queries.report_asked import By
from rehab.queries.report_pictures import milestone_picture
from tests.rehab.charts.reading import parts


def case(group: str, *, day: int | None = None) -> ReportCase:
    reached = {} if day is None else {Milestone.STAGE_4: day}
    return ReportCase(group=group, days_watched=100, is_closed=False, reached=reached)


def test_a_group_keeps_its_line_where_everybodys_may_not_be_told() -> None:
    """Three of the midportion group have reached it, which everybody's count would give back."""
    cases = [*(case("MIDPORTION", day=50) for _ in range(3)), *(case("MIDPORTION") for _ in range(20))]
    cases += [case("INSERTIONAL") for _ in range(20)]
    found = report(cases, [])
    assert found is not None
    assert [line.is_shown for line in found.milestones[Milestone.STAGE_4]] == [False, False, True]
    picture = milestone_picture(Milestone.STAGE_4, found, By.TYPE)
    drawn = {kind: parts(picture.chart, f"reached {kind}")[0].get("d") for kind in ("c-all", "c-1", "c-2")}
    assert not drawn["c-all"] and not drawn["c-1"] and drawn["c-2"]
    assert [key.label for key in picture.legend] == ["Everybody", "Mid-portion", "Insertional"]
