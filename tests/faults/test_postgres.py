"""Postgres killed under writers, and a full disk: what was acknowledged is kept, once (S42)."""

import os
import shutil
import signal
import subprocess
import sys
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

from patients.models import Case
from physio.embedded import binaries
from physio.embedded.cluster import DURABLE, PROJECT, Cluster
from physio.embedded.problem import Problem
from physio.embedded.processes import Child
from tests import factories as make
from tests.cluster import Clone
from tests.faults.conftest import TIMES
from tests.services import wait_for

DATABASE = "plimsoll"
CONTEXT = """
    SELECT set_config('app.clinic', %(clinic)s, true), set_config('app.patient', %(patient)s, true),
        set_config('app.actor', 'a phone', true), set_config('app.role', 'PATIENT', true)
"""
# What a request writes when a morning is logged and a mail has to follow: all of it or nothing.
LOG = (
    """
    INSERT INTO rehab_painreport (id, clinic_id, patient_id, case_id, client_id, occurred_at, time_zone,
        local_date, received_at, source, payload_hash, voided, kind, pain_left)
    VALUES (gen_random_uuid(), %(clinic)s, %(patient)s, %(case)s, %(entry)s, now(), 'UTC', current_date,
        now(), 'PORTAL', 'x', false, 'MORNING', 2)
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO patients_outboxmail (id, clinic_id, kind, dedupe_key, to_address, subject, text, html,
        headers, message_id, state, attempts, next_attempt_at, last_error, created_at)
    VALUES (gen_random_uuid(), %(clinic)s, 'test', %(key)s, '', '', repeat('x', 400), '', '{}', %(key)s,
        'PENDING', 0, now(), '', now())
    ON CONFLICT DO NOTHING
    """,
    "UPDATE patients_case SET evaluation_due_at = now() WHERE id = %(case)s",
)
STORED = """
    SELECT r.client_id, m.id IS NOT NULL
    FROM rehab_painreport r LEFT JOIN patients_outboxmail m ON m.dedupe_key = 'test:' || r.client_id
    WHERE r.payload_hash = 'x'
"""
LAZY = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "64MB"}


@dataclass
class Product:
    """The product's own tables, with runners in them, for a server that may be killed."""

    dump: Path
    cases: list[Case]

    def fill(self, cluster: Cluster) -> None:
        cluster.prepare_roles()
        cluster.prepare_database(DATABASE)
        restore = [binaries.postgres_home() / "bin" / "pg_restore", "--no-owner", "--no-comments"]
        url = cluster.url("plimsoll_owner", DATABASE)
        subprocess.run([*restore, f"--dbname={url}", self.dump], check=True, capture_output=True)


@pytest.fixture
def product(cluster: Clone, tmp_path: Path) -> Product:
    physio = make.make_member(make.make_clinic())
    cases = [make.make_case(make.make_patient(physio.clinic, responsible=physio)) for _ in range(4)]
    dump = tmp_path / "product.dump"
    command = [binaries.postgres_home() / "bin" / "pg_dump", "--format=custom", f"--file={dump}"]
    subprocess.run([*command, f"--dbname={cluster.backup_url}"], check=True, capture_output=True)
    return Product(dump, cases)


