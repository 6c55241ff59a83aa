"""`make bench`: what the main paths cost, beside their floors. Minutes, not hours; one table at the end.

python -m tests.bench [--clinics 3] [--cases 20] [--days 84]
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from physio.embedded.cluster import Cluster
from tests import keeper
from tests.cluster import SECRET_KEY

DATABASE = "plimsoll_bench"


def main() -> None:
    options = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="plimsoll-bench-"))
    os.environ.update({"PLIMSOLL_ENV": "development", "PLIMSOLL_SECRET_KEY": SECRET_KEY})
    children: list[keeper.Child] = []
    try:
        cluster = Cluster(folder / "data", folder / "s", folder / "postgres.log")  # durable, as in production
        say("A database of its own, fsync and synchronous_commit on ...")
        keeper.build(cluster, children, DATABASE)
        os.environ["DATABASE_URL"] = cluster.url("plimsoll_app", DATABASE)
        _measure(cluster, options)
    finally:
        for child in children:
            child.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(cluster: Cluster, options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from tests.bench import caseload, measures
    from tests.bench.timing import table

    settings.ALLOWED_HOSTS = ["testserver"]
    now = timezone.now()
    with cluster.connect(DATABASE) as superuser:
        made = caseload.load(
            superuser,
            clinics=options.clinics,
            cases=options.cases,
            days=options.days,
            now=now,
            tick=lambda: say(".", end=""),
        )
    say(
        f" {options.clinics} clinics, {options.clinics * options.cases} cases, {made.diary_rows:,} diary rows"
    )
    lines = [measures.pure(made, now)]
    for measure in (
        lambda: measures.full_sweep(made, now),
        lambda: measures.due_sweep(made, now),
        lambda: measures.worklist(made),
        lambda: measures.logging(made, cluster.url("plimsoll_app", DATABASE)),
    ):
        begun = time.monotonic()
        lines += measure()
        say(f"  {lines[-1].what}: measured in {time.monotonic() - begun:.0f} s")
    say("\n" + table(lines))
    say("\nevaluate(), shares of its own time:\n" + measures.profile(made, now))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--clinics", type=int, default=3)
    parser.add_argument("--cases", type=int, default=20, help="in each clinic")
    parser.add_argument("--days", type=int, default=84)
    return parser


def say(words: str, end: str = "\n") -> None:
    sys.stdout.write(words + end)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
