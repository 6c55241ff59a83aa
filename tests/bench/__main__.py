"""`make bench` and `make bench-large`: what the main paths cost, beside their floors; one table at the end.

python -m tests.bench [--sizes 200,1000] [--days 90] [--due 100] [--mails 500] [--parts due,pages] [--start]

Each size is a database of its own, loaded with COPY by a seeded generator. Machines are shared and noisy:
read the ratios, each of two things measured in turns in the same run.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from psycopg import sql

from physio.embedded.cluster import Cluster
from tests import keeper
from tests.bench.timing import Line, table
from tests.cluster import SECRET_KEY

MIGRATED = "plimsoll_bench"
PARTS = ("rules", "sweep", "peer", "due", "pages", "logging", "browser", "workers", "mail")


def main() -> None:
    options = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="plimsoll-bench-"))
    os.environ.update({"PLIMSOLL_ENV": "development", "PLIMSOLL_SECRET_KEY": SECRET_KEY})
    children: list[keeper.Child] = []
    try:
        cluster = Cluster(folder / "data", folder / "s", folder / "postgres.log")  # durable, as in production
        say("A database of its own, fsync and synchronous_commit on ...")
        keeper.build(cluster, children, MIGRATED)
        os.environ["DATABASE_URL"] = cluster.url("plimsoll_app", MIGRATED)
        _measure(cluster, options)
    finally:
        for child in children:
            child.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(cluster: Cluster, options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    lines: list[Line] = []
    load = os.getloadavg()[0]
    for size in options.sizes:
        name = f"{MIGRATED}_{size}"
        with cluster.connect() as superuser:
            superuser.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(MIGRATED)
                )
            )
        cluster.prepare_database(name)
        connection.close()
        connection.settings_dict["NAME"] = name
        lines.append(Line(f"--- {size:,} cases", 0, ""))
        lines += _of_size(cluster, name, size, options, last=size == options.sizes[-1])
        connection.close()
        with cluster.connect() as superuser:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    if options.start:
        from tests.bench import start

        lines += start.cold_and_warm()
    say(f"\n{table(lines)}\n")
    say(f"Load {load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end; {os.cpu_count()} cores.")
    say(f"Again: .venv/bin/python -m tests.bench {' '.join(sys.argv[1:])}")


def _of_size(
    cluster: Cluster, name: str, size: int, options: argparse.Namespace, *, last: bool
) -> list[Line]:
    from django.utils import timezone  # once Django is set up

    from tests.bench import browser, caseload, mail, measures, pages, peer, workers

    now = timezone.now()
    clinics = 5 if size <= 1000 else 20 if size <= 10_000 else 50
    with cluster.connect(name) as superuser:
        loaded = Progress(size)
        made = caseload.load(
            superuser, clinics=clinics, cases=size // clinics, days=options.days, now=now, tick=loaded
        )
        say(f"\n{clinics} clinics, {made.size:,} cases, {made.diary_rows:,} diary rows")
        steps: dict[str, Callable[[], Iterable[Line]]] = {
            "rules": lambda: measures.pure(made, now),
            "sweep": lambda: measures.full_sweep(made, now),
            "peer": lambda: peer.answers(made, now),
            "due": lambda: measures.due_sweep(made, now, min(options.due, made.size)),
            "pages": lambda: pages.pages(made),
            "logging": lambda: pages.logging(made, cluster.url("plimsoll_app", name)),
            "browser": lambda: browser.first_loads(made, cluster.url("plimsoll_app", name)) if last else (),
            "workers": lambda: workers.side_by_side_sweeps(made, now, cluster.url("plimsoll_worker", name)),
            "mail": lambda: mail.summaries(made, superuser, now, options.mails) if last else (),
        }
        if "sweep" not in options.parts:
            measures.settle(made, now)
        found: list[Line] = []
        for part in options.parts:
            begun = time.monotonic()
            new = list(steps[part]())
            found += new
            for line in new:
                say(f"  {line.text()}")
            say(f"  ... in {time.monotonic() - begun:.0f} s")
        if last and "rules" in options.parts:
            say("\nevaluate(), shares of its own time:\n" + measures.profile(made, now))
    return found


class Progress:
    """A bar of 50 signs, drawn as it fills."""

    def __init__(self, whole: int) -> None:
        self.whole, self.done, self.drawn = whole, 0, 0

    def __call__(self, more: int) -> None:
        self.done += more
        wanted = 50 * self.done // self.whole
        say("#" * (wanted - self.drawn), end="")
        self.drawn = wanted


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=[200, 1000], help="cases, such as 200,1000")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--due", type=int, default=100, help="cases that are due in each size (P3)")
    parser.add_argument("--mails", type=int, default=500, help="in the last size (P9)")
    parser.add_argument("--parts", type=_parts, default=[*PARTS], help=f"of {','.join(PARTS)}")
    parser.add_argument("--start", action="store_true", help="also how long `make run` takes (P10)")
    return parser


def _sizes(written: str) -> list[int]:
    return [int(one) for one in written.split(",")]


def _parts(written: str) -> list[str]:
    """In the order in which they are measured; ValueError for one that there is not."""
    wanted = sorted(written.split(","), key=PARTS.index)
    return list(dict.fromkeys(wanted))


def say(words: str, end: str = "\n") -> None:
    sys.stdout.write(words + end)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
