"""A part of the running product: started again when it ends, with growing patience."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from physio.embedded.processes import Child

FIRST_DELAY = 0.5  # seconds
LONGEST_DELAY = 30.0
STEADY = 60.0  # after so long without a fault, the next fault counts as the first


@dataclass
class Part:
    """`make` gives a fresh child; `ready` says whether the running one answers."""

    name: str
    make: Callable[[], Child]
    ready: Callable[[Child], bool]
    child: Child | None = field(default=None, init=False)
    _delay: float = field(default=FIRST_DELAY, init=False)
    _started: float = field(default=0.0, init=False)
    _due: float | None = field(default=None, init=False)

    def start(self) -> None:
        self._due = None
        self._started = time.monotonic()
        self.child = self.make()
        self.child.start()

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()
            self.child = None

    def running(self) -> bool:
        return self.child is not None and self.child.running()

    def answers(self) -> bool:
        return self.child is not None and self.child.running() and self.ready(self.child)

    def steady(self) -> bool:
        return self._due is None

    def tend(self, now: float) -> str | None:
        """Look after it; a sentence when something happened that a person should know."""
        if self.running():
            if now - self._started > STEADY:
                self._delay = FIRST_DELAY
            return None
        if self._due is None:
            delay, self._delay = self._delay, min(self._delay * 2, LONGEST_DELAY)
            self._due = now + delay
            log = f" Its log: {self.child.log}" if self.child is not None else ""
            return f"{self.name} ended unexpectedly; it comes back in {delay:g} s.{log}"
        if now < self._due:
            return None
        self.stop()  # clears what the dead one left in its session
        self.start()
        return f"{self.name} is started again."
