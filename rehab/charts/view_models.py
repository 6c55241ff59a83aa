"""What a chart is told. Every list runs oldest first; `None` means "not said"."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

PAIN_MAX = 10
Say = Callable[..., str]  # a pattern and its values, in the reader's language


def plain(pattern: str, **values: object) -> str:
    """In English, as the pictures are written."""
    return pattern.format(**values)


@dataclass(frozen=True)
class SideLine:
    """Morning pain of one side, one value a day (0-10, or None for a day without an answer)."""

    side: str
    pain: tuple[int | None, ...]

    def latest(self) -> int | None:
        return next((value for value in reversed(self.pain) if value is not None), None)

    def mean(self) -> float:
        """Mean of the answers given; -1 when there is none, so that an unanswered side never ranks first."""
        said = [value for value in self.pain if value is not None]
        return sum(said) / len(said) if said else -1.0


@dataclass(frozen=True)
class RunMark:
    """One run: the worst pain in it (worse side), and whether the tendon had settled 24 hours later.

    `settled` None: the check is pending or missing. `after`: the pain reported at that check, if any.
    """

    day: date
    pain: int | None
    minutes: int | None
    settled: bool | None
    after: int | None = None


@dataclass(frozen=True)
class StageBand:
    """The days at one running stage, both ends included. `dropped`: it was entered from a higher one."""

    start: date
    end: date
    number: int
    label: str
    dropped: bool = False


@dataclass(frozen=True)
class DaySets:
    """Morning and evening exercise of one day: True done, False not done, None not asked for."""

    am: bool | None
    pm: bool | None


@dataclass(frozen=True)
class CauseMark:
    """Something that may explain a change: a week over +10 %, first hills, speed, a shoe change, a break."""

    day: date
    label: str


@dataclass(frozen=True)
class CaseChart:
    """Everything one case picture shows. `days` follow each other; `sides` (one or two) and `sets` have one
    entry a day. `say` puts its words into the reader's language."""

    days: tuple[date, ...]
    sides: tuple[SideLine, ...]
    runs: tuple[RunMark, ...] = ()
    stages: tuple[StageBand, ...] = ()
    sets: tuple[DaySets, ...] = ()
    causes: tuple[CauseMark, ...] = ()
    limit: int = 3
    say: Say = field(default=plain, compare=False, repr=False)

    def __post_init__(self) -> None:
        if any(len(line.pain) != len(self.days) for line in self.sides):
            raise ValueError("Each side needs one value, or None, for every day.")
        if self.sets and len(self.sets) != len(self.days):
            raise ValueError("Sets need one entry for every day.")
        if any((after - before).days != 1 for before, after in pairwise(self.days)):
            raise ValueError("Days must follow each other without a gap.")
        said = [value for line in self.sides for value in line.pain if value is not None]
        said += [value for run in self.runs for value in (run.pain, run.after) if value is not None]
        if any(not 0 <= value <= PAIN_MAX for value in said):
            raise ValueError("Pain is a whole number from 0 to 10.")

    def last(self, count: int) -> "CaseChart":
        """The same case, cut to its last `count` days."""
        if count >= len(self.days):
            return self
        first = self.days[-count]
        return replace(
            self,
            days=self.days[-count:],
            sides=tuple(SideLine(line.side, line.pain[-count:]) for line in self.sides),
            runs=tuple(run for run in self.runs if run.day >= first),
            stages=tuple(
                replace(band, start=max(band.start, first), dropped=band.dropped and band.start >= first)
                for band in self.stages
                if band.end >= first
            ),
            sets=self.sets[-count:],
            causes=tuple(cause for cause in self.causes if cause.day >= first),
        )

    def worse_first(self) -> tuple[SideLine, ...]:
        """The sides, worse first: highest last answer, then highest mean of the answers, then as given."""

        def badness(line: SideLine) -> tuple[float, float]:
            latest = line.latest()
            return (-1.0 if latest is None else latest, line.mean())

        return tuple(sorted(self.sides, key=badness, reverse=True))
