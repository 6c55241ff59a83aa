"""The exercise protocols a physio can assign, and the dose each starts from. Source: section A4.

A template only fills in the form; what is prescribed is the plan that the physio saves.
"""

from __future__ import annotations

from dataclasses import dataclass

from assessments.clinical.classification import Protocol
from rehab.clinical.history import Knee
from rehab.clinical.said import Said, row, said

PROGRAMME_WEEKS = 12
_BOTH, _STRAIGHT = (Knee.STRAIGHT, Knee.BENT), (Knee.STRAIGHT,)
_BOUNDS: dict[str, tuple[int, int, str]] = {
    "sets": (1, 10, "sets"),
    "reps": (1, 60, "repetitions"),
    "sessions_per_day": (1, 4, "sessions a day"),
    "days_per_week": (1, 7, "days a week"),
    "tempo_low_s": (1, 60, "seconds"),
    "tempo_high_s": (1, 60, "seconds"),
    "start_sets": (1, 10, "sets to start with"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How much, for each knee position. `tempo_*_s`: seconds of lowering, or of holding when isometric.

    ValueError outside the bounds the database keeps.
    """

    sets: int
    reps: int
    sessions_per_day: int
    days_per_week: int
    knees: tuple[Knee, ...]
    tempo_low_s: int
    tempo_high_s: int
    start_sets: int
    load_kg: float | None = None

    def __post_init__(self) -> None:
        for name, (low, high, unit) in _BOUNDS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"Give {low} to {high} {unit}.")
        if not self.knees:
            raise ValueError("Choose at least one knee position.")
        if self.tempo_high_s < self.tempo_low_s:
            raise ValueError("The slower tempo cannot be shorter than the quicker one.")
        if self.start_sets > self.sets:
            raise ValueError("The sets to start with cannot be more than the sets of the plan.")
        if self.load_kg is not None and not 0 <= self.load_kg <= 300:
            raise ValueError("Give a load of 0 to 300 kg, or leave it empty.")

    @property
    def reps_per_day(self) -> int:
        """Repetitions on an exercise day, all knee positions together."""
        return self.sets * self.reps * len(self.knees) * self.sessions_per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    protocol: Protocol
    dose: Dose
    movement: str  # for the physio: how it is done
    runner_steps: tuple[str, ...]  # for the runner, in plain words
    mark: str  # source marks as in assessments.clinical.thresholds
    weeks: int | None = PROGRAMME_WEEKS  # None: for good

    @property
    def needs_sign_off(self) -> bool:
        return bool({"INT", "PROD", "2", "R"} & set(self.mark.split("/")))


_TEMPLATES = (
    Template(
        protocol=Protocol.STEP,
        dose=Dose(
            sets=3,
            reps=15,
            sessions_per_day=2,
            days_per_week=7,
            knees=_BOTH,
            tempo_low_s=3,
            tempo_high_s=5,
            start_sets=2,
        ),
        movement="Up on both feet, weight to the sore leg, lower below the step; the good leg brings you up.",
        runner_steps=(
            "Stand on a step on the front of your feet, and hold on to something.",
            "Rise on both feet, then shift your weight to the sore leg.",
            "Lower that heel slowly, to below the step.",
            "Use your other leg to come up again.",
        ),
        mark="DOC",
    ),
    Template(
        protocol=Protocol.FLAT,
        dose=Dose(
            sets=3,
            reps=15,
            sessions_per_day=2,
            days_per_week=7,
            knees=_STRAIGHT,
            tempo_low_s=3,
            tempo_high_s=5,
            start_sets=2,
        ),
        movement="Up on both feet, weight to the sore leg, lower to the floor, never below; up on both.",
        runner_steps=(
            "Stand on a flat floor, not on a step, and hold on to something.",
            "Rise on both feet, then shift your weight to the sore leg.",
            "Lower that heel slowly to the floor, and no lower.",
            "Come up again on both feet.",
        ),
        mark="DOC/INT",
    ),
    Template(
        protocol=Protocol.ISOMETRIC,
        dose=Dose(
            sets=5,
            reps=1,
            sessions_per_day=2,
            days_per_week=7,
            knees=_STRAIGHT,
            tempo_low_s=30,
            tempo_high_s=45,
            start_sets=2,
        ),
        movement="Hold a heel raise half way, on both feet or on one, on flat ground.",
        runner_steps=(
            "Stand on a flat floor and hold on to something.",
            "Rise half way onto your toes and stay there.",
            "Hold, then lower and rest for about two minutes.",
        ),
        mark="DOC/PROD",
    ),
    Template(
        protocol=Protocol.HEAVY_SLOW,
        dose=Dose(
            sets=3,
            reps=15,
            sessions_per_day=1,
            days_per_week=3,
            knees=_BOTH,
            tempo_low_s=3,
            tempo_high_s=3,
            start_sets=3,
        ),
        movement="Heel raises with added weight, up and down slowly; from 15 lighter toward 6 heavier.",
        runner_steps=(
            "Do your heel raises with the weight that your physio has shown you.",
            "Rise slowly, then lower slowly.",
            "Rest two to three minutes between the sets.",
        ),
        mark="DOC/V/PROD",
    ),
    Template(
        protocol=Protocol.SILBERNAGEL,
        dose=Dose(
            sets=3,
            reps=15,
            sessions_per_day=1,
            days_per_week=7,
            knees=_STRAIGHT,
            tempo_low_s=3,
            tempo_high_s=3,
            start_sets=2,
        ),
        movement="Heel raises on two feet, then on one, then over a step's edge, then quick ones; by pain.",
        runner_steps=(
            "Start with heel raises on both feet.",
            "Go on to the kind that your physio has shown you for this phase.",
            "Lower slowly each time.",
        ),
        mark="DOC/PROD",
    ),
    Template(
        protocol=Protocol.MAINTENANCE,
        dose=Dose(
            sets=3,
            reps=15,
            sessions_per_day=1,
            days_per_week=2,
            knees=_BOTH,
            tempo_low_s=3,
            tempo_high_s=5,
            start_sets=2,
        ),
        movement="As heel drops off a step, two days a week, for good.",
        runner_steps=(
            "Stand on a step on the front of your feet, and hold on to something.",
            "Rise on both feet, then lower the one that was sore slowly, to below the step.",
        ),
        mark="DOC",
        weeks=None,
    ),
    Template(
        protocol=Protocol.MAINTENANCE_FLAT,
        dose=Dose(
            sets=3,
            reps=15,
            sessions_per_day=1,
            days_per_week=2,
            knees=_STRAIGHT,
            tempo_low_s=3,
            tempo_high_s=5,
            start_sets=2,
        ),
        movement="As heel lowering on the flat, two days a week, for good.",
        runner_steps=(
            "Stand on a flat floor and hold on to something.",
            "Rise on both feet, then lower the heel that was sore slowly to the floor, and no lower.",
        ),
        mark="DOC/INT",
        weeks=None,
    ),
)
TEMPLATES: dict[Protocol, Template] = {template.protocol: template for template in _TEMPLATES}

_KNEES = {
    frozenset(_BOTH): "straight and bent knee",
    frozenset(_STRAIGHT): "straight knee",
    frozenset({Knee.BENT}): "bent knee",
}
_TIMES_A_DAY = {1: "once a day", 2: "morning and evening", 3: "three times a day", 4: "four times a day"}


def tempo(low_s: int, high_s: int) -> Said:
    """Such as "3–5 s"."""
    return said("{span} s", span=str(low_s) if low_s == high_s else f"{low_s}–{high_s}")


def dose_in_words(protocol: Protocol, dose: Dose) -> str:
    """Such as "3 × 15, straight and bent knee, morning and evening, 3–5 s down"."""
    seconds = tempo(dose.tempo_low_s, dose.tempo_high_s)
    times = _TIMES_A_DAY[dose.sessions_per_day]
    parts = [
        row(f"{dose.sets} × ", seconds) if protocol is Protocol.ISOMETRIC else f"{dose.sets} × {dose.reps}",
        _KNEES[frozenset(dose.knees)],
        times
        if dose.days_per_week == 7
        else said("{times}, {days} days a week", times=times, days=dose.days_per_week),
    ]
    if protocol is not Protocol.ISOMETRIC:
        parts.append(said("{seconds} down", seconds=seconds))
    if dose.load_kg:
        parts.append(said("{load} kg added", load=f"{dose.load_kg:g}"))
    return row(parts[0], *(piece for part in parts[1:] for piece in (", ", part)))
