"""Whether the logs of who looked and who changed are as they were sealed (docs/security-model.md)."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

CHAINS = {"patients_auditentry": "who changed", "patients_accessevent": "who looked"}
ANCHORS = "audit-anchors.jsonl"
TAIL = 64 * 1024  # bytes in which the last anchor of each chain stands
AT_ONCE = 5000


@dataclass(frozen=True)
class Head:
    """How far one log is sealed, and how much waits for it."""

    chain: str
    place: int
    seal: str
    waiting: int
    waiting_since: datetime | None


@dataclass(frozen=True)
class Anchor:
    """The end of a chain at some moment. `restored`: from here on a restored backup counts."""

    chain: str
    place: int
    seal: str
    restored: bool = False


@dataclass(frozen=True)
class Fault:
    """The first entry of a log that is not as it was sealed. `place` None: it was never sealed.

    `until`: an anchor differs, so it is this entry or one up to there.
    """

    chain: str
    place: int | None
    entry_id: UUID | None
    what: str
    until: int | None = None

    def __str__(self) -> str:
        where = "an unsealed entry" if self.place is None else f"entry {self.place}"
        where += f" or one up to {self.until}, its anchor," if self.until else ""
        which = f" ({self.entry_id})" if self.entry_id else ""
        return f"{self.chain} ({CHAINS[self.chain]}): {where}{which}: {self.what}"


def heads() -> list[Head]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_heads()")
        return [Head(*row) for row in cursor.fetchall()]


def faults(*, newest: int | None = None) -> list[Fault]:
    """At most one of each log: its first. `newest` looks at that many entries only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_faults(%s)", [newest])
        return [Fault(*row) for row in cursor.fetchall()]


def anchor_file() -> Path:
    return Path(settings.LEDGER) / ANCHORS


def anchors(file: Path) -> Iterator[Anchor]:
    """In the order of writing. ValueError for a line that is none."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                said = json.loads(line)
                yield Anchor(said["chain"], said["place"], said["seal"], said.get("restored", False))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"Line {number} of {file} is no anchor.") from error


def last_anchor(chain: str) -> tuple[int, str] | None:
    """The newest one in the ledger; the file grows for years, so only its end is read."""
    if not settings.LEDGER or not anchor_file().exists():
        return None
    with anchor_file().open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
        for line in reversed(file.read().splitlines()):
            try:
                said = json.loads(line)
            except ValueError:  # cut by the beginning of the tail, or half written before a crash
                continue
            if said.get("chain") == chain:
                return said["place"], said["seal"]
    return None


def unanchored(file: Path) -> tuple[int, list[Fault]]:
    """How many anchors were held against the database, and for each log the first that disagrees.

    Whoever can write past the triggers can also compute a new chain; they cannot change what was put away.
    """
    standing: dict[str, dict[int, str]] = {chain: {} for chain in CHAINS}
    for anchor in anchors(file):
        known = standing[anchor.chain]
        if anchor.restored:  # what was anchored past the end of the backup is gone with it
            known = {place: seal for place, seal in known.items() if place <= anchor.place}
            standing[anchor.chain] = known
        if anchor.place:
            known.setdefault(anchor.place, anchor.seal)
    tops = {head.chain: head.place for head in heads()}
    found = [_first_that_differs(chain, known, tops[chain]) for chain, known in standing.items()]
    return sum(map(len, standing.values())), [fault for fault in found if fault]


def first_faults(*found: Fault) -> list[Fault]:
    """The earliest of each log; what was never sealed comes last. A place says more than a range."""
    first: dict[str, Fault] = {}
    for fault in sorted(
        found, key=lambda one: (one.place is None, one.until or one.place or 0, bool(one.until))
    ):
        first.setdefault(fault.chain, fault)
    return list(first.values())


def _first_that_differs(chain: str, known: dict[int, str], top: int) -> Fault | None:
    """`top`: the last place there is. What lies between two anchors is told apart by `faults` only."""
    good, places = 0, sorted(known)
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        stored = _seals(chain, some)
        for place in some:
            if stored.get(place) == known[place]:
                good = place
            elif place > top:
                return Fault(chain, max(good, top) + 1, None, "removed", place)
            else:
                return Fault(chain, good + 1, None, "rewritten", place)
    return None


def _seals(chain: str, places: list[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_seals(%s, %s)", [chain, places])
        return dict(cursor.fetchall())
