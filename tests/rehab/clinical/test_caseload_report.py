"""The report's arithmetic, against caseloads worked by hand."""

import pytest

from rehab.clinical.caseload_report import Quartiles, band_of, report
from rehab.clinical.disclosure import Hidden
from rehab.clinical.milestones import When
from rehab.clinical.report_case import Milestone, ReportCase, ScoreTaken, gain, percent_done


def case(group="A", *, days=100, closed=False, reached=None, **fields) -> ReportCase:
    return ReportCase(group=group, days_watched=days, is_closed=closed, reached=reached or {}, **fields)


def runs(*days: int, **fields) -> list[ReportCase]:
    return [case(reached={Milestone.FIRST_RUN: day}, **fields) for day in days]


def test_fewer_than_five_cases_tell_nothing():
    assert report([case() for _ in range(4)], []) is None
    assert report([case() for _ in range(5)], []) is not None


def test_the_quarters_are_counted_with_those_who_are_not_there_yet():
    """Twenty cases: fifteen reach it, three a week from day 7 to day 35; five are watched on day 100."""
    found = report([*runs(*[7, 14, 21, 28, 35] * 3), *[case() for _ in range(5)]], [])
    (line,) = found.milestones[Milestone.FIRST_RUN]
    assert (line.reached, line.closed_before, line.not_yet) == (15, 0, 5)
    assert line.quarters == (When(14), When(28), When(35))
    assert line.weekly[:6] == (0, None, 0.3, 0.45, 0.6, 0.75)  # three in the first week: not told
    assert len(line.weekly) == 100 // 7 + 1
    assert line.at_risk[:3] == (20, 11, 5)


@pytest.mark.parametrize("reached", [1, 4, 16, 19])
def test_a_share_never_gives_a_hidden_count_back(reached: int) -> None:
    """One of six, fewer than five, is 17 % on every week of the curve."""
    found = report([*runs(*[10] * reached), *[case() for _ in range(20 - reached)]], [])
    (line,) = found.milestones[Milestone.FIRST_RUN]
    assert isinstance(line.reached, Hidden)
    assert (line.is_shown, line.weekly, line.quarters) == (False, (), (When(None, not_shown=True),) * 3)


def test_nor_do_the_shares_of_all_and_of_the_other_group():
    """Of B four by week 2: their share is not told, nor what would give it back with the sum."""
    a, b = runs(*[10] * 12, *[20] * 8), runs(*[10] * 4, *[40] * 6, group="B")
    lines = {line.group: line.weekly[2] for line in report(a + b, []).milestones[Milestone.FIRST_RUN]}
    assert lines[("B",)] is None
    assert [share is None for share in lines.values()].count(True) >= 2


def test_who_is_still_watched_is_protected_too():
    found = report([*[case(days=20) for _ in range(3)], *[case(days=200) for _ in range(9)]], [])
    (line,) = found.milestones[Milestone.FIRST_RUN]
    assert line.at_risk[:2] == (12, Hidden.TO_PROTECT)  # nine, and three no longer


def test_a_quarter_that_is_not_reached_is_not_yet():
    found = report([*runs(*[7] * 5), *[case() for _ in range(20)]], [])  # a fifth
    (line,) = found.milestones[Milestone.FIRST_RUN]
    assert line.quarters == (When(None), When(None), When(None))


def test_a_case_closed_without_it_stays_among_the_cases():
    """Of twenty, ten are closed on day 3; of the ten left five reach it on day 7 and five on day 14."""
    cases = [*runs(*[7] * 5, *[14] * 5), *[case(days=3, closed=True) for _ in range(10)]]
    (line,) = report(cases, []).milestones[Milestone.FIRST_RUN]
    assert (line.reached, line.closed_before, line.not_yet) == (10, 10, 0)
    assert line.weekly == pytest.approx((0, 0.25, 0.5))
    assert line.quarters == (When(7), When(14), When(None))


def test_the_curve_ends_where_fewer_than_five_are_watched():
    """Of nine, five reach it on day 8: from then on four are watched, so week 2 is not told."""
    (line,) = report(runs(*[8] * 5, *[20] * 4), []).milestones[Milestone.FIRST_RUN]
    assert line.weekly == (0, 0)
    assert line.quarters == (When(None, not_shown=True), When(None, not_shown=True), When(None, too_few=True))


