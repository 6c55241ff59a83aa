"""Plimsoll's own processes as commands: the same ones that docker-compose.yml runs."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from physio.embedded.cluster import PROJECT
from physio.embedded.processes import Child

CELERY = [sys.executable, "-m", "celery", "--app", "physio.celery"]
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")


def environment(**values: str) -> dict[str, str]:
    """What a child is told. A stray DATABASE_URL of the caller's shell must never reach it."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PLIMSOLL_ENV": "development", "PYTHONUNBUFFERED": "1", "TZ": "UTC", **values}


def web(env: Mapping[str, str], log: Path, listener: int) -> Child:
    """`listener` is an open socket: while gunicorn restarts, visitors wait instead of being refused."""
    return Child(
        name="web",
        argv=[
            *(sys.executable, "-m", "gunicorn", "--config", "python:physio.gunicorn"),
            *("--bind", f"fd://{listener}", "physio.wsgi:application"),
        ],
        env=env,
        log=log,
        cwd=PROJECT,
        pass_fds=(listener,),
        stop_signals=((signal.SIGTERM, 12.0), (signal.SIGQUIT, 3.0)),
    )


def worker(env: Mapping[str, str], log: Path, *, concurrency: int = 2) -> Child:
    """TERM lets a running task end; QUIT gives it back. Neither loses anything: the truth is in rows."""
    return Child(
        name="worker",
        argv=[
            *CELERY,
            *(
                "worker",
                f"--concurrency={concurrency}",
                "--loglevel=INFO",
                "--without-gossip",
                "--without-mingle",
            ),
        ],
        env=env,
        log=log,
        cwd=PROJECT,
        stop_signals=((signal.SIGTERM, 10.0), (signal.SIGQUIT, 5.0)),
        death=signal.SIGQUIT,
    )


def beat(env: Mapping[str, str], log: Path) -> Child:
    """Keeps no schedule file: its ticks carry no state, so there is nothing to lose or to spoil."""
    return Child(
        name="beat",
        argv=[*CELERY, "beat", "--loglevel=INFO", "--scheduler=celery.beat:Scheduler", "--pidfile="],
        env=env,
        log=log,
        cwd=PROJECT,
    )


def python(name: str, arguments: list[str], env: Mapping[str, str], log: Path) -> Child:
    """A program that comes to its end by itself."""
    return Child(name=name, argv=[sys.executable, "-m", *arguments], env=env, log=log, cwd=PROJECT)


def mail(log: Path, listener: int, folder: Path) -> Child:
    return Child(
        name="mail",
        argv=[sys.executable, "-m", "physio.embedded.mail", str(listener), str(folder)],
        env=environment(),
        log=log,
        cwd=PROJECT,
        pass_fds=(listener,),
    )
