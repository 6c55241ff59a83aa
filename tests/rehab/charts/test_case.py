"""The case picture: what is drawn, what is left out, what it says to those who do not see it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from rehab.charts import (
    CaseChart,
    CauseMark,
    DaySets,
    RunMark,
    SideLine,
    StageBand,
    case_chart,
    case_chart_mid,
    case_chart_narrow,
)
from tests.rehab.charts import examples
from tests.rehab.charts.reading import parts, read, words

SIZES = (case_chart, case_chart_mid, case_chart_narrow)


def short(*pain: int | None, runs: tuple[RunMark, ...] = (), **more: object) -> CaseChart:
    days = tuple(examples.day(index) for index in range(len(pain)))
    return CaseChart(days, (SideLine("left", pain),), runs, **more)


@pytest.mark.parametrize("draw", SIZES)
def test_it_is_well_formed_named_and_described(draw):
    tree = read(draw(examples.one_side()))
    title, text = tree.find("title"), tree.find("desc")
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == title.get("id")
    assert tree.get("aria-describedby") == text.get("id")
    assert title.text.startswith("Morning pain, runs and stage")
    assert "is now 4 out of 10" in text.text


def test_the_sizes_may_stand_on_one_page():
    one, two = examples.one_side(), examples.two_sides()
    markup = "".join([*(draw(one) for draw in SIZES), *(draw(two, key="other") for draw in SIZES)])
    found = re.findall(r' id="([^"]+)"', markup)
    assert len(found) == len(set(found)) == 12


@pytest.mark.parametrize("draw", SIZES)
def test_it_carries_no_colour_and_no_style(draw):
    markup = draw(examples.two_sides())
    assert not re.search(r'style=|fill="|stroke="|#[0-9a-f]{3}', markup)


@pytest.mark.parametrize("draw", SIZES)
def test_the_same_case_gives_the_same_picture(draw):
    assert draw(examples.two_sides()) == draw(examples.two_sides())


def test_the_narrow_picture_holds_28_days():
    assert "26 Oct to 22 Nov" in case_chart_narrow(examples.one_side())


def test_weeks_cut_the_picture():
    assert "9 Nov to 22 Nov" in case_chart(examples.one_side(), weeks=2)


@pytest.mark.parametrize("draw", SIZES)
def test_nothing_reported_is_said_not_drawn(draw):
    markup = draw(examples.nothing())
    assert words(markup) == "No reports yet"
    assert not parts(markup, "pain-line")


def test_days_without_any_answer_draw_no_line():
    markup = case_chart(short(None, None, None))
    assert not parts(markup, "pain-line")
    assert not parts(markup, "missing")
    assert "no answers" in markup


def test_a_missing_day_breaks_the_line_and_is_dotted():
    markup = case_chart(short(2, 2, None, 2, 2))
    (line,) = parts(markup, "pain-line")
    (dotted,) = parts(markup, "missing")
    assert line.get("d").count("M") == 2
    assert dotted.get("d").count("M") == 1
    assert "1 day without an answer" in markup


def test_a_missing_day_is_never_drawn_as_zero():
    markup = case_chart(short(2, None, 2))
    assert "254" not in parts(markup, "missing")[0].get("d").split()
    assert {node.get("cy") for node in parts(markup, "day")} == {"210"}


def test_a_zero_is_drawn_on_the_axis():
    (line,) = parts(case_chart(short(0, 0)), "pain-line")
    assert line.get("d").count("254") == 2


def test_a_single_answer_between_holes_is_a_dot():
    assert len(parts(case_chart(short(None, 2, None)), "day")) == 1


@pytest.mark.parametrize(
    ("pain", "filled"), [((3, 3, 3), False), ((3, 4, 3), True), ((2, 1, 0), False), ((4, 4), True)]
)
def test_only_what_lies_above_the_limit_is_filled(pain, filled):
    assert bool(parts(case_chart(short(*pain)), "above")) is filled


@pytest.mark.parametrize(("pain", "over"), [(2, False), (3, True), (4, True)])
def test_a_run_at_the_limit_is_a_solid_triangle(pain, over):
    markup = case_chart(short(1, 1, 1, runs=(RunMark(examples.day(1), pain, 20, settled=True),)))
    (mark,) = parts(markup, "run")
    assert (mark.tag == "path") is over
    assert (mark.tag == "circle") is not over
    assert len(parts(markup, "stem")) == 1


def test_a_moved_limit_moves_the_triangle():
    run = RunMark(examples.day(1), 3, 20, settled=True)
    (mark,) = parts(case_chart(replace(short(1, 1, runs=(run,)), limit=4)), "run")
    assert mark.tag == "circle"


@pytest.mark.parametrize(("settled", "tails"), [(True, 0), (None, 0), (False, 1)])
def test_only_a_tendon_known_to_be_up_at_24_h_has_a_tail(settled, tails):
    markup = case_chart(short(1, 1, 1, runs=(RunMark(examples.day(0), 2, 20, settled=settled, after=3),)))
    assert len(parts(markup, "tail")) == tails


def test_an_unscored_run_is_dashed_and_has_no_stem():
    markup = case_chart(short(1, 1, runs=(RunMark(examples.day(0), None, 20, settled=None),)))
    assert len(parts(markup, "run unscored")) == 1
    assert not parts(markup, "stem")
    assert "worst pain no answer, 24 h check not answered" in markup


def test_a_dropped_stage_has_a_dotted_edge_and_an_arrow():
    markup = case_chart(examples.one_side())
    assert len(parts(markup, "drop")) == 1
    assert "↓ 2" in words(markup)


def test_a_stage_that_began_before_the_picture_has_no_edge_in_it():
    markup = case_chart_narrow(examples.one_side())
    assert not parts(markup, "drop")
    assert len(parts(markup, "edge")) == 1


def test_a_short_stage_loses_its_words_before_it_covers_the_next():
    days = tuple(examples.day(index) for index in range(84))
    bands = (
        StageBand(days[0], days[1], 2, "Walk–run"),
        StageBand(days[2], days[83], 3, "20–25 min"),
    )
    said = words(case_chart(CaseChart(days, (SideLine("left", (1,) * 84),), stages=bands)))
    assert "Walk–run" not in said
    assert "20–25 min" in said


def test_sets_not_asked_for_are_not_drawn_as_missed():
    sets = (DaySets(am=True, pm=None), DaySets(am=False, pm=None))
    markup = case_chart(short(1, 1, sets=sets))
    (done,), (missed,) = parts(markup, "set-yes"), parts(markup, "set-no")
    assert done.get("d").count("M") == missed.get("d").count("M") == 1


def test_a_cause_is_marked_and_named():
    markup = case_chart(short(*[1] * 60, causes=(CauseMark(examples.day(3), "New shoes"),)))
    assert len(parts(markup, "cause")) == 1
    assert "New shoes" in words(markup)


def test_causes_of_one_day_share_a_mark_and_no_name_runs_over_the_next_mark():
    days = {3: "Long run", 4: "New shoes", 20: "First hills"}
    causes = tuple(CauseMark(examples.day(day), label) for day, label in days.items())
    markup = case_chart(short(*[1] * 60, causes=(*causes, CauseMark(examples.day(20), "First speed"))))
    assert len(parts(markup, "cause")) == 3
    assert ">Long run</text>" not in markup  # the next mark stands too near
    assert ">New shoes</text>" in markup
    assert ">First hills, First speed</text>" in markup


def test_two_sides_are_both_drawn_and_named_with_the_worse_one_heavy():
    markup = case_chart(examples.two_sides())
    heavy = [node for node in parts(markup, "pain-line") if "other" not in node.get("class")]
    assert len(heavy) == 1
    assert len(parts(markup, "pain-line other")) == 1
    named = [node for node in parts(markup, "strong") if node.text == "left"]
    assert len(named) == 1
    assert "right" in words(markup)


def test_one_side_is_not_named_on_the_picture():
    assert "left" not in words(case_chart(examples.one_side()))


@pytest.mark.parametrize("draw", SIZES)
def test_text_is_escaped_everywhere(draw):
    evil = '<script>alert("x")</script>&'
    case = replace(
        examples.two_sides(),
        sides=(SideLine(evil, examples.LEFT), SideLine("right", examples.RIGHT)),
        causes=(CauseMark(examples.day(70), evil),),
        stages=(StageBand(examples.day(0), examples.day(83), 4, evil),),
    )
    markup = draw(case, key='k"><script>')
    assert "<script" not in markup
    assert read(markup).get("aria-labelledby").startswith('k"><script>')


def test_values_out_of_range_are_refused():
    with pytest.raises(ValueError, match="0 to 10"):
        short(11)
    with pytest.raises(ValueError, match="0 to 10"):
        short(1, runs=(RunMark(examples.day(0), -1, 20, settled=None),))


def test_days_with_a_hole_are_refused():
    days = (examples.day(0), examples.day(0) + timedelta(days=2))
    with pytest.raises(ValueError, match="follow each other"):
        CaseChart(days, (SideLine("left", (1, 1)),))


def test_lists_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="every day"):
        CaseChart((examples.day(0),), (SideLine("left", (1, 1)),))
    with pytest.raises(ValueError, match="Sets"):
        short(1, 1, sets=(DaySets(am=True, pm=True),))
