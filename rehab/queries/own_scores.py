"""The outcome questions of a runner: which are open, what each asks, and what was said last time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.clinical import score_schedule
from assessments.clinical.instruments import Instrument
from assessments.clinical.score_schedule import Question, Schedule, Taken
from assessments.clinical.sides import Side
from assessments.models import OutcomeScore, ScoreDraft
from rehab.clinical.history import History
from rehab.queries.own_case import Care

SLUGS = {
    Instrument.MORNING_STIFFNESS: "stiffness",
    Instrument.PSFS: "activities",
    Instrument.GROC: "change",
    Instrument.VISA_A: "visa-a",
}
LEG_NAMES = {Side.LEFT: gettext_lazy("left leg"), Side.RIGHT: gettext_lazy("right leg")}
ACTIVITIES = 3  # that a runner names and rates
NAME_LENGTH = 60


@dataclass(frozen=True)
class Activity:
    """`rating` 0 to 10; None: not rated yet."""

    name: str = ""
    rating: int | None = None


@dataclass(frozen=True)
class Asked:
    """The next screen of the activities: the name of one, or how well it goes."""

    number: int
    name: str
    asks_rating: bool


@dataclass(frozen=True)
class Step:
    """One screen. `slug` is its address; `is_done`: answered for this point in time."""

    question: Question
    slug: str
    title: str
    is_done: bool


@dataclass(frozen=True)
class Scores:
    week: int
    steps: tuple[Step, ...]
    next_on: date | None

    @property
    def open(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.is_done)

    @property
    def is_started(self) -> bool:
        return any(step.is_done for step in self.steps)

    def after(self, slug: str) -> Step | None:
        """The next open screen behind this one; skipped ones stay open and come last."""
        names = [step.slug for step in self.steps]
        later = names[names.index(slug) + 1 :]
        return next((step for step in self.open if step.slug in later), None)


def of(care: Care, now: datetime) -> Scores:
    schedule = _schedule(care, now)
    rows = OutcomeScore.objects.for_case(care.case.pk).filter(taken_on__gte=schedule.since)
    taken = [
        Taken(Instrument(row.instrument), Side(row.tendon.side) if row.tendon else None, row.taken_on)
        for row in rows.select_related("tendon").order_by("taken_on", "id")
    ]
    return _scores(schedule, taken)


def of_history(care: Care, history: History, now: datetime) -> Scores:
    """The same from what was read already."""
    taken = [Taken(one.instrument, one.side, one.taken_on) for one in history.scores]
    return _scores(_schedule(care, now), taken)


def _scores(schedule: Schedule, taken: Iterable[Taken]) -> Scores:
    still_open = set(schedule.open(taken))
    return Scores(
        week=schedule.week,
        steps=tuple(_step(one, one not in still_open) for one in schedule.questions),
        next_on=schedule.next_on,
    )


def find(care: Care, slug: str, now: datetime) -> Step:
    """OutcomeScore.DoesNotExist for a question that this point in time does not ask."""
    found = next((_step(one, False) for one in _schedule(care, now).questions if _slug(one) == slug), None)
    if found is None:
        raise OutcomeScore.DoesNotExist
    return found


def activities_so_far(care: Care, now: datetime) -> list[Activity]:
    """What was answered of them for this point in time, so that one goes on at the very question."""
    drafts = ScoreDraft.objects.for_case(care.case.pk).filter(instrument=Instrument.PSFS.value)
    draft = drafts.first()
    if draft is None or draft.changed_at.astimezone(care.zone).date() < _schedule(care, now).since:
        return []
    return [Activity(one["name"], one["rating"]) for one in draft.answers]


def next_activity(care: Care, so_far: list[Activity], *, renames: bool = False) -> Asked:
    """`renames`: another name is wanted for the one that is up. Names of last time are not asked again."""
    number = next((n for n, one in enumerate(so_far, 1) if one.rating is None), len(so_far) + 1)
    number = min(number, ACTIVITIES)
    name = so_far[number - 1].name if number <= len(so_far) else ""
    if not name:
        known = _chosen_activities(care)
        name = known[number - 1] if number <= len(known) else ""
    return Asked(number, name, asks_rating=bool(name) and not renames)


def _chosen_activities(care: Care) -> tuple[str, ...]:
    """The activities named last time, so that the same ones are asked about again."""
    rows = OutcomeScore.objects.for_case(care.case.pk).filter(instrument=Instrument.PSFS.value)
    newest = rows.order_by("-taken_on", "-id").first()
    return tuple(one["name"] for one in newest.detail.get("activities", ())) if newest else ()


def _schedule(care: Care, now: datetime) -> Schedule:
    started = care.case.opened_at.astimezone(care.zone).date()
    return score_schedule.at(started, now.astimezone(care.zone).date(), care.sides)


def _slug(question: Question) -> str:
    name = SLUGS[question.instrument]
    return f"{name}-{question.side.label}" if question.side else name


def _step(question: Question, is_done: bool) -> Step:
    titles = {
        Instrument.MORNING_STIFFNESS: _("Morning stiffness"),
        Instrument.PSFS: _("What you want to do again"),
        Instrument.GROC: _("How much it has changed"),
        Instrument.VISA_A: _("VISA-A score"),
    }
    leg = f"{_(', ')}{LEG_NAMES[question.side]}" if question.side else ""
    return Step(question, _slug(question), f"{titles[question.instrument]}{leg}", is_done)
