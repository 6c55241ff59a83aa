"""The database of the tests, as a `-p` plugin: it must speak before Django's settings are read.

One cluster a run (tests/keeper.py), one migrated template, one clone for each xdist worker. Tests connect as
`plimsoll_app`, so that row-level security binds them as it binds the product.
"""

import contextlib
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from physio.embedded.cluster import PROJECT
from physio.embedded.processes import Child
from tests import clean
from tests.keeper import TEMPLATE, cluster_in

RUN = "PLIMSOLL_TEST_RUN"
SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
_keeper: list[Child] = []
_known: dict[str, clean.Known] = {}


@dataclass(frozen=True)
class Clone:
    """This worker's database, as each role sees it."""

    folder: Path
    database: str

    @property
    def app_url(self) -> str:
        return self.url("plimsoll_app")

    @property
    def worker_url(self) -> str:
        return self.url("plimsoll_worker")

    @property
    def backup_url(self) -> str:
        return self.url("plimsoll_backup")

    def url(self, role: str) -> str:
        return cluster_in(self.folder).url(role, self.database)

    def connect(self, role: str = "plimsoll_superuser") -> psycopg.Connection:
        """A connection of its own, autocommit; superuser and backup read past row-level security."""
        return cluster_in(self.folder).connect(self.database, role)

    def clean(self) -> None:
        """Make the database as the template is, whatever the last test did."""
        known = _known.get(self.database)
        if known is not None:
            with contextlib.suppress(psycopg.Error), self.connect() as connection:
                if clean.is_clean_again(connection, known):
                    return
        self.renew()

    def renew(self) -> None:
        """A new copy of the template."""
        cluster = cluster_in(self.folder)
        name, template = sql.Identifier(self.database), sql.Identifier(TEMPLATE)
        with cluster.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(name, template)
            )
        cluster.prepare_database(self.database)
        with self.connect() as connection:
            _known[self.database] = clean.know(connection)


def this_clone() -> Clone:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Clone(Path(os.environ[RUN]), f"plimsoll_{worker}")


def ask_for_database(folder: Path) -> None:
    """Wait for the run's cluster; the first caller makes the keeper build it."""
    deadline = time.monotonic() + 20
    with socket.socket(socket.AF_UNIX) as line:
        while True:
            try:
                line.connect(str(folder / "keeper.sock"))
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > deadline:
                    log = (folder / "keeper.log").read_text()
                    pytest.exit(f"The keeper of the test database did not start:\n{log}", returncode=3)
                time.sleep(0.02)
        said = line.makefile().read()
    if said != "ok":
        pytest.exit(said or "The keeper of the test database ended early.", returncode=3)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """A wrapper runs before pytest-django reads the settings."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="plimsoll-"))
        os.environ[RUN] = str(folder)
        keeper = Child(
            name="keeper",
            argv=[sys.executable, "-m", "tests.keeper", str(folder)],
            env={**os.environ, **_environment()},
            log=folder / "keeper.log",
            cwd=PROJECT,
            stop_signals=((signal.SIGTERM, 40.0),),
        )
        keeper.start()
        _keeper.append(keeper)
    os.environ.update(_environment())
    os.environ["DATABASE_URL"] = this_clone().app_url
    return (yield)


def pytest_unconfigure() -> None:
    while _keeper:
        _keeper.pop().stop()


def _environment() -> dict[str, str]:
    return {
        "PLIMSOLL_ENV": "development",
        "PLIMSOLL_SECRET_KEY": SECRET_KEY,
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in the test's thread
    }
