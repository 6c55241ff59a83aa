"""Do the rules say the same as at another revision? Every word, on many lives, with the first differences.

python -m tests.golden [REVISION] [--lives 150] [--moments 6] [--shown 3]

For changes that must not change a meaning: both trees are asked about the same generated lives, and every
finding, reading, sentence and moment is compared. Exit 1 when anything differs.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from physio.embedded.cluster import PROJECT
from rehab.clinical.codec import encode
from tests.golden.lives import lives

RULES = ("rehab/__init__.py", "rehab/clinical", "assessments/__init__.py", "assessments/clinical")


def main() -> int:
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="plimsoll-golden-") as name:
        folder = Path(name)
        _write(folder / "lives", options)
        _unpack(options.revision, folder / "then")
        then, then_s = _ask(folder / "then", folder / "lives")
        now, now_s = _ask(PROJECT, folder / "lives")
    different = [(before, after) for before, after in zip(then, now, strict=True) if before != after]
    for before, after in different[: options.shown]:
        _show(json.loads(before), json.loads(after))
    kinds = Counter(one["kind"] for line in now for one in _findings(json.loads(line)))
    print(f"Findings: {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())}.")
    print(f"{len(now)} evaluations, {len(different)} differ from {options.revision}.")
    print(f"With reading and printing: {then_s:.1f} s then, {now_s:.1f} s now.")
    return 1 if different else 0


def _findings(answer: list[Any]) -> list[dict[str, Any]]:
    return answer[2]["findings"] if isinstance(answer[2], dict) else []


def _write(path: Path, options: argparse.Namespace) -> None:
    with path.open("w") as sink:
        for life in lives(options.lives, options.moments):
            moments = [moment.isoformat() for moment in life.moments]
            case = encode(life.history, life.plan)
            sink.write(json.dumps({"name": life.name, "case": case, "moments": moments}) + "\n")


def _unpack(revision: str, folder: Path) -> None:
    packed = subprocess.run(
        ["git", "archive", revision, *RULES], cwd=PROJECT, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _ask(tree: Path, lives_: Path) -> tuple[list[str], float]:
    begun = time.perf_counter()
    said = subprocess.run(
        [sys.executable, str(PROJECT / "tests/golden/answers.py"), str(lives_)],
        env={**os.environ, "PYTHONPATH": str(tree)}, cwd=tree, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    return said.splitlines(), time.perf_counter() - begun


def _show(before: list[Any], after: list[Any]) -> None:
    print(f"\n{before[0]} at {before[1]}:")
    if not (isinstance(before[2], dict) and isinstance(after[2], dict)):
        print(f"  then {before[2]}\n  now  {after[2]}"[:2000])
        return
    for name in before[2].keys() | after[2].keys():
        then, now = before[2].get(name), after[2].get(name)
        if then != now:
            print(f"  {name}\n    then {json.dumps(then)[:1500]}\n    now  {json.dumps(now)[:1500]}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("revision", nargs="?", default="main")
    parser.add_argument("--lives", type=int, default=150, help="of each of the three kinds")
    parser.add_argument("--moments", type=int, default=6)
    parser.add_argument("--shown", type=int, default=3)
    return parser


if __name__ == "__main__":
    sys.exit(main())
