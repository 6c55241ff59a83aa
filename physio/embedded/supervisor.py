"""Starts parts in order, keeps them alive, stops them in the opposite order. It knows no part by name."""

import time
from dataclasses import dataclass, field

from physio.embedded import patience
from physio.embedded.part import Part
from physio.embedded.problem import Problem
from physio.embedded.processes import Child

READY_SECONDS = 60.0
GLANCE_SECONDS = 1.0


def say(text: str) -> None:
    print(text, flush=True)


@dataclass
class Supervisor:
    _parts: list[Part] = field(default_factory=list)
    _step: Child | None = None

    def start(self, *parts: Part) -> None:
        """Start them together and wait until each answers."""
        for part in parts:
            self._parts.append(part)
            part.start()
        for part in parts:
            self._await(part)

    def step(self, child: Child, trouble: str, *, show: bool = False) -> None:
        """Run a program to its end; with `show`, its words reach the terminal while it runs."""
        self._step = child
        shown = 0
        child.start()
        while True:
            running = child.running()
            if show:
                new = child.words(shown)
                shown += len(new.encode())
                print(new, end="", flush=True)
            if not running:
                break
            patience.pause(0.1)
        self._step = None
        if child.exit_code() != 0:
            raise Problem(f"{trouble} Its last words, from {child.log}:\n{child.last_words(15)}")

    def watch(self) -> None:
        """Until somebody stops us."""
        while True:
            for part in self._parts:
                news = part.tend(time.monotonic())
                if news:
                    say(f"{time.strftime('%H:%M:%S')} {news}")
            patience.pause(GLANCE_SECONDS if all(part.steady() for part in self._parts) else 0.1)

    def stop(self) -> None:
        """Last started, first stopped. Signals wait meanwhile: an impatient Ctrl-C leaves nothing behind."""
        if self._step is not None:
            self._step.stop()
        while self._parts:
            self._parts.pop().stop()

    def _await(self, part: Part) -> None:
        began = time.monotonic()
        if (
            not patience.until(lambda: part.answers() or not part.running(), READY_SECONDS)
            or not part.running()
        ):
            words = part.child.last_words(15) if part.child else ""
            log = part.child.log if part.child else "its log"
            raise Problem(f"{part.name} did not start. Its last words, from {log}:\n{words}")
        say(f"  {part.name:<12} ready  {time.monotonic() - began:5.1f} s")
