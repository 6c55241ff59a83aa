"""Stretches, gaps and what lies above the limit, as figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab.charts.lines import above, gaps, stretches

answers = st.lists(st.none() | st.integers(0, 10), max_size=40)


@pytest.mark.parametrize(
    ("stretch", "shapes"),
    [
        ([(0, 3), (1, 3)], []),
        ([(0, 2), (1, 4), (2, 2)], [[(0.5, 3), (1, 4), (1.5, 3)]]),
        ([(0, 5), (1, 5)], [[(0, 3), (0, 5), (1, 5), (1, 3)]]),
        ([(0, 3), (1, 5), (2, 3)], [[(0, 3), (1, 5), (2, 3)]]),
        ([(0, 4), (1, 2), (2, 4)], [[(0, 3), (0, 4), (0.5, 3)], [(1.5, 3), (2, 4), (2, 3)]]),
        ([(0, 9)], []),
    ],
)
def test_shapes_meet_the_limit_where_the_line_does(stretch, shapes):
    assert above(stretch, 3) == shapes


@given(answers)
def test_every_answer_is_in_exactly_one_stretch(values):
    told = [answer for part in stretches(values) for answer in part]
    assert told == [(index, value) for index, value in enumerate(values) if value is not None]


@given(answers)
def test_gaps_join_neighbouring_stretches_only(values):
    assert len(gaps(values)) == max(len(stretches(values)) - 1, 0)
    assert all(
        values[index] is None for (left, _), (right, _) in gaps(values) for index in range(left + 1, right)
    )


@given(answers, st.integers(1, 6))
def test_no_shape_dips_below_the_limit(values, limit):
    shapes = [shape for part in stretches(values) for shape in above(part, limit)]
    assert all(pain >= limit for shape in shapes for _, pain in shape)
    assert all(shape[0][1] == shape[-1][1] == limit for shape in shapes)
