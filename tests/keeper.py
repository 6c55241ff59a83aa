"""Keeps the run's one Postgres: started by the first test that needs it, gone when the run is gone.

A process of its own, because any xdist worker may ask first and any may end first. A caller of `keeper.sock`
reads one line: "ok" or the sentence that says what is wrong.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from physio.embedded.cluster import PROJECT, Cluster
from physio.embedded.problem import Problem
from physio.embedded.processes import Child

TEMPLATE = "plimsoll_template"
CARELESS = {  # a test's data may be lost in a crash
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
}


def cluster_in(folder: Path) -> Cluster:
    return Cluster(folder / "data", folder / "s", folder / "postgres.log", settings=CARELESS)


def build(cluster: Cluster, children: list[Child], database: str = TEMPLATE) -> None:
    """The server, the roles, and one database migrated as the owner."""
    cluster.initialise()
    server = cluster.child()
    server.start()
    children.append(server)
    cluster.wait_until_ready(server)
    cluster.prepare_roles()
    cluster.prepare_database(database)
    migration = subprocess.run(
        [sys.executable, "-m", "physio.embedded.prepare"],
        env={**os.environ, "DATABASE_URL": cluster.url("plimsoll_owner", database)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if migration.returncode != 0:
        raise Problem(f"The test database could not be migrated:\n{migration.stdout}{migration.stderr}")


def answer(build_once: Callable[[], None]) -> str:
    try:
        build_once()
    except Problem as problem:
        return str(problem)
    except Exception as error:  # every failure must reach the test that waits for it
        return f"The test database could not be made: {error!r}"
    return "ok"


def serve(folder: Path) -> None:
    children: list[Child] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    said: str | None = None
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "keeper.sock"))
        listener.listen(64)
        try:
            while True:
                caller, _ = listener.accept()
                with caller:
                    if said is None:
                        said = answer(lambda: build(cluster_in(folder), children))
                    caller.sendall(said.encode())
        finally:
            for child in children:
                child.stop()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
