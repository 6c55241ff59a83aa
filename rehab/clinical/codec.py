"""A case as plain JSON and back, so that anyone can replay a decision. The format: docs/case-format.md.

Reading collects every fault with its JSON path before it refuses; nothing is guessed and nothing is dropped.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from rehab.clinical.case_checks import RANGES, check_history, check_plan
from rehab.clinical.history import History, Plan

FORMAT = "plimsoll-case/1"


class Fault(NamedTuple):
    path: str  # JSON path, "$.history.runs[3].pain.LEFT"
    says: str


class MalformedCase(ValueError):
    """Everything that is wrong with a case, each with its path."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.path}: {fault.says}" for fault in faults))


# Writing


def encode(history: History, plan: Plan) -> dict[str, Any]:
    """The case as values that `json.dumps` takes. Fields at their default are left out."""
    return {"format": FORMAT, "history": plain(history, terse=True), "plan": plain(plan, terse=True)}


def plain(value: Any, *, terse: bool = False) -> Any:
    """Any frozen value of the rules as plain JSON values; times in UTC, sets sorted."""
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: plain(getattr(value, one.name), terse=terse)
            for one in fields(value)
            if not (terse and _is_default(value, one))
        }
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item, terse=terse) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(item, terse=terse) for item in value)
    if isinstance(value, tuple):
        return [plain(item, terse=terse) for item in value]
    return value


def _is_default(value: Any, one: Any) -> bool:
    if one.default is not MISSING:
        return bool(getattr(value, one.name) == one.default)
    return one.default_factory is not MISSING and getattr(value, one.name) == one.default_factory()


# Reading


def decode(data: Any) -> tuple[History, Plan]:
    """The case in `data`, as `json.loads` gave it. MalformedCase with every fault."""
    reader = _Reader()
    if not isinstance(data, dict):
        raise MalformedCase([Fault("$", "must be an object with format, history and plan.")])
    if data.get("format") != FORMAT:
        reader.fault("$.format", f"must be {FORMAT!r}; it is {data.get('format')!r}.")
    for key in data.keys() - {"format", "history", "plan"}:
        reader.fault(f"$.{key}", "is not part of the format.")
    history = reader.read(data.get("history"), History, "$.history")
    plan = reader.read(data.get("plan"), Plan, "$.plan")
    if isinstance(history, History):
        reader.faults.extend(Fault(path, says) for path, says in check_history(history))
    if isinstance(plan, Plan):
        reader.faults.extend(Fault(path, says) for path, says in check_plan(plan))
    if reader.faults:
        raise MalformedCase(sorted(set(reader.faults), key=lambda fault: fault.path))
    return history, plan


_BAD = object()


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


class _Reader:
    """Reads plain values by the types of the dataclasses, and notes every fault on the way."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, says: str) -> Any:
        self.faults.append(Fault(path, says))
        return _BAD

    def read(self, value: Any, kind: Any, path: str) -> Any:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            options = get_args(kind)
            if value is None and type(None) in options:
                return None
            return self.read(value, next(one for one in options if one is not type(None)), path)
        if origin is tuple:
            return self._list(value, get_args(kind)[0], path, tuple)
        if origin is frozenset:
            return self._list(value, get_args(kind)[0], path, frozenset)
        if origin is not None:
            return self._mapping(value, get_args(kind), path)
        if is_dataclass(kind):
            return self._object(value, kind, path)
        return self._scalar(value, kind, path)

    def _list(self, value: Any, kind: Any, path: str, make: Any) -> Any:
        if not isinstance(value, list):
            return self.fault(path, "must be a list.")
        items = [self.read(item, kind, f"{path}[{index}]") for index, item in enumerate(value)]
        return _BAD if any(item is _BAD for item in items) else make(items)

    def _mapping(self, value: Any, kinds: tuple[Any, ...], path: str) -> Any:
        if not isinstance(value, dict):
            return self.fault(path, "must be an object.")
        found = {}
        bad = False
        for key, item in value.items():
            name = self.read(key, kinds[0], f"{path}.{key}")
            inner = self.read(item, kinds[1], f"{path}.{key}")
            if inner is not _BAD and inner is not None:
                inner = self._in_range(inner, path.rsplit(".", 1)[-1], f"{path}.{key}")
            bad = bad or name is _BAD or inner is _BAD
            found[name] = inner
        return _BAD if bad else found

    def _object(self, value: Any, kind: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self.fault(path, "must be an object." if value is not None else "is missing.")
        hints = _hints(kind)
        names = {one.name: one for one in fields(kind)}
        for key in sorted(value.keys() - names.keys(), key=str):
            self.fault(f"{path}.{key}", "is not part of the format.")
        found: dict[str, Any] = {}
        for name, one in names.items():
            if name in value:
                inner = self.read(value[name], hints[name], f"{path}.{name}")
                if inner is not _BAD and isinstance(inner, (int, float)):
                    inner = self._in_range(inner, name, f"{path}.{name}")
                found[name] = inner
            elif one.default is MISSING and one.default_factory is MISSING:
                found[name] = self.fault(f"{path}.{name}", "is missing.")
        return _BAD if any(inner is _BAD for inner in found.values()) else kind(**found)

    def _in_range(self, value: Any, name: str, path: str) -> Any:
        low, high = RANGES.get(name, (None, None))
        if low is None or high is None or isinstance(value, (bool, str)) or low <= value <= high:
            return value
        return self.fault(path, f"must be {low} to {high}; {value} is not.")

    def _scalar(self, value: Any, kind: Any, path: str) -> Any:
        if kind is datetime:
            return self._moment(value, path)
        if kind is date:
            return self._day(value, path)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            codes = [one.value for one in kind]
            if value in codes:
                return kind(value)
            return self.fault(path, f"must be one of {', '.join(codes)}; {value!r} is not.")
        if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        wanted = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}[kind]
        if kind is int and (isinstance(value, bool) or not isinstance(value, int)):
            return self.fault(path, f"must be {wanted}; {value!r} is not.")
        return value if isinstance(value, kind) else self.fault(path, f"must be {wanted}; {value!r} is not.")

    def _moment(self, value: Any, path: str) -> Any:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return self.fault(path, f"must be a time such as 2026-11-22T08:05:00Z; {value!r} is not.")
        if moment.tzinfo is None:
            return self.fault(path, f"needs an offset from UTC, such as Z or +01:00; {value!r} has none.")
        return moment.astimezone(UTC)

    def _day(self, value: Any, path: str) -> Any:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return self.fault(path, f"must be a day such as 2026-11-22; {value!r} is not.")