@dataclass
class Writers:
    """Phones: each sends an entry until it is acknowledged, under the same UUID, then the next one."""

    cluster: Cluster
    cases: list[Case]
    acknowledged: set[uuid.UUID] = field(default_factory=set)
    refused: int = 0
    last_refusal: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for case in self.cases:
            self._threads.append(threading.Thread(target=self._write, args=(case,), daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _write(self, case: Case) -> None:
        connection, entry = None, uuid.uuid4()
        told = {"clinic": str(case.clinic_id), "patient": str(case.patient_id), "case": str(case.id)}
        while not self._stop.is_set():
            try:
                connection = connection or self.cluster.connect(DATABASE, "plimsoll_app")
                with connection.transaction():
                    for statement in (CONTEXT, *LOG):
                        connection.execute(statement, {**told, "entry": entry, "key": f"test:{entry}"})
            except psycopg.Error as error:
                self.refused, self.last_refusal = self.refused + 1, str(error)
                if connection is not None:
                    connection.close()
                connection = None
                time.sleep(0.01)
                continue
            self.acknowledged.add(entry)
            entry = uuid.uuid4()
        if connection is not None:
            connection.close()

    def has_more_than(self, count: int) -> bool:
        assert self.acknowledged or self.refused < 500, self.last_refusal  # not a fault of the server's
        return len(self.acknowledged) > count

    def stored(self) -> dict[uuid.UUID, bool]:
        """Each entry that is there, and whether its mail is."""
        with self.cluster.connect(DATABASE) as connection:
            rows = connection.execute(STORED).fetchall()
        assert len(rows) == len(dict(rows)), "an entry or its mail is stored twice"
        return dict(rows)


def come_up(cluster: Cluster, server: Child, seconds: float = 20.0) -> None:
    """As a supervisor would: again, while the last of the killed ones still hold the shared memory."""
    deadline = time.monotonic() + seconds
    while True:
        server.start()
        try:
            return cluster.wait_until_ready(server)
        except Problem as problem:
            if "still in use" not in str(problem) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@contextmanager
def running(cluster: Cluster) -> Iterator[None]:
    server = cluster.child()
    try:
        come_up(cluster, server)
        yield
    finally:
        server.stop()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short name: a Unix socket has room for little."""
    path = Path(tempfile.mkdtemp(prefix="pf-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def kill_under_writers(
    cluster: Cluster, product: Product, *, kills: int
) -> tuple[Writers, dict[uuid.UUID, bool], str]:
    """`kill -9` of the postmaster and all its children; what is stored, and what the sweep says then."""
    cluster.initialise()
    phones, swept = Writers(cluster, product.cases), ""
    for number in range(kills + 1):
        server = cluster.child()
        come_up(cluster, server)
        if number == 0:
            product.fill(cluster)
            with cluster.connect(DATABASE) as connection:
                connection.execute("CHECKPOINT")  # the tables themselves are not what is tried
            phones.start()
        before = len(phones.acknowledged)
        try:
            wait_for(lambda before=before: phones.has_more_than(before + 25), "25 more entries", seconds=120)
            if number == kills:
                phones.stop()
                stored, swept = phones.stored(), sweep(cluster)
            else:
                os.killpg(server.pid, signal.SIGKILL)
        finally:
            server.stop()
    return phones, stored, swept


def sweep(cluster: Cluster) -> str:
    env = {**os.environ, "DATABASE_URL": cluster.url("plimsoll_worker", DATABASE)}
    done = subprocess.run(
        [sys.executable, "manage.py", "sweep"],
        env=env,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.check("S42")
def test_postgres_killed_under_writers_keeps_all_it_acknowledged(
    folder: Path, product: Product, tried: Callable[..., None]
) -> None:
    """Entries, their mails and the cases' due times, in the product's own tables as the app role."""
    kills = 2 * min(TIMES, 4)
    cluster = Cluster(folder / "d", folder / "s", folder / "log")
    phones, stored, swept = kill_under_writers(cluster, product, kills=kills)
    lost = phones.acknowledged - stored.keys()
    alone = sum(not has_mail for has_mail in stored.values())
    tried(
        "S42",
        kills=kills,
        writers=len(product.cases),
        acknowledged=len(phones.acknowledged),
        lost=len(lost),
        doubled=0,
        without_mail=alone,
        swept=swept.strip(),
    )
    assert phones.refused > 0, "no writer noticed a kill: nothing was tried"
    assert not lost and not alone
    assert swept.startswith(f"{len(product.cases)} "), "a case lost its due time"


@pytest.mark.twin("S42")
def test_with_the_guard_off_acknowledged_entries_are_lost(
    folder: Path, product: Product, tried: Callable[..., None]
) -> None:
    """The settings that the product refuses to run with."""
    settings = {**dict.fromkeys(DURABLE, "on"), **LAZY}
    cluster = Cluster(folder / "d", folder / "s", folder / "log", settings=settings)
    phones, stored, _ = kill_under_writers(cluster, product, kills=1)
    lost = phones.acknowledged - stored.keys()
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


SMALL = {"shared_buffers": "16MB", "max_wal_size": "32MB", "min_wal_size": "32MB"}


def until_full(disk: Path, product: Product, settings: dict[str, str]) -> tuple[Cluster, Writers, int]:
    """Writers run into a full disk, and the server is killed there; how much was acknowledged by then.
    Afterwards there is room again, and the writers still try.
    """
    cluster = Cluster(disk / "d", disk / "s", disk / "log", settings={**settings, **SMALL})
    cluster.initialise()
    server = cluster.child()
    server.start()
    phones = Writers(cluster, product.cases)
    try:
        cluster.wait_until_ready(server)
        product.fill(cluster)
        ballast = disk / "ballast"
        with ballast.open("wb") as file:
            file.write(b"\0" * (shutil.disk_usage(disk).free - 3 * 2**20))
        phones.start()
        wait_for(lambda: phones.refused > 5, "the disk to be full", seconds=60)
        acknowledged = len(phones.acknowledged)
        if server.running():  # a full disk may have ended it
            os.killpg(server.pid, signal.SIGKILL)
        ballast.unlink()
    finally:
        server.stop()
    return cluster, phones, acknowledged


@pytest.mark.check("S42")
def test_a_full_disk_refuses_and_loses_nothing(
    small_disk: Path, product: Product, tried: Callable[..., None]
) -> None:
    cluster, phones, at_the_wall = until_full(small_disk, product, dict.fromkeys(DURABLE, "on"))
    with running(cluster):
        wait_for(lambda: len(phones.acknowledged) > at_the_wall, "writing to go on by itself")
        phones.stop()
        stored = phones.stored()
    lost = phones.acknowledged - stored.keys()
    tried("S42", disk="full", acknowledged=len(phones.acknowledged), refused=phones.refused, lost=len(lost))
    assert at_the_wall > 0
    assert not lost and all(stored.values())


@pytest.mark.twin("S42")
def test_with_the_guard_off_a_full_disk_loses_what_it_acknowledged(
    small_disk: Path, product: Product, tried: Callable[..., None]
) -> None:
    """Up to three times: the server may have written what it had a moment before it was killed."""
    settings = {**dict.fromkeys(DURABLE, "on"), **LAZY}
    for number in range(3):
        part = small_disk / str(number)
        part.mkdir(mode=0o711)
        cluster, phones, at_the_wall = until_full(part, product, settings)
        phones.stop()
        with running(cluster):
            lost = phones.acknowledged - phones.stored().keys()
        shutil.rmtree(part)
        assert at_the_wall > 0
        if lost:
            break
    tried("S42", guard="off", disk="full", acknowledged=len(phones.acknowledged), lost=len(lost))
    assert lost
