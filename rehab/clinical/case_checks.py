"""What has to hold in a case beyond the types: ranges, ids, corrections, sides, zones and thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rehab.clinical.history import Entry, History, Plan
from rehab.clinical.local_time import zone
from rehab.clinical.thresholds import faults

# Inclusive, by field name, wherever it appears.
RANGES: dict[str, tuple[float, float]] = {
    "pain": (0, 10),
    "usual_pain": (0, 10),
    "worst_pain": (0, 10),
    "minutes": (1, 600),
    "longest_block_minutes": (1, 600),
    "distance_m": (0, 200_000),
    "shoe_drop_mm": (-5, 30),
    "stiffness_minutes": (0, 1440),
    "reps": (0, 200),
    "load_kg": (0, 300),
    "lowering_s": (0, 60),
    "sets": (0, 20),
    "start_sets": (0, 20),
    "sessions_per_day": (0, 6),
    "days_per_week": (1, 7),
    "stage": (1, 8),
    "from_stage": (1, 8),
    "to_stage": (1, 8),
    "reference_week_minutes": (1, 3000),
    "pre_injury_week_m": (0, 400_000),
    "value": (-1000, 1000),
}

Found = Iterator[tuple[str, str]]


def check_history(history: History) -> Found:
    """Every fault of a history, with its JSON path."""
    try:
        zone(history.time_zone)
    except ValueError as error:
        yield "$.history.time_zone", str(error)
    yield from _ids(history)
    yield from _cycles(history)


def _groups(history: History) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    return (
        ("runs", history.runs),
        ("reports", history.reports),
        ("sessions", history.sessions),
        ("red_flags", history.red_flags),
        ("assessed_red_flags", history.assessed_red_flags),
    )


def _ids(history: History) -> Found:
    """A repeated entry is harmless; two different entries with one id are not."""
    seen: dict[str, Entry] = {}
    for name, entries in _groups(history):
        for index, entry in enumerate(entries):
            first = seen.setdefault(entry.id, entry)
            if first != entry:
                yield f"$.history.{name}[{index}].id", f"{entry.id!r} is already the id of another entry."


def _cycles(history: History) -> Found:
    entries = {entry.id: entry for entry in chain.from_iterable(group for _, group in _groups(history))}
    for name, group in _groups(history):
        for index, entry in enumerate(group):
            path = f"$.history.{name}[{index}].supersedes"
            if entry.supersedes is None:
                continue
            target = entries.get(entry.supersedes)
            if target is not None and type(target) is not type(entry):
                yield path, "must name an entry of the same kind."
            seen = {entry.id}
            while target is not None:
                if target.id in seen:
                    yield path, "leads back to the entry itself."
                    break
                seen.add(target.id)
                target = entries.get(target.supersedes) if target.supersedes else None


def check_plan(plan: Plan) -> Found:
    """Every fault of a plan, with its JSON path."""
    if not plan.sides:
        yield "$.plan.sides", "must name at least one side."
    if len(set(plan.sides)) != len(plan.sides):
        yield "$.plan.sides", "names a side twice."
    for code, says in faults(plan.thresholds):
        yield f"$.plan.thresholds.{code}", says
    for index, version in enumerate(plan.threshold_versions):
        for code, says in faults(version.thresholds):
            yield f"$.plan.threshold_versions[{index}].thresholds.{code}", says
    for index, one in enumerate(plan.tendon_plans):
        path = f"$.plan.tendon_plans[{index}]"
        if one.side not in plan.sides:
            yield f"{path}.side", f"{one.side} is not an affected side."
        if one.ends_on is not None and one.ends_on < one.starts_on:
            yield f"{path}.ends_on", "lies before starts_on."
        for code, says in faults(one.thresholds):
            yield f"{path}.thresholds.{code}", says
