"""A small clinic told day by day: a runner in each state of the worklist, evaluated as the worker would.

    clinic = make_caseload(now)            # clinic.physio, clinic.cases["Priya Nair"]
    more_runners(clinic, 58, now)          # runners who stepped over the line

Everything is dated back from `now`, so that the running product, which reads the real clock, agrees.
"""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from patients.models import Case, Clinic, Membership, Patient, Person, Role, Tendon
from rehab.actions import evaluations, red_flags
from rehab.actions.red_flags import RedFlagEntry
from rehab.models import CaseSummary, ExerciseSession, Flag, PainReport, Plan, Run
from rehab.queries.watermark import SWEEP
from tests import factories
from tests.cluster import this_clone

ZONE = ZoneInfo("Europe/London")


@dataclass
class Caseload:
    clinic: Clinic
    physio: Membership
    cases: dict[str, Case] = field(default_factory=dict)

    def flag(self, name: str, **found: Any) -> Flag:
        with factories.inside(self.clinic):
            return Flag.objects.filter(case=self.cases[name], **found).order_by("-opened_at", "-id")[0]

    def summary(self, name: str) -> CaseSummary:
        with factories.inside(self.clinic):
            return CaseSummary.objects.get(case=self.cases[name])


@dataclass
class Story:
    """Morning pain, oldest first, up to today; runs as (days back, minutes, pain, pain 24 h later)."""

    name: str
    age: int
    stage: int | None = 4
    weeks: int = 8
    mornings: tuple[int | None, ...] = ()
    runs: tuple[tuple[int, int, int, int | None], ...] = ()
    side: str = "LEFT"
    insertional: bool = False
    skip_pm: int = 7  # every so many evenings without sets
    silent_days: int = 0
    findings: tuple[str, ...] = ()


WELL = (2, 2, 2, 3, 2, 2, 2, 2, None, 2, 3, 2, 2, 2, 1, 2, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1)
STEADY = ((20, 30, 1, 1), (17, 31, 1, 1), (14, 30, 2, 1), (11, 30, 1, 1), (8, 32, 1, 1), (5, 31, 1, 1))
STORIES = (
    Story("Marta Kowalczyk", 46, 3, 6, (*WELL[:26], 4, 9), STEADY[:4],
          side="RIGHT", findings=("POP_OR_SNAP",)),
    Story("Priya Nair", 34, 4, 8, (*WELL[:25], 1, 4, 4), (*STEADY[:5], (2, 32, 5, 4))),
    Story("Tom Whitlock", 51, 3, 7, (*WELL[:20], 2, 3, 3, 3, 4, 4, 4, 4),
          ((11, 30, 1, 1), (8, 26, 2, 1), (5, 22, 3, 1), (2, 18, 4, 2)), insertional=True),
    Story("Dev Chaudhary", 29, 3, 6, (*WELL[:27], 2), (*STEADY[:5], (2, 24, 2, 2))),
    Story("Helen Aldous", 63, 2, 4, (*WELL[:26], 3, 3),
          ((9, 10, 1, 1), (6, 10, 1, 1), (3, 10, 2, 1)), skip_pm=1),
    Story("Joel Adeyemi", 38, 4, 8, WELL, ((21, 30, 1, 1), (16, 30, 1, 1)), silent_days=8),
    Story("Ruth Feldman", 57, 3, 8, (*WELL[:20], 1, 1, 1, 0, 0, 0, 0, 0),
          ((14, 22, 0, 0), (11, 22, 1, 0), (8, 24, 0, 0), (5, 25, 0, 0), (2, 25, 0, 0))),
    Story("Callum Reid", 26, 3, 3, WELL, ((5, 22, 1, 1), (2, 22, 1, 1))),
)  # fmt: skip


def make_caseload(now: datetime, stories: tuple[Story, ...] = STORIES, **clinic: Any) -> Caseload:
    made = factories.make_clinic("Harbour Physio", **clinic)
    load = Caseload(made, factories.make_member(made, Role.CLINICIAN, display_name="Sam Okafor"))
    for story in stories:
        load.cases[story.name] = live(load, story, now)
    work_through(load, now)
    return load


def more_runners(load: Caseload, count: int, now: datetime) -> None:
    """Each with a morning and a run over the line: enough for a row."""
    for number in range(count):
        story = Story(f"Alex Number{number:03}", 30, 3, 4, (1, 1, 2, 2), ((2, 20, 5, 4),))
        load.cases[story.name] = live(load, story, now)
    work_through(load, now)


def work_through(load: Caseload, now: datetime) -> None:
    """What the sweep does for this clinic, with its heartbeat."""
    with factories.inside(load.clinic, actor="worker"):
        evaluations.evaluate_all(case_ids=[case.pk for case in load.cases.values()], now=now)
    beat(now)


