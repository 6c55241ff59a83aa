"""The groups of a caseload report, and how many of each may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rehab.clinical.disclosure import Cell, pool, protect
from rehab.clinical.report_case import ReportCase

Kind = TypeVar("Kind", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group:
    """`names` (): everybody."""

    names: tuple[str, ...]
    members: tuple[ReportCase, ...]


def groups_of(cases: Sequence[ReportCase]) -> tuple[Group, ...]:
    """Every case in one group of five or more; () when there are fewer. One group alone is everybody."""
    pooled = pool(Counter(one.group for one in cases))
    if len(pooled) == 1:
        return (Group((), tuple(cases)),)
    return tuple(Group(names, tuple(one for one in cases if one.group in names)) for names in pooled)


def lines_of(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Everybody first, then each group."""
    if len(groups) == 1:
        return tuple(groups)
    everybody = Group((), tuple(one for group in groups for one in group.members))
    return (everybody, *groups)


def told(rows: Sequence[Sequence[int]]) -> list[tuple[Cell, ...]]:
    """The counts of each group as they may be shown, one row for each of `lines_of`."""
    shown = list(protect(rows))
    return [shown[-1], *shown[:-1]] if len(rows) > 1 else shown


def count(
    groups: Sequence[Group], kinds: Sequence[Kind], kind_of: Callable[[ReportCase], Kind]
) -> list[tuple[Cell, ...]]:
    """How many are of each kind, as it may be told, one row for each of `lines_of`."""
    found = [[kind_of(one) for one in group.members] for group in groups]
    return told([[row.count(kind) for kind in kinds] for row in found])
