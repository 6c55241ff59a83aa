"""What the runner's page of a day to come says, if every answer until then is within the plan. Source: A3.

A picture of the plan, not a permission: what may be run is only ever worked out from the answers, on the day.
"""

from __future__ import annotations

from assessments.clinical.classification import Protocol
from rehab.clinical import words
from rehab.clinical.evaluation import Decision
from rehab.clinical.history import Half, Knee, Track
from rehab.clinical.portal_words import HALVES, KNEES
from rehab.clinical.protocols import Dose, tempo
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import Limits

ON_HOLD = "On hold: no running and no exercises until a physio has released it."
TOWARD_USUAL = "Easy, and the week at most {percent} % more than the week before."
REDUCED = "Half to {percent} % of the usual week, easy and flat."


def running(stage: int | None, track: Track, limits: Limits) -> str:
    """The most that the stage may contain."""
    if track is Track.MODIFIED_RUNNING:
        return REDUCED.format(percent=100 - limits.cut_percent)
    if stage is None or stage == 1:
        return words.NEXT_STEPS[Decision.NO_RUNNING_STAGE]
    content = STAGES[stage]
    if content.longest_block_minutes is not None and content.minutes_high is not None:
        return words.walk_run(content.minutes_high)
    if content.minutes_high is None:
        return TOWARD_USUAL.format(percent=limits.weekly_percent)
    return words.session(content.minutes_low, content.minutes_high, hills=content.hills, speed=content.speed)


def exercises(protocol: Protocol, dose: Dose) -> tuple[str, ...]:
    """A line for each half of the day, such as "Morning, straight knee: 3 × 15, 3–5 s down"."""
    halves = [_title(HALVES[half]) for half in Half]
    times = halves if dose.sessions_per_day == len(halves) else ["Once"] if dose.sessions_per_day == 1 else []
    named = times or [f"{dose.sessions_per_day} times"]
    return tuple(
        f"{when}, {KNEES[knee].lower()}: {_sets(protocol, dose)}"
        for when in named
        for knee in _in_order(dose)
    )


def _in_order(dose: Dose) -> list[Knee]:
    return [knee for knee in Knee if knee in dose.knees]


def _sets(protocol: Protocol, dose: Dose) -> str:
    seconds = tempo(dose.tempo_low_s, dose.tempo_high_s)
    each = f"{seconds} held" if protocol is Protocol.ISOMETRIC else f"{dose.reps}, {seconds} down"
    load = f", with {dose.load_kg:g} kg" if dose.load_kg else ""
    if dose.start_sets >= dose.sets:
        return f"{dose.sets} × {each}{load}"
    return f"{dose.start_sets} × {each}{load}; {dose.sets} sets once it has settled two days later"


def _title(word: str) -> str:
    return word[:1].upper() + word[1:]
