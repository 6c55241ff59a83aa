"""One Plimsoll at a time in one data folder. The kernel holds the lock, so a stale file means nothing."""

import fcntl
import os
from pathlib import Path
from typing import IO

from physio.embedded.problem import Problem


def take(root: Path) -> IO[str]:
    """Held until the returned file is closed or the process ends, however it ends."""
    file = (root / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise Problem(
            f"Plimsoll already runs from {root}" + (f" (process {holder})" if holder else "") + ". "
            "Use that one, stop it with Ctrl-C where it runs, or start a second with "
            "PLIMSOLL_DATA=/some/folder and another PLIMSOLL_PORT."
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
