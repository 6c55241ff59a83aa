"""One private Postgres cluster: makes it, starts it, checks it, and names its addresses. Unix socket only."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from physio.embedded import binaries
from physio.embedded.problem import Problem
from physio.embedded.processes import Child
from physio.embedded.rank import Rank, find_rank

PROJECT = Path(__file__).resolve().parent.parent.parent
SUPERUSER = "plimsoll_superuser"
LONGEST_SOCKET_FOLDER = 90  # bytes; the kernel takes 107 for the whole socket name
START_SECONDS = 60.0
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Cluster:
    """`settings` are passed on the command line, so that no configuration file can weaken them."""

    data: Path
    sockets: Path
    log: Path
    settings: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(DURABLE, "on"))
    rank: Rank = field(default_factory=find_rank)
    home: Path = field(default_factory=binaries.postgres_home)

    def __post_init__(self) -> None:
        if len(os.fsencode(self.sockets)) > LONGEST_SOCKET_FOLDER:
            raise Problem(
                f"The folder {self.sockets} has too long a name for a Unix socket "
                f"({LONGEST_SOCKET_FOLDER} bytes at most). Use a shorter folder."
            )

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets))}"

    def connect(self, database: str = "postgres", role: str = SUPERUSER) -> psycopg.Connection:
        return psycopg.connect(host=str(self.sockets), user=role, dbname=database, autocommit=True)

    def initialise(self) -> None:
        """Make the cluster, once. Interrupted halfway, it leaves nothing that looks finished."""
        if (self.data / "PG_VERSION").exists():
            self._refuse_other_version()
            return
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        self._folder(draft)
        child = Child(
            name="initdb",
            argv=[
                str(self.home / "bin" / "initdb"),
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                "--auth=trust",  # the socket's folder is open to us alone
                "--encoding=UTF8",
                "--locale-provider=builtin",  # the same order of text on every machine
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
                *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
            ],
            env=_environment(),
            log=self.log,
            leave_root=self.rank.options,
        )
        child.start()
        if child.process is not None and child.process.wait() != 0:
            raise Problem(f"Postgres could not make its data folder {self.data}:\n{child.last_words()}")
        draft.rename(self.data)

    def child(self) -> Child:
        """The server, ready to be started. SIGINT is Postgres's own word for stopping cleanly at once."""
        self._folder(self.sockets)
        self._remove_stale_pid()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "logging_collector": "off",
            "log_statement": "none",
            "log_min_error_statement": "panic",  # a failing statement carries patient data
            "log_parameter_max_length_on_error": "0",
            "timezone": "UTC",
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            name="postgres",
            argv=[str(self.home / "bin" / "postgres"), "-D", str(self.data), *options],
            env=_environment(),
            log=self.log,
            stop_signals=((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)),
            death=signal.SIGINT,
            leave_root=self.rank.options,
        )

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def wait_until_ready(self, child: Child) -> None:
        """Until it accepts connections; recovery after a crash counts as starting."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not child.running():
                raise Problem(
                    f"Postgres did not start. Its last words, from {self.log}:\n{child.last_words()}"
                )
            if self.answers():
                return
            time.sleep(0.03)
        raise Problem(f"Postgres was not ready after {START_SECONDS:.0f} seconds. Look into {self.log}.")

    def prepare_roles(self) -> None:
        with self.connect() as connection:
            connection.execute(_script("roles.sql"))

    def prepare_database(self, name: str) -> None:
        """Create the database where it is missing, and give it its owner, its extensions and its doors."""
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with self.connect(name) as connection:
            connection.execute(_script("database.sql"))

    def drop_database(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def assert_durable(self) -> None:
        """An acknowledged entry must survive a crash: measured, not assumed."""
        with self.connect() as connection:
            for name in DURABLE:
                row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
                if row is None or row[0] != "on":
                    raise Problem(
                        f"Postgres runs with {name} {row and row[0]}; acknowledged entries could be lost."
                    )

    def _refuse_other_version(self) -> None:
        stored = (self.data / "PG_VERSION").read_text().strip()
        answer = subprocess.run(
            [self.home / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        match = re.search(r"(\d+)", answer.stdout)
        ours = match.group(1) if match else "?"
        if stored != ours:
            raise Problem(
                f"The data in {self.data} were written by Postgres {stored}; this Plimsoll brings {ours}, "
                "which cannot read them. Export what you need with the older Plimsoll, or move "
                f"{self.data.parent} aside to begin with an empty demo clinic."
            )

    def _folder(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
        if self.rank.account:
            shutil.chown(path, user=self.rank.account)

    def _remove_stale_pid(self) -> None:
        """After a crash another process may carry the number in postmaster.pid; Postgres would not start.

        Safe only because our own lock says that nobody else uses this folder.
        """
        file = self.data / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while file.exists() and (pid := _first_number(file)) is not None and _works_in(pid, self.data):
            if time.monotonic() > deadline:
                raise Problem(
                    f"An earlier Postgres (process {pid}) still uses {self.data}. End it: kill -INT {pid}"
                )
            time.sleep(0.05)
        file.unlink(missing_ok=True)


def _script(name: str) -> bytes:
    return (PROJECT / "deploy" / "postgres" / name).read_bytes()


def _environment() -> dict[str, str]:
    """Nothing of the caller's: a stray PGHOST or PGOPTIONS must not reach the server."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _works_in(pid: int, folder: Path) -> bool:
    """Postgres makes its data folder its working folder."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except OSError:
        return False
