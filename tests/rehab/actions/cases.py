"""A runner who was assessed, ready for a plan: used by the tests of what a physio does."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from assessments.actions.entry import AssessmentEntry, ScreenEntry, TendonEntry
from assessments.clinical.clinic_screen import ASKED
from assessments.clinical.findings import Finding
from assessments.clinical.history import NEVER
from assessments.clinical.sides import Side
from assessments.models import Assessment
from patients.models import Person, Tendon, uuid7
from physio.web.tenancy import tenant
from rehab.actions import assessments
from tests.rehab.runner import NOW, Runner, make_runner

BORN = date(1990, 5, 4)
MID = {"tender_cm": 4.5, "thickening": True, "stretch_pain": False, "usual_pain": 1, "worst_pain": 5}
LOW = {"tender_cm": 1.0, "thickening": False, "stretch_pain": True, "usual_pain": 2, "worst_pain": 6}


@contextmanager
def at_work(runner: Runner) -> Generator[Runner, None, None]:
    """As the physio's own request is."""
    with tenant(clinic_id=runner.clinic.pk, actor=runner.physio.user_id, role="CLINICIAN"):
        yield runner


def screen(*found: Finding, asked: bool = True) -> ScreenEntry:
    """Everything asked; only these are so."""
    answers = {**dict.fromkeys(ASKED if asked else (), False), **dict.fromkeys(found, True)}
    return ScreenEntry(
        answers=answers,
        fluoroquinolone=NEVER,
        injection_near_tendon=NEVER,
        oral_steroid=NEVER,
        rupture_or_repair=NEVER,
        sudden_onset=False,
    )


def assess(
    runner: Runner, *found: Finding, leg: dict | None = None, asked: bool = True, now: datetime | None = None
) -> Assessment:
    entry = AssessmentEntry(
        id=uuid7(),
        screen=screen(*found, asked=asked),
        tendons=tuple(TendonEntry(side=Side(side), **(leg or MID)) for side in runner.tendons),
    )
    return assessments.record(
        case=runner.case, entry=entry, by=runner.physio, now=now or NOW - timedelta(minutes=5)
    )


def new_runner(**options: object) -> Runner:
    """Nobody has assessed them yet, and running has not started."""
    runner = make_runner(**{"stage": None, **options})
    with at_work(runner):
        Person.objects.update(birth_date=BORN)
    return runner


def leg_of(runner: Runner) -> Tendon:
    return next(iter(runner.tendons.values()))
