"""Postgres refuses to run as root. Finds out how to leave root, where we are root."""

import functools
import os
import pwd
import subprocess
import sys
from dataclasses import dataclass

from physio.embedded.problem import Problem
from physio.embedded.processes import CHILD

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Rank:
    """`options` are for child.py. `account` is set where files must be given to another user first."""

    options: tuple[str, ...] = ()
    account: str | None = None


@functools.cache
def find_rank() -> Rank:
    """Ordinary user: nothing to do. Root: a user namespace; where forbidden, an unprivileged account."""
    if os.geteuid() != 0:
        return Rank()
    if namespaces_allowed():
        return Rank(options=("--map",))
    return account_rank()


def namespaces_allowed() -> bool:
    shim = [
        sys.executable,
        "-I",
        "-S",
        str(CHILD),
        "--parent",
        str(os.getpid()),
        "--death",
        "15",
        "--map",
        "--",
    ]
    trial = subprocess.run([*shim, sys.executable, "-I", "-S", "-c", ""], capture_output=True, check=False)
    return trial.returncode == 0


def account_rank() -> Rank:
    for name in UNPRIVILEGED:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return Rank(options=("--user", name), account=name)
    raise Problem(
        "You are root, Postgres refuses root, and this machine has neither user namespaces nor the accounts "
        f"{' or '.join(UNPRIVILEGED)}. Run the command as an ordinary user."
    )
