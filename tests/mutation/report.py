"""What a mutation run found, kept in build/ between its parts, and docs/mutation.md made from it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "mutation.md"
HEAD = """# Guards switched off

Written by `make mutate` from its last run: each guard is switched off, one at a time, and the checks named
beside it have to go red. A survivor is a guard that could be lost unnoticed.

"""


@dataclass(frozen=True)
class Outcome:
    kind: str
    what: str
    seen_by: tuple[str, ...]


def keep(part: str, found: list[Outcome]) -> None:
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    (folder / f"mutation-{part}.json").write_text(json.dumps([asdict(one) for one in found], indent=1))


def kept() -> list[Outcome]:
    return [
        Outcome(one["kind"], one["what"], tuple(one["seen_by"]))
        for path in sorted((ROOT / "build").glob("mutation-*.json"))
        for one in json.loads(path.read_text())
    ]


def document(found: list[Outcome]) -> str:
    lines = ["| Kind | Switched off | Seen | Seen by |", "|---|---|---|---|"]
    for kind in sorted({one.kind for one in found}):
        own = [one for one in found if one.kind == kind]
        by = Counter(name for one in own for name in one.seen_by)
        seen = sum(bool(one.seen_by) for one in own)
        words = ", ".join(f"{name} {count}" for name, count in by.most_common(6))
        lines.append(f"| {kind} | {len(own)} | {seen} | {words} |")
    killed = sum(bool(one.seen_by) for one in found)
    lines += ["", f"Together {killed} of {len(found)} ({100 * killed / max(len(found), 1):.1f} %)."]
    survivors = [f"- {one.kind}: {one.what}" for one in found if not one.seen_by]
    lines += ["", "## Survivors", "", *(survivors or ["None."])]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(kept()), encoding="utf-8")
    sys.stdout.write(DOCUMENT.read_text(encoding="utf-8"))
