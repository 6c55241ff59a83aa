"""The worklist's sparkline and set strip, and the runner's week."""

import gzip

import pytest

from rehab.charts import CaseChart, DaySets, RunMark, SideLine, set_strip, sparkline, week_strip
from tests.rehab.charts import examples
from tests.rehab.charts.reading import parts, read, words


def week(*pain: int | None, runs: tuple[RunMark, ...] = ()) -> CaseChart:
    return CaseChart(tuple(examples.day(77 + i) for i in range(len(pain))), (SideLine("left", pain),), runs)


def test_the_sparkline_ends_in_a_dot_on_the_newest_answer():
    (dot,) = parts(sparkline([1, 2, 5, None]), "day")
    assert dot.get("class") == "day over"
    assert int(dot.get("cx")) < 141  # today is unanswered: the dot stays on the day it was said


@pytest.mark.parametrize(("pain", "kind"), [(2, "day"), (3, "day over")])
def test_the_dot_is_over_from_the_limit_on(pain, kind):
    assert parts(sparkline([pain]), "day")[0].get("class") == kind


def test_the_sparkline_breaks_where_a_day_is_missing():
    markup = sparkline([2, 2, None, 3, 3])
    assert parts(markup, "pain-line")[0].get("d").count("M") == 2
    assert len(parts(markup, "missing")) == 1
    assert "1 without an answer" in markup


@pytest.mark.parametrize("values", [[], [None] * 28])
def test_an_empty_sparkline_shows_the_limit_alone(values):
    markup = sparkline(values)
    assert [node.get("class") for node in read(markup)] == ["limit"]
    assert "no answers" in markup


def test_the_sparkline_keeps_the_last_28_days():
    assert sparkline([9] * 10 + [1] * 28) == sparkline([1] * 28)


def test_two_hundred_rows_of_pictures_stay_light():
    rows = "".join(
        sparkline(examples.LEFT[i % 40 : i % 40 + 28])
        + set_strip(examples.sets(3 + i % 5)[i % 60 : i % 60 + 14])
        for i in range(200)
    )
    assert len(gzip.compress(rows.encode())) < 13_000


def test_the_line_is_drawn_step_by_step_through_every_answer():
    (line,) = parts(sparkline([2, 2, 3, 1, 1]), "pain-line")
    assert line.get("d") == "M121 35h5l5-4l5 8h5"


def test_the_set_strip_counts_what_was_asked_for():
    markup = set_strip([DaySets(am=True, pm=False), DaySets(am=True, pm=None)])
    assert read(markup).get("aria-label") == "2 of 3 sessions done in 2 days"
    assert parts(markup, "sets-yes")[0].get("d") == "M0 3.5h16M0 12.5h7"  # asked: two mornings, an evening
    assert parts(markup, "sets-no")[0].get("d") == "M0 12.5h7"  # and over it the evening not done


def test_missed_sessions_in_a_row_are_one_stretch():
    days = [DaySets(am=True, pm=None), *[DaySets(am=False, pm=None)] * 2, DaySets(am=True, pm=None)]
    markup = set_strip(days)
    assert parts(markup, "sets-no")[0].get("d") == "M9 3.5h16"


def test_a_set_strip_with_nothing_asked_says_so():
    assert "No sessions asked for" in set_strip([DaySets(am=None, pm=None)])
    assert "No sessions asked for" in set_strip([])


def test_the_week_says_its_values_and_its_limit():
    name = read(week_strip(examples.well())).get("aria-label")
    assert name.startswith("Your last 7 days: morning pain 2, 2, 1, 2, 1, no answer, 1.")
    assert name.endswith("Your limit is 3.")


def test_the_week_names_its_days_and_runs():
    said = words(week_strip(examples.one_side()))
    assert "Your limit, 3" in said
    assert "ran, 5" in said
    assert len(parts(week_strip(examples.one_side()), "run over")) == 1


def test_an_unscored_run_in_the_week_has_no_number():
    markup = week_strip(week(1, 1, 1, runs=(RunMark(examples.day(78), None, 20, settled=None),)))
    assert "ran " in words(markup) + " "
    assert "ran," not in words(markup)
    assert len(parts(markup, "run unscored")) == 1


def test_the_highest_pain_stays_inside_the_week():
    tree = read(week_strip(week(10, 10, 10, runs=(RunMark(examples.day(77), 10, 5, settled=False),))))
    assert all(float(node.get("cy")) >= 4 for node in tree.iter("circle"))


def test_two_sides_show_the_worse_one_and_say_which():
    assert "left side, the worse one" in week_strip(examples.two_sides())


def test_a_week_without_reports_says_so():
    assert words(week_strip(examples.nothing())) == "No reports yet"


def test_the_pictures_are_printed_by_templates_as_they_are():
    assert sparkline([1]).__html__() is not None
    assert not hasattr("<b>" + sparkline([1]), "__html__")  # joined with plain text it is plain text again
