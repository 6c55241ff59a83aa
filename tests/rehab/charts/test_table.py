"""The table under the picture."""

from rehab.charts import chart_table
from tests.rehab.charts import examples


def row(table, day: str) -> dict[str, str]:
    return next(dict(zip(table.head, cells, strict=True)) for cells in table.rows if cells[0] == day)


def test_the_newest_day_comes_first():
    table = chart_table(examples.one_side())
    assert [cells[0] for cells in table.rows[:2]] == ["Sun 22 Nov", "Sat 21 Nov"]
    assert len(table.rows) == 84


def test_a_day_holds_everything_the_picture_shows():
    table = chart_table(examples.one_side())
    friday = row(table, "Fri 20 Nov")
    assert friday["Morning pain"] == "2/10"
    assert friday["Stage"] == "4 30–35 min"
    assert friday["Run"] == "32 min, worst pain 5/10, still 4/10 after 24 h"
    assert row(table, "Thu 5 Nov")["Also"] == "New shoes"
    assert row(table, "Fri 9 Oct")["Stage"] == "2 Walk–run, stepped back"


def test_a_missing_answer_is_words_and_a_zero_is_a_number():
    table = chart_table(examples.one_side())
    assert row(table, "Mon 7 Sep")["Morning pain"] == "no answer"
    assert "worst pain 0/10" in row(table, "Tue 3 Nov")["Run"]
    assert "worst pain no answer, 24 h check not answered" in row(table, "Wed 18 Nov")["Run"]


def test_each_side_has_its_column():
    table = chart_table(examples.two_sides())
    assert table.head[1:3] == ("Morning pain, right", "Morning pain, left")


def test_no_days_no_rows():
    assert chart_table(examples.nothing()).rows == ()
