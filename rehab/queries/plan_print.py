"""One printed page for the runner: exercises and dose, running as of now, what stops a run, whom to call."""

from dataclasses import dataclass
from datetime import date, datetime

from assessments.clinical.sides import Side
from rehab.clinical.evaluate import evaluate
from rehab.clinical.history import Track
from rehab.clinical.protocols import PROGRAMME_WEEKS, TEMPLATES, dose_in_words
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import resolve
from rehab.queries import plan_page
from rehab.queries.case_head import CaseHead
from rehab.queries.history import load as load_history


@dataclass(frozen=True)
class PrintedLeg:
    side: Side
    title: str
    dose: str
    start: str  # how the first days begin; empty when the whole dose starts at once
    steps: tuple[str, ...]
    starts_on: date
    weeks: int | None

    @property
    def heading(self) -> str:
        return f"{self.side.label.capitalize()} leg: {self.title}"

    @property
    def lasts(self) -> str:
        since = f"From {self.starts_on.day} {self.starts_on:%B %Y}"
        return f"{since}, {self.weeks} weeks" if self.weeks else since


@dataclass(frozen=True)
class Sheet:
    """`suspended`: nothing of the plan may be done, and the page says so instead of it."""

    legs: tuple[PrintedLeg, ...]
    stage: int | None
    stage_label: str
    reduced: bool
    stop_at: int
    physio: str
    phone: str
    hours: str
    emergency_number: str
    suspended: bool
    printed_on: date

    @property
    def running(self) -> str:
        """Empty while running has not started."""
        if self.stage is None:
            return ""
        return (
            "Reduced running beside the exercises"
            if self.reduced
            else f"Stage {self.stage}: {self.stage_label}"
        )


def load(head: CaseHead, now: datetime) -> Sheet:
    history, plan = load_history(head.case_id)
    stage = evaluate(history, plan, now).stage
    plans = plan_page.load(head.case_id).plans.values()
    clinic = head.case.clinic
    return Sheet(
        legs=tuple(
            PrintedLeg(
                side=one.side,
                title=one.protocol.label,
                dose=dose_in_words(one.protocol, one.dose),
                start=f"Start with {one.dose.start_sets} sets."
                if one.dose.start_sets < one.dose.sets
                else "",
                steps=TEMPLATES[one.protocol].runner_steps,
                starts_on=one.starts_on,
                weeks=PROGRAMME_WEEKS if TEMPLATES[one.protocol].weeks else None,
            )
            for one in plans
        ),
        stage=stage.stage,
        stage_label=STAGES[stage.stage].label if stage.stage else "",
        reduced=stage.track == Track.MODIFIED_RUNNING,
        stop_at=resolve(plan.thresholds_at(now)).run_ok_max + 1,
        physio=head.case.clinician.display_name,
        phone=clinic.phone,
        hours=clinic.hours,
        emergency_number=clinic.emergency_number,
        suspended=head.suspended or stage.result == "SUSPENDED",
        printed_on=head.today,
    )
