"""From a row of answers to drawn pieces: unbroken stretches, the gaps between, what lies above the limit."""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
Answer = tuple[int, int]  # (day index, pain)


def stretches(values: Sequence[int | None]) -> list[list[Answer]]:
    """Runs of days that follow each other, each with its answer. A missing day ends a stretch."""
    found: list[list[Answer]] = []
    for index, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1][0] == index - 1:
            found[-1].append((index, value))
        else:
            found.append([(index, value)])
    return found


def gaps(values: Sequence[int | None]) -> list[tuple[Answer, Answer]]:
    """The last answer before and the first after each hole. Holes at either end join nothing: not drawn."""
    parts = stretches(values)
    return [(before[-1], after[0]) for before, after in pairwise(parts)]


def above(stretch: Sequence[Answer], limit: int) -> list[list[tuple[float, float]]]:
    """Closed shapes between the line and the limit wherever the line is above it, in (day, pain)."""
    shapes: list[list[tuple[float, float]]] = []
    current: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in pairwise(stretch):
        if y0 > limit and not current:
            current = [(x0, limit), (x0, y0)]
        crosses = (y0 - limit) * (y1 - limit) < 0
        meeting = x0 + (limit - y0) / (y1 - y0) if crosses else None
        if y0 <= limit < y1:
            current = [(meeting if meeting is not None else x0, limit)]
        if y1 > limit:
            current.append((x1, y1))
        elif current:
            current.append((meeting if meeting is not None else x1, limit))
            shapes.append(current)
            current = []
    if current:
        shapes.append([*current, (current[-1][0], limit)])
    return shapes
