"""Keeps the run's one Postgres: started by the first test that needs it, gone when the run is gone.

A process of its own, because any xdist worker may ask first and any may end first. A caller of `keeper.sock`
reads one line: "ok" or the sentence that says what is wrong.

What was migrated once is kept under /tmp by the digest of what it was made from; later runs copy it.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
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


KEPT = 5  # each about 60 MB
MADE_FROM = (
    "*/migrations/*",
    "*/models/*",
    "*/sql/*",
    "*/management/commands/*",
    "physio/**/*",
    "*.lock",
    "tests/keeper.py",
)


def cluster_in(folder: Path) -> Cluster:
    return Cluster(folder / "data", folder / "s", folder / "postgres.log", settings=CARELESS)


def digest() -> str:
    """Of every file that could change what a migrated cluster holds."""
    found = hashlib.sha256(sys.version.encode())
    for pattern in MADE_FROM:
        for path in sorted(PROJECT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                found.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def kept_folder() -> Path | None:
    """Ours alone, or none at all: a template that somebody else could write is no template."""
    folder = Path(tempfile.gettempdir()) / f"plimsoll-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder if folder.stat().st_uid == os.getuid() and folder.stat().st_mode & 0o77 == 0 else None


def copy(source: Path, target: Path) -> None:
    """With its owner, who is not root when we are; never seen half done."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    subprocess.run(["cp", "-a", str(source), str(draft)], check=True)
    try:
        draft.rename(target)
    except OSError:  # another run was quicker
        shutil.rmtree(draft, ignore_errors=True)


def bring(cluster: Cluster, children: list[Child]) -> None:
    """The server with its migrated template, copied when nothing has changed since one was made."""
    folder = kept_folder()
    kept = folder / digest() if folder else None
    if kept and kept.is_dir():
        copy(kept, cluster.data)
        return start(cluster, children)
    build(cluster, children)
    if folder and kept:
        children.pop().stop()
        for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        copy(cluster.data, kept)
        start(cluster, children)
    return None


def start(cluster: Cluster, children: list[Child]) -> None:
    server = cluster.child()
    server.start()
    children.append(server)
    cluster.wait_until_ready(server)


def build(cluster: Cluster, children: list[Child], database: str = TEMPLATE) -> None:
    """The server, the roles, and one database migrated as the owner."""
    cluster.initialise()
    start(cluster, children)
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
                        said = answer(lambda: bring(cluster_in(folder), children))
                    caller.sendall(said.encode())
        finally:
            for child in children:
                child.stop()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
