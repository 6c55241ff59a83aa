"""Waiting that a stop signal ends at once. Signals are taken from the kernel's queue, not in handlers."""

import signal
import time
from collections.abc import Callable

STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
NUDGES = {signal.SIGCHLD}


class Stopped(Exception):
    """Somebody asked us to stop."""


def begin() -> None:
    """From here on signals wait in the queue; child.py opens them again for the programs it becomes."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS | NUDGES)


def pause(seconds: float) -> None:
    """At most this long; shorter when a child ends."""
    deadline = time.monotonic() + seconds
    while True:
        got = signal.sigtimedwait(STOPS | NUDGES, max(0.0, deadline - time.monotonic()))
        if got is None or got.si_signo in NUDGES:
            return
        raise Stopped


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause(0.05)
    return True
