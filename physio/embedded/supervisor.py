"""Starts parts in order, keeps them alive, stops them in the opposite order. It knows no part by name."""

import time
from collections.abc import Callable
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
    _beside: tuple[Child, Callable[[], None]] | None = None

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

    def beside(self, child: Child, done: Callable[[], None]) -> None:
        """Run a program to its end while the parts run; `done` is called when it has succeeded."""
        child.start()
        self._beside = (child, done)

    def _tend_beside(self) -> None:
        if self._beside is None or self._beside[0].running():
            return
        (child, done), self._beside = self._beside, None
        if child.exit_code() == 0:
            done()
        else:
            say(f"{child.name} did not finish; the next start goes on with it. Its log: {child.log}")

    def watch(self) -> None:
        """Until somebody stops us."""
        while True:
            self._tend_beside()
            for part in self._parts:
                news = part.tend(time.monotonic())
                if news:
                    say(f"{time.strftime('%H:%M:%S')} {news}")
            patience.pause(GLANCE_SECONDS if all(part.steady() for part in self._parts) else 0.1)

    def stop(self) -> None:
        """Last started, first stopped. Signals wait meanwhile: an impatient Ctrl-C leaves nothing behind."""
        for child in (self._step, self._beside and self._beside[0]):
            if child is not None:
                child.stop()
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
