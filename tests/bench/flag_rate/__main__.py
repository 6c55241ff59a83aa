"""`make flag-rate`: flags worked by hand a patient-day on the demo caseload, beside published thresholds.

python -m tests.bench.flag_rate [--runners 150] [--jobs 2] [--write docs/flag-rate.md]
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.bench.flag_rate import process

if TYPE_CHECKING:
    from rehab.management.demo.kinds import Kind
    from tests.bench.flag_rate.watch import Watched

ROOM = 14  # days on either side of a setback
POINTS = (2.0, 3.0, 4.0)


def main() -> None:
    options = _parser().parse_args()
    process.begin()
    from rehab.management.demo.kinds import kinds
    from tests.bench.flag_rate.report import page

    demo = list(enumerate(kinds(process.SEED, options.runners)))
    setbacks = [(number, _set_back(kind, number)) for number, kind in demo if _has_room(kind)]
    with ProcessPoolExecutor(
        options.jobs, mp_context=get_context("spawn"), initializer=process.begin
    ) as pool:
        seen = _seen(pool, demo, "the demo caseload")
        worse = _seen(pool, setbacks, "with a setback each")
    calm = [
        replace(seen[number], setback_on=after.setback_on)
        for (number, _), after in zip(setbacks, worse, strict=True)
    ]
    text = page(seen, worse, calm, process.SEED)
    say(text)
    if options.write:
        options.write.write_text(text + "\n")


def _seen(pool: ProcessPoolExecutor, lives: "list[tuple[int, Kind]]", what: str) -> "list[Watched]":
    seen = []
    for count, one in enumerate(pool.map(process.watch_one, lives), start=1):
        seen.append(one)
        if count % 25 == 0 or count == len(lives):
            print(f"  {what}: {count} of {len(lives)} lives", file=sys.stderr, flush=True)
    return seen


def _has_room(kind: "Kind") -> bool:
    from rehab.management.demo.kinds import Lately

    return kind.weeks * 7 >= 2 * ROOM + 10 and kind.lately is Lately.NOTHING


def _set_back(kind: "Kind", number: int) -> "Kind":
    from rehab.management.demo.kinds import Setback

    random = Random(f"setback {number}")
    day = random.randint(ROOM, kind.weeks * 7 - ROOM - 1)
    return replace(kind, setback=Setback(day, random.choice(POINTS)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make flag-rate", description=__doc__)
    parser.add_argument("--runners", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path)
    return parser


def say(words: str) -> None:
    sys.stdout.write(words + "\n")


if __name__ == "__main__":
    main()
