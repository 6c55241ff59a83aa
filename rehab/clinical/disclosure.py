"""Small counts in a report: no figure is about fewer than five people, and no total gives one back.

Groups that are too small are put together (`pool`). Within them a count from 1 to 4 is hidden, and with it as
many others as are needed so that it cannot be worked out from the totals of rows and columns (`protect`).
A hidden cell can be worked out exactly when it is a bridge of the graph whose nodes are the rows and columns
and whose edges are the hidden cells (Gusfield 1988).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

FEW = 5


class Hidden(Enum):
    FEW = "fewer than 5"
    TO_PROTECT = "not shown"  # would give a small one back


Cell = int | Hidden
Place = tuple[int, int]  # row, column


def pool(sizes: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """The names in groups of at least five, largest first; a small one joins others. () when all are few."""
    sized = {name: size for name, size in sizes.items() if size > 0}
    if sum(sized.values()) < FEW:
        return ()
    rising = sorted(sized, key=lambda name: (sized[name], name))
    together = [name for name in rising if sized[name] < FEW]
    others = [name for name in rising if sized[name] >= FEW]
    while together and sum(sized[name] for name in together) < FEW:
        together.append(others.pop(0))
    groups = [(name,) for name in others] + ([tuple(sorted(together))] if together else [])
    return tuple(sorted(groups, key=lambda group: (-sum(sized[name] for name in group), group)))


def protect(rows: Sequence[Sequence[int]]) -> tuple[tuple[Cell, ...], ...]:
    """The rows, below them the sums of their columns, with what has to be hidden. Row totals may be shown.

    A single row is its own sum and is given back once.
    """
    counts = [list(row) for row in rows]
    if len(counts) > 1:
        counts.append([sum(column) for column in zip(*counts, strict=True)])
    small = {(r, c) for r, row in enumerate(counts) for c, count in enumerate(row) if 0 < count < FEW}
    hidden = _widened(small, counts)
    return tuple(
        tuple(
            Hidden.FEW if (r, c) in small else Hidden.TO_PROTECT if (r, c) in hidden else count
            for c, count in enumerate(row)
        )
        for r, row in enumerate(counts)
    )


def _widened(small: set[Place], counts: list[list[int]]) -> set[Place]:
    """The small cells and those that protect them. Each turn hides one more, so it ends."""
    hidden = set(small)
    while True:
        exposed = [line for line in _lines(counts) if _gives_back(line, hidden, counts)]
        bridged = [_row_of(place, counts) for place in _bridges(hidden, counts)]
        more = [place for line in exposed or bridged for place in line if place not in hidden]
        more = more or [place for line in bridged for place in line if place not in hidden]
        if not more:
            return hidden
        hidden.add(min(more, key=lambda place: _cost(place, more.count(place), counts)))


def _cost(place: Place, mends: int, counts: list[list[int]]) -> tuple[bool | int, ...]:
    """First what mends most lines at once, then the smallest count; a zero last, for it protects little."""
    count = _count(place, counts)
    return (-mends, not count, count, *place)


def _count(place: Place, counts: list[list[int]]) -> int:
    return counts[place[0]][place[1]]


def _lines(counts: list[list[int]]) -> list[list[Place]]:
    """Whatever adds up to a total that is shown or known: each row, and among the groups each column."""
    width, height = len(counts[0]) if counts else 0, len(counts)
    rows = [[(r, c) for c in range(width)] for r in range(height)]
    columns = [[(r, c) for r in range(height)] for c in range(width)] if height > 1 else []
    return rows + columns


def _row_of(place: Place, counts: list[list[int]]) -> list[Place]:
    return _lines(counts)[place[0]]


def _gives_back(line: list[Place], hidden: set[Place], counts: list[list[int]]) -> bool:
    """One hidden cell alone is the total less the rest; a few that sum to less than five are no better."""
    here = [place for place in line if place in hidden]
    if len(here) < 2:
        return bool(here)
    is_column = line[0][1] == line[-1][1]
    if is_column and line[-1] in hidden:
        return False  # what they sum to is hidden too
    return sum(_count(place, counts) for place in here) < FEW


def _bridges(hidden: set[Place], counts: list[list[int]]) -> list[Place]:
    """Hidden cells whose row and column hang together by that cell alone."""
    if len(counts) < 2:
        return []  # one row alone has no columns that add up
    return [place for place in sorted(hidden) if not _joined(place, hidden - {place})]


def _joined(place: Place, others: set[Place]) -> bool:
    """Whether the row and the column of a cell are connected through the other hidden cells."""
    rows, columns = {place[0]}, set[int]()
    while True:
        found = {c for r, c in others if r in rows} - columns
        columns |= found
        more = {r for r, c in others if c in columns} - rows
        rows |= more
        if place[1] in columns:
            return True
        if not found and not more:
            return False
