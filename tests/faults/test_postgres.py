"""Postgres killed under writers, and a full disk: what was acknowledged is kept, once (S42)."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from physio.embedded.cluster import DURABLE, Cluster
from tests.faults.conftest import TIMES
from tests.services import wait_for

TABLE = "CREATE TABLE entry (client_id uuid PRIMARY KEY, body text NOT NULL, filler text)"
INSERT = "INSERT INTO entry VALUES (%s, %s, repeat('x', 400)) ON CONFLICT (client_id) DO NOTHING"
LAZY = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "64MB"}


@dataclass
class Writers:
    """Phones: each sends an entry until it is acknowledged, under the same UUID, then the next one."""

    cluster: Cluster
    acknowledged: set[uuid.UUID] = field(default_factory=set)
    refused: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, count: int) -> None:
        for number in range(count):
            self._threads.append(threading.Thread(target=self._write, args=(number,), daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _write(self, number: int) -> None:
        connection, entry = None, uuid.uuid4()
        while not self._stop.is_set():
            try:
                connection = connection or self.cluster.connect("postgres")
                connection.execute(INSERT, (entry, f"writer {number}"))
            except psycopg.Error:
                self.refused += 1
                if connection is not None:
                    connection.close()
                connection = None
                time.sleep(0.01)
                continue
            self.acknowledged.add(entry)
            entry = uuid.uuid4()
        if connection is not None:
            connection.close()


@contextmanager
def running(cluster: Cluster) -> Iterator[Cluster]:
    cluster.initialise()
    server = cluster.child()
    server.start()
    try:
        cluster.wait_until_ready(server)
        cluster.assert_durable()
        yield cluster
    finally:
        server.stop()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short name: a Unix socket has room for little."""
    path = Path(tempfile.mkdtemp(prefix="pf-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def kill_under_writers(cluster: Cluster, *, kills: int, writers: int) -> tuple[Writers, set[uuid.UUID]]:
    """`kill -9` of the postmaster and all its children, `kills` times; then what is stored."""
    cluster.initialise()
    phones = Writers(cluster)
    for number in range(kills + 1):
        server = cluster.child()
        server.start()
        cluster.wait_until_ready(server)
        if number == 0:
            with cluster.connect("postgres") as connection:
                connection.execute(TABLE)
                connection.execute("CHECKPOINT")  # the table itself is not what is tried
            phones.start(writers)
        before = len(phones.acknowledged)
        try:
            wait_for(lambda before=before: len(phones.acknowledged) >= before + 25, "25 more entries")
            if number == kills:
                phones.stop()
                with cluster.connect("postgres") as connection:
                    stored = [row[0] for row in connection.execute("SELECT client_id FROM entry")]
            else:
                os.killpg(server.pid, signal.SIGKILL)
        finally:
            server.stop()
    assert len(stored) == len(set(stored))
    return phones, set(stored)


@pytest.mark.check("S42")
def test_postgres_killed_under_writers_keeps_all_it_acknowledged(
    folder: Path, tried: Callable[..., None]
) -> None:
    kills = 2 * min(TIMES, 4)
    cluster = Cluster(folder / "d", folder / "s", folder / "log")
    phones, stored = kill_under_writers(cluster, kills=kills, writers=4)
    lost = phones.acknowledged - stored
    tried("S42", kills=kills, writers=4, acknowledged=len(phones.acknowledged), lost=len(lost), doubled=0)
    assert phones.refused > 0, "no writer noticed a kill: nothing was tried"
    assert not lost


@pytest.mark.twin("S42")
def test_with_the_guard_off_acknowledged_entries_are_lost(folder: Path, tried: Callable[..., None]) -> None:
    """The settings that the product refuses to run with."""
    settings = {**dict.fromkeys(DURABLE, "on"), **LAZY}
    cluster = Cluster(folder / "d", folder / "s", folder / "log", settings=settings)
    phones, stored = kill_under_writers(cluster, kills=1, writers=4)
    lost = phones.acknowledged - stored
    tried("S42", guard="off", kills=1, acknowledged=len(phones.acknowledged), lost=len(lost))
    assert lost


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """160 MB of its own, so that filling it fills nobody else's."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0711", "plimsoll-faults", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("this account may not mount a small file system")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.check("S42")
def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path, tried: Callable[..., None]) -> None:
    settings = {
        **dict.fromkeys(DURABLE, "on"),
        "shared_buffers": "16MB",
        "max_wal_size": "32MB",
        "min_wal_size": "32MB",
    }
    cluster = Cluster(small_disk / "d", small_disk / "s", small_disk / "log", settings=settings)
    with running(cluster):
        with cluster.connect("postgres") as connection:
            connection.execute(TABLE)
        ballast = small_disk / "ballast"
        free = shutil.disk_usage(small_disk).free
        with ballast.open("wb") as file:
            file.write(b"\0" * (free - 3 * 2**20))
        phones = Writers(cluster)
        phones.start(2)
        wait_for(lambda: phones.refused > 5, "the disk to be full", seconds=60)
        at_the_wall = len(phones.acknowledged)
        ballast.unlink()
    with running(cluster):  # a full disk may end the server; the supervisor starts it again
        wait_for(lambda: len(phones.acknowledged) > at_the_wall, "writing to go on by itself")
        phones.stop()
        with cluster.connect("postgres") as connection:
            stored = {row[0] for row in connection.execute("SELECT client_id FROM entry").fetchall()}
    lost = phones.acknowledged - stored
    tried("S42", disk="full", acknowledged=len(phones.acknowledged), refused=phones.refused, lost=len(lost))
    assert at_the_wall > 0
    assert not lost