def test_everybody_comes_first_and_then_each_group():
    found = report([case("A") for _ in range(6)] + [case("B", quiet=True) for _ in range(7)], [])
    assert found.groups == (("B",), ("A",))
    assert [(line.group, line.cases, line.yes) for line in found.quiet] == [
        ((), 13, 7),
        (("B",), 7, 7),
        (("A",), 6, 0),
    ]


def test_stalled_leaves_out_those_whose_first_look_is_not_due():
    cases = [case(days=55), *[case(days=56) for _ in range(5)]]
    cases += [case(days=90, stalled=True) for _ in range(6)] + [case(days=10) for _ in range(4)]
    (line,) = report(cases, []).stalled
    assert (line.yes, line.no, line.too_early) == (6, 5, 5)


@pytest.mark.parametrize(
    ("percent", "band"),
    [(0, 0), (39, 0), (40, 1), (59, 1), (60, 2), (79, 2), (80, 3), (100, 3), (None, None)],
)
def test_the_bands_of_dose(percent, band):
    assert band_of(percent) == band


@pytest.mark.parametrize(
    ("done", "asked", "percent"),
    [(0, 0, None), (0, 100, 0), (599, 1000, 59), (600, 1000, 60), (1200, 1000, 100)],
)
def test_dose_is_rounded_down_and_at_most_all_of_it(done, asked, percent):
    assert percent_done(done, asked) == percent


def test_quartiles_of_the_change_in_each_band():
    """Five who did under 40 %: 0 2 4 6 8; six at 80 % and more: 10 to 20; one whose change is not known."""
    low = [case(dose_percent=20, gains={"VISA_A": gain}) for gain in (0, 2, 4, 6, 8)]
    high = [case(dose_percent=90, gains={"VISA_A": gain}) for gain in (10, 12, 14, 16, 18, 20)]
    unknown = [case(dose_percent=90) for _ in range(5)]
    (line,) = report(low + high + unknown, ["VISA_A"]).outcomes["VISA_A"]
    assert [cell.cases for cell in line.bands] == [5, 0, 0, 6]
    assert line.unknown == 5
    assert line.bands[0].gain == Quartiles(2.0, 4.0, 6.0)
    assert line.bands[3].gain == Quartiles(12.5, 15.0, 17.5)
    assert line.bands[1].gain is None


def test_a_band_of_four_tells_neither_its_count_nor_its_change():
    few = [case(dose_percent=20, gains={"VISA_A": 3.0}) for _ in range(4)]
    many = [case(dose_percent=90, gains={"VISA_A": 9.0}) for _ in range(9)]
    more = [case(dose_percent=50, gains={"VISA_A": 9.0}) for _ in range(7)]
    (line,) = report(few + many + more, ["VISA_A"]).outcomes["VISA_A"]
    assert [cell.cases for cell in line.bands] == [Hidden.FEW, Hidden.TO_PROTECT, 0, 9]
    assert line.bands[0].gain is line.bands[1].gain is None


def taken(*told: tuple[int, float], tendon="L") -> list[ScoreTaken]:
    return [ScoreTaken(tendon, day, value) for day, value in told]


@pytest.mark.parametrize(
    ("scores", "points"),
    [
        ([], None),
        (taken((0, 50)), None),
        (taken((0, 50), (41, 90)), None),
        (taken((0, 50), (42, 60)), 10),
        (taken((0, 50), (42, 60), (84, 72)), 22),
        (taken((3, 50), (84, 72), (116, 99)), 22),  # 113 days after the first is too late
        (taken((0, 50), (84, 44)), -6),
    ],
)
def test_the_change_is_to_the_last_score_six_to_sixteen_weeks_later(scores, points):
    assert gain(scores, higher_is_better=True) == points


def test_where_a_high_score_is_bad_a_fall_is_better():
    assert gain(taken((0, 60), (84, 40)), higher_is_better=False) == 20


def test_of_two_legs_the_one_that_was_worse_counts():
    left, right = taken((0, 40), (84, 45)), taken((0, 70), (84, 95), tendon="R")
    assert gain(left + right, higher_is_better=True) == 5
    assert gain(left + right, higher_is_better=False) == -25
