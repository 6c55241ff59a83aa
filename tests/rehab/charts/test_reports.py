"""The pictures of a report say what the table says, and never what is hidden."""

from rehab.charts.reports import Bar, Range, Reached, range_chart, reached_chart, reached_legend, share_chart
from tests.rehab.charts.reading import parts, read, words


def name_of(markup: str) -> str:
    return read(markup).get("aria-label") or ""


def test_the_curve_goes_in_steps_from_week_to_week():
    markup = reached_chart([Reached("Everybody", (0.0, 0.5, 0.5, 1.0, 1.0))], name="Stage 4")
    (line,) = parts(markup, "reached c-all")
    d = line.get("d")
    assert d.startswith("M30 132")  # nobody at first: on the floor
    assert d.endswith("H320V12")  # all of them: at the top, at the right edge
    assert d.count("V72") == 2  # half
    assert name_of(markup) == "Stage 4, percent reached. Everybody: 100 % by week 4."


def test_each_group_has_a_line_of_its_own_kind_and_a_legend_in_the_same_order():
    lines = [Reached(name, (0.0, 0.1 * place)) for place, name in enumerate(("Everybody", "A", "B"), start=1)]
    markup = reached_chart(lines, name="Stage 4")
    assert all(len(parts(markup, f"reached {kind}")) == 1 for kind in ("c-all", "c-1", "c-2"))
    legend = reached_legend([line.label for line in lines])
    assert [key.label for key in legend] == ["Everybody", "A", "B"]
    assert "c-2" in legend[2].picture


def test_no_more_than_five_lines_are_drawn():
    markup = reached_chart([Reached(str(number), (0.0, 0.5)) for number in range(8)], name="x")
    assert len(parts(markup, "reached")) == 5


def test_a_picture_without_any_line_says_that_it_is_not_shown():
    assert "not shown" in words(reached_chart([], name="Stage 4"))
    assert "not shown" in words(reached_chart([Reached("Everybody", (None, None))], name="Stage 4"))
    assert "not shown" not in words(reached_chart([Reached("Everybody", (0.0, None))], name="Stage 4"))


def test_a_share_that_may_not_be_told_has_an_empty_dashed_bar():
    markup = share_chart([Bar("Everybody", 0.5, "50 %"), Bar("A", None, "fewer than 5")], name="Stalled")
    assert [float(bar.get("width")) for bar in parts(markup, "bar-week")] == [162.5]
    assert len(parts(markup, "bar-none")) == 1
    assert "fewer than 5" in words(markup)
    assert name_of(markup) == "Stalled. Everybody: 50 %; A: fewer than 5."


def test_nobody_is_a_bar_without_length_and_not_a_hidden_one():
    markup = share_chart([Bar("Everybody", 0.0, "0 %")], name="Stalled")
    assert not parts(markup, "bar-week")
    assert not parts(markup, "bar-none")


def test_quartiles_are_a_line_with_a_dot_and_no_change_is_always_on_the_axis():
    ranges = [Range("under 40 %", None, "fewer than 5"), Range("80 %", (5.0, 10.0, 20.0), "+10 (+5 to +20)")]
    markup = range_chart(ranges, name="VISA-A", unit="points")
    (dot,) = parts(markup, "day")
    assert float(dot.get("cx")) == 163  # half of 0 to 20
    assert len(parts(markup, "wide")) == 1
    assert "no change" in words(markup)


def test_a_change_for_the_worse_moves_the_axis():
    markup = range_chart([Range("80 %", (-12.0, -3.0, 4.0), "-3 (-12 to +4)")], name="VISA-A", unit="points")
    (edge,) = parts(markup, "edge")
    assert edge.get("d").startswith("M215.3")  # no change, between -20 and 10


def test_words_from_the_clinic_are_escaped():
    assert "<b>" not in share_chart([Bar("<b>", None, "<b>")], name="<b>")
