"""How long `make run` takes until it prints the address: a first time, and again with its data."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from physio.embedded.cluster import PROJECT
from tests.bench.timing import Line


def cold_and_warm() -> Iterator[Line]:
    """A clone with no environment of its own; packages may come from this machine's caches."""
    folder = Path(tempfile.mkdtemp(prefix="plimsoll-start-"))
    try:
        tree = folder / "tree"
        subprocess.run(["git", "clone", "-q", str(PROJECT), str(tree)], check=True)
        for name, goal in (("cold", "<= 45 s"), ("warm", "<= 5 s")):
            taken = _run(tree, folder / "data")
            yield Line(f"P10 make run, {name}", 1 / taken, "runs", goal=goal, note=f"{taken:.1f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(tree: Path, data: Path) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "PLIMSOLL_PORT": str(port), "PLIMSOLL_DATA": str(data)}
    env.pop("DATABASE_URL", None)
    begun = time.perf_counter()
    product = subprocess.Popen(
        ["make", "run"], cwd=tree, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert product.stdout is not None
        for line in product.stdout:
            if f":{port}" in line:
                return time.perf_counter() - begun
        raise RuntimeError("make run ended without an address")
    finally:
        product.send_signal(signal.SIGINT)
        product.wait(timeout=120)
