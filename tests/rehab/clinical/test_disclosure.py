"""Small counts: none is told, and none can be worked out from what is."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehab.clinical.disclosure import FEW, Hidden, pool, protect

FEWER, OTHER = Hidden.FEW, Hidden.TO_PROTECT


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ({"A": 4}, ()),
        ({"A": 2, "B": 2}, ()),
        ({"A": 5}, (("A",),)),
        ({"A": 9, "B": 5, "C": 0}, (("A",), ("B",))),
        ({"A": 30, "B": 3, "C": 2}, (("A",), ("B", "C"))),
        ({"A": 30, "B": 8, "C": 3}, (("A",), ("B", "C"))),  # C alone would be the total less the rest
        ({"A": 20, "B": 4}, (("A", "B"),)),
    ],
)
def test_groups_that_are_too_small_are_put_together(sizes, groups):
    assert pool(sizes) == groups


def test_without_small_counts_everything_is_told_with_the_sums_below():
    assert protect([[10, 0], [6, 7]]) == ((10, 0), (6, 7), (16, 7))


def test_one_row_alone_is_its_own_sum():
    assert protect([[10, 6]]) == ((10, 6),)


def test_in_a_row_the_second_smallest_goes_with_the_small_one():
    assert protect([[3, 20, 8]]) == ((FEWER, 20, OTHER),)


def test_two_small_ones_that_sum_to_less_than_five_take_a_third():
    assert protect([[1, 2, 20]]) == ((FEWER, FEWER, OTHER),)
    assert protect([[3, 2, 20]]) == ((FEWER, FEWER, 20),)


def test_the_column_does_not_give_back_what_the_row_hides():
    shown = protect([[3, 20, 9], [10, 11, 12]])
    assert shown[0][0] is FEWER
    assert sum(isinstance(cell, Hidden) for cell in (row[0] for row in shown)) >= 2


def recoverable(counts: list[list[int]], shown: tuple[tuple[int | Hidden, ...], ...]) -> bool:
    """By force: is there one hidden group cell that is the same in every table that fits what is told?"""
    cells = [
        (r, c) for r, row in enumerate(counts) for c in range(len(row)) if isinstance(shown[r][c], Hidden)
    ]
    if not cells:
        return False
    most = max(map(sum, counts))
    fitting = set()
    for guess in product(range(most + 1), repeat=len(cells)):
        table = [list(row) for row in counts]
        for (r, c), value in zip(cells, guess, strict=True):
            table[r][c] = value
        if [sum(row) for row in table] != [sum(row) for row in counts]:
            continue
        if len(counts) > 1:
            sums = [sum(column) for column in zip(*table, strict=True)]
            if any(
                isinstance(told, int) and told != found for told, found in zip(shown[-1], sums, strict=True)
            ):
                continue
        fitting.add(guess)
    return any(len({guess[place] for guess in fitting}) == 1 for place in range(len(cells)))


@pytest.mark.parametrize(
    "counts",
    [
        [[3, 2, 6]],
        [[1, 0, 9]],
        [[2, 6], [5, 7]],
        [[4, 6], [6, 0]],
        [[0, 7], [3, 6]],
        [[1, 7], [9, 1]],
        [[5, 1], [1, 5]],
    ],
)
def test_no_hidden_count_can_be_worked_out(counts):
    shown = protect(counts)
    assert any(isinstance(cell, Hidden) for row in shown for cell in row)
    assert not recoverable(counts, shown)


def test_the_guess_by_force_finds_a_count_that_is_not_protected():
    """The guard off: only the small one hidden."""
    assert recoverable([[3, 9]], ((FEWER, 9),))


CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine


@CALM
@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=n, max_size=n)
    )
)
def test_every_small_count_is_hidden_and_never_alone_in_its_line(counts):
    if any(sum(row) < FEW for row in counts):
        return
    shown = protect(counts)
    full = [*counts, [sum(column) for column in zip(*counts, strict=True)]]
    for r, row in enumerate(full):
        for c, count in enumerate(row):
            assert isinstance(shown[r][c], Hidden) or shown[r][c] == count
            assert not 0 < count < FEW or shown[r][c] is FEWER
    lines = [*shown, *zip(*shown, strict=True)]
    assert all(sum(isinstance(cell, Hidden) for cell in line) != 1 for line in lines)


def test_no_more_is_hidden_than_has_to_be():
    """The small one, its sum, and the two that protect both at once; the other group is told in full."""
    assert protect([[10, 0, 2], [6, 0, 0]]) == ((OTHER, 0, FEWER), (6, 0, 0), (OTHER, 0, FEWER))