def beat(now: datetime) -> None:
    """The sweep's heartbeat, which only the worker may write."""
    with this_clone().connect("plimsoll_worker") as worker:
        worker.execute(
            "INSERT INTO patients_heartbeat (name, beat_at, detail) VALUES (%s, %s, '{}') "
            "ON CONFLICT (name) DO UPDATE SET beat_at = EXCLUDED.beat_at",
            [SWEEP, now],
        )


def live(load: Caseload, story: Story, now: datetime) -> Case:
    given, family = story.name.split()
    today = now.astimezone(ZONE).date()
    opened = now - timedelta(weeks=story.weeks, hours=1)
    with factories.inside(load.clinic):
        person = Person.objects.create(
            clinic=load.clinic, given_name=given, family_name=family, phone="07700 900123",
            email=f"{given}.{family}@example.org".lower(), birth_date=date(today.year - story.age, 1, 1),
        )  # fmt: skip
    patient = factories._save(
        Patient(clinic=load.clinic, person=person, number=next(factories._numbers), responsible=load.physio),
        load.clinic.pk,
    )
    case = factories.make_case(patient, sides=(story.side,), opened_at=opened)
    tendon = factories.tendon_of(case, story.side)
    plan = _prescribe(case, tendon, story, opened)
    with factories.inside(load.clinic):
        _tell(case, tendon, plan, story, now)
        if story.findings:
            entry = RedFlagEntry(client_id=uuid.uuid4(), findings=story.findings, side=None)
            red_flags.report(case=case, entry=entry, by=load.physio, now=now - timedelta(minutes=38))
    return case


def _prescribe(case: Case, tendon: Tendon, story: Story, opened: datetime) -> Plan:
    kind = "INSERTIONAL" if story.insertional else "MIDPORTION"
    protocol = "FLAT" if story.insertional else "STEP"
    assessment = factories.make_assessment(case, assessed_at=opened)
    factories.make_finding(
        assessment, tendon, tender_cm="1.0" if story.insertional else "4.5", usual_pain=1, worst_pain=6,
        suggested_type=kind, decided_type=kind, suggested_protocol=protocol,
    )  # fmt: skip
    plan = factories.make_plan(
        tendon, tendinopathy_type=kind, protocol=protocol, starts_on=opened.astimezone(ZONE).date(),
        knees=["STRAIGHT"] if story.insertional else ["STRAIGHT", "BENT"], created_at=opened, start_sets=3,
    )  # fmt: skip
    if story.stage:
        factories.make_stage_change(case, at=opened, to_stage=story.stage, reason="First plan.")
    return plan


def _tell(case: Case, tendon: Tendon, plan: Plan, story: Story, now: datetime) -> None:
    pain = "pain_left" if story.side == "LEFT" else "pain_right"
    warm_up = "warm_up_left" if story.side == "LEFT" else "warm_up_right"

    def entry(at: datetime) -> dict[str, Any]:
        return {
            "clinic": case.clinic, "patient": case.patient, "case": case, "client_id": uuid.uuid4(),
            "occurred_at": at, "received_at": at, "time_zone": "Europe/London", "source": "DEMO",
            "local_date": at.astimezone(ZONE).date(),
            "payload_hash": hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
        }  # fmt: skip

    def at(days_back: float) -> datetime:
        return now - timedelta(days=days_back, minutes=40)

    reports, sessions, runs = [], [], []
    count = len(story.mornings)
    for index, value in enumerate(story.mornings):
        back = count - 1 - index + story.silent_days
        if value is not None:
            reports.append(PainReport(**entry(at(back)), kind="MORNING", **{pain: value}))
    sets = [
        {"knee": knee, "reps": 15, "load_kg": None, "seconds": None} for knee in plan.knees for _ in range(3)
    ]
    for back in range(min(story.weeks * 7 - 1, 40), story.silent_days, -1):
        for half, hour in (("AM", 0.0), ("PM", -0.01)):
            if half == "PM" and back % story.skip_pm == 0:
                continue
            done = {"plan": plan, "tendon": tendon, "half": half, "protocol": plan.protocol}
            sessions.append(
                ExerciseSession(**entry(at(back + hour)), **done, sets=sets, reps_done=15 * len(sets))
            )
    for back, minutes, worst, later in story.runs:
        run = Run(
            **entry(at(back)),
            minutes=minutes,
            **{pain: worst, warm_up: "RESOLVED" if worst else "NO_SYMPTOMS"},
        )
        runs.append(run)
        if later is not None:
            reports.append(PainReport(**entry(at(back - 1)), kind="CHECK_24H", run=run, **{pain: later}))
    Run.objects.bulk_create(runs)
    PainReport.objects.bulk_create(reports)
    ExerciseSession.objects.bulk_create(sessions)
