"""Starts a program in its own session, tied to our life, and stops it without leaving anything behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")


@dataclass
class Child:
    """One program. `stop_signals` are tried in order, each with its patience in seconds; SIGKILL is last."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    stop_signals: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10.0),)
    death: signal.Signals = signal.SIGTERM
    leave_root: Sequence[str] = ()
    pass_fds: Sequence[int] = ()
    cwd: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_start: int = field(default=0, init=False)

    def start(self) -> None:
        shim = [
            sys.executable,
            "-I",
            "-S",
            str(CHILD),
            "--parent",
            str(os.getpid()),
            "--death",
            str(int(self.death)),
        ]
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                [*shim, *self.leave_root, "--", *self.argv],
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.pass_fds,
                cwd=self.cwd,
            )

    @property
    def pid(self) -> int:
        assert self.process is not None  # noqa: S101 - only asked of a started child
        return self.process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self.process is None else self.process.poll()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask, wait, insist; then clear whatever is left of its session."""
        if self.process is None:
            return
        for number, patience in self.stop_signals:
            if self.process.poll() is not None:
                break
            self.process.send_signal(number)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        self._clear_session()
        self.process.wait()
        self.process = None

    def _clear_session(self) -> None:
        assert self.process is not None  # noqa: S101 - called by stop() only
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return
            if self.process.poll() is not None:
                return
            time.sleep(0.01)

    def words(self, begin: int = 0) -> str:
        """What it has written since it was started, from its `begin`-th byte."""
        try:
            with self.log.open("rb") as log:
                log.seek(self._log_start + begin)
                return log.read().decode(errors="replace")
        except OSError:
            return ""

    def said(self, words: str) -> bool:
        return words in self.words()

    def last_words(self, lines: int = 8) -> str:
        return "\n".join(self.words().splitlines()[-lines:])
