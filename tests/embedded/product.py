"""Runs the product as a person does, and looks at its processes from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from physio.embedded.cluster import PROJECT, Cluster
from tests.services import free_port, wait_for

SECONDS = 90.0


@dataclass(frozen=True)
class Process:
    """A number alone may be given to another process; with its start time it may not."""

    pid: int
    started: str
    command: str

    def alive(self) -> bool:
        return look_up(self.pid) == self


@dataclass
class Product:
    data: Path
    env: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, command: tuple[str, ...] = (sys.executable, "-m", "physio.embedded")) -> None:
        env = {
            **os.environ,
            "PLIMSOLL_DATA": str(self.data),
            "PLIMSOLL_PORT": str(self.port),
            "PLIMSOLL_DEMO": "off",
            **self.env,
        }
        self.output.touch()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(command, cwd=PROJECT, env=env, stdout=output, stderr=output)

    @property
    def output(self) -> Path:
        return self.data.with_suffix(".txt")

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        wait_for(lambda: "is ready after" in self.said() or not self.running(), "the product", SECONDS)
        assert self.running(), self.said()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def healthy(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def children(self) -> list[Process]:
        assert self.process is not None
        return descendants(self.process.pid)

    def part(self, words: str) -> Process:
        """The main process of a part: the one our supervisor started."""
        assert self.process is not None
        found = [process for process in direct_children(self.process.pid) if words in process.command]
        assert len(found) == 1, f"{words}: {found}"
        return found[0]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def cluster(self) -> Cluster:
        return Cluster(self.data / "postgres", self.data / "run", self.data / "log" / "postgres.log")


def look_up(pid: int) -> Process | None:
    """None when it is gone; a zombie is gone."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return None
    return None if after_name[0] == "Z" else Process(pid, after_name[19], command)


def direct_children(pid: int) -> list[Process]:
    try:
        pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [process for process in map(look_up, map(int, pids)) if process is not None]


def descendants(pid: int) -> list[Process]:
    children = direct_children(pid)
    return children + [grandchild for child in children for grandchild in descendants(child.pid)]


def wait_until_gone(processes: list[Process], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while left := [process for process in processes if process.alive()]:
        assert time.monotonic() < deadline, f"left behind: {left}"
        time.sleep(0.05)
