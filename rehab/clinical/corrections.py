"""Which entries stand: what was received by now, each once, without those that a correction replaced.

Nothing is ever removed from a history. A correction names what it supersedes, and that one no longer stands;
yet it was said, and the rules that may never be undone (a step back, a red flag, a worsening) still see it.
The order of the list does not matter: entries are read in the order in which the server received them.
Source: A0.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from rehab.clinical.history import Entry

AnyEntry = TypeVar("AnyEntry", bound=Entry)

arrival = attrgetter("received_at", "at", "id")
_happened = attrgetter("at", "id")


def known(entries: Iterable[AnyEntry], now: datetime) -> list[AnyEntry]:
    """Everything received by `now`, each id once: the first copy counts. In no order."""
    received = [entry for entry in entries if entry.received_at <= now]
    found = {entry.id: entry for entry in received}
    if len(found) == len(received):
        return received
    found = {}
    for entry in sorted(received, key=arrival):
        first = found.setdefault(entry.id, entry)
        if first is not entry and arrival(first) == arrival(entry):
            found[entry.id] = min(first, entry, key=repr)  # the same whatever the order of the list
    return list(found.values())


class Standing:
    """Decides, as entries come in by order of receipt, which of them stand."""

    def __init__(self) -> None:
        self._superseded: set[str] = set()
        self._root: dict[str, str] = {}
        self._current: dict[str, str] = {}  # first version -> the version that stands

    def root(self, entry_id: str) -> str:
        """The id of the first version of an entry; the id itself when it was never corrected."""
        return self._root.get(entry_id, entry_id)

    def is_superseded(self, entry_id: str) -> bool:
        """Whether a correction of the entry has come in."""
        return entry_id in self._superseded

    def stand(self, entry_ids: Iterable[str]) -> None:
        """Receive entries that correct nothing and that nothing has corrected so far."""
        for entry_id in entry_ids:
            self._current[entry_id] = entry_id

    def receive(self, entry: Entry) -> tuple[bool, str | None]:
        """Whether the entry stands, and the id of the standing version that it replaces.

        A correction may come in before what it corrects; then the older one never stands. Such an entry
        replaces nothing itself, so that two entries naming each other cannot make both vanish. Of two
        corrections of the same entry the later one stands.
        """
        if entry.id in self._superseded:
            return False, None
        replaced = None
        root = entry.id
        if entry.supersedes is not None and entry.supersedes != entry.id:
            self._superseded.add(entry.supersedes)
            root = self._root[entry.id] = self.root(entry.supersedes)
            replaced = self._current.pop(root, None)
        if not entry.voided:
            self._current[root] = entry.id
        return not entry.voided, replaced


def effective(entries: Iterable[AnyEntry], now: datetime) -> list[AnyEntry]:
    """The entries that stand at `now`, in the order in which they happened."""
    received = known(entries, now)
    if all(entry.supersedes is None and not entry.voided for entry in received):
        return sorted(received, key=_happened)
    standing = Standing()
    found: dict[str, AnyEntry] = {}
    for entry in sorted(received, key=arrival):
        stands, replaced = standing.receive(entry)
        if replaced is not None:
            found.pop(replaced, None)
        if stands:
            found[entry.id] = entry
    return sorted(found.values(), key=_happened)
