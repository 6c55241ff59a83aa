"""One page about a case for a colleague or the referrer: what was found, what was done, how it went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from assessments.clinical.classification import TendinopathyType
from assessments.clinical.findings import Finding
from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from assessments.models import Assessment, TendonFinding
from patients.models import CaseStatus
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Evaluation, GateResult
from rehab.clinical.history import History, ReportKind
from rehab.clinical.history import Plan as ToldPlan
from rehab.clinical.protocols import dose_in_words
from rehab.clinical.stages import STAGES, steps_back
from rehab.models import Flag
from rehab.queries import case_runs, plan_page
from rehab.queries.case_head import CaseHead
from rehab.queries.case_life import life
from rehab.queries.days import standing
from rehab.queries.flag_words import side_word, word
from rehab.queries.history import load as load_history
from rehab.queries.progress import SCORES

WEEK, RUN_DAYS = timedelta(days=7), 28
NOT_RECORDED = "not recorded"
TRIGGERS = {
    "MILEAGE": "more running",
    "HILLS": "hills",
    "SPEED": "speed",
    "SHOE_DROP": "lower shoes",
    "BREAK": "after a break",
    "CALF": "calf injury",
}


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Summary:
    """All in words, ready to be shown, copied or printed."""

    title: str
    name: str
    about: str
    clinic: str
    contact: str
    physio: str
    written: str
    sections: tuple[Section, ...]

    @property
    def as_text(self) -> str:
        lines = [f"{self.title}: {self.name}", self.about, f"{self.clinic}, {self.physio}, {self.written}"]
        for section in self.sections:
            lines += ["", section.title, *(f"- {label}: {value}" for label, value in section.rows)]
        return "\n".join(lines)


def load(head: CaseHead, now: datetime) -> Summary:
    history, plan = load_history(head.case_id)
    found = evaluate(history, plan, now)
    zone, clinic = ZoneInfo(head.case.clinic.time_zone), head.case.clinic
    born = f"born {_day(head.birth_date)}" if head.birth_date else ""
    about = ", ".join(part for part in (born, f"patient {head.number}", head.legs) if part)
    return Summary(
        title="Clinical summary",
        name=head.name,
        about=f"{about[:1].upper()}{about[1:]}",
        clinic=head.clinic,
        contact=", ".join(part for part in (clinic.phone, clinic.hours) if part),
        physio=head.case.clinician.display_name,
        written=_day(head.today),
        sections=tuple(
            section
            for section in (
                Section("Findings", tuple(_findings(head))),
                Section("Treatment", tuple(_treatment(head, found, zone))),
                Section("Course", tuple(_course(head, history, plan, found, now))),
                Section("Open points", tuple(_open_points(head))),
            )
            if section.rows
        ),
    )


def _findings(head: CaseHead) -> Iterable[tuple[str, str]]:
    newest = Assessment.objects.for_case(head.case_id).order_by("-assessed_at", "-id").first()
    if newest is None:
        yield "Assessment", "none yet"
        return
    zone = ZoneInfo(head.case.clinic.time_zone)
    yield "Assessed", _day(newest.assessed_at.astimezone(zone).date())
    for row in (
        TendonFinding.objects.filter(assessment=newest)
        .select_related("tendon")
        .order_by("tendon__side", "id")
    ):
        yield f"{Side(row.tendon.side).label.capitalize()} leg", _leg(row)
    red = ", ".join(Finding(code).mid_sentence for code in newest.red_flags)
    asked = not newest.facts.get("not_asked", ["not said"])
    nothing = "nothing found" if asked else "nothing found; not everything was asked"
    yield "Safety screen", f"found: {red}" if red else nothing
    if newest.facts.get("triggers"):
        yield "Before it began", ", ".join(TRIGGERS[code] for code in newest.facts["triggers"])


def _leg(row: TendonFinding) -> str:
    kind = f"{TendinopathyType(row.decided_type).label.lower()} tendinopathy"
    if row.override_reason:
        kind += f" (decided against the suggestion: {row.override_reason})"
    cm = (
        "tender point not recorded"
        if row.tender_cm is None
        else f"most tender at {float(row.tender_cm):g} cm"
    )
    tests = {True: "yes", False: "no", None: "not tested"}
    pain = [
        f"{label} pain {NOT_RECORDED if value is None else f'{value}/10'}"
        for label, value in (("usual", row.usual_pain), ("worst", row.worst_pain))
    ]
    return ", ".join(
        [kind, cm, f"thickening {tests[row.thickening]}", f"pain on stretch {tests[row.stretch_pain]}", *pain]
    )


def _treatment(head: CaseHead, found: Evaluation, zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    yield "Since", _day(head.case.opened_at.astimezone(zone).date())
    ended = life(head.case, found, zone, head.today)
    if ended.closed:
        yield "Ended", f"{ended.closed} {ended.closed_note}".strip()
    done = {one.side: one.percent for one in found.adherence if one.percent is not None}
    for side, plan in plan_page.load(head.case_id).plans.items():
        kept = f"; {done[side]} % of it done in the last 14 days" if side in done else ""
        yield (
            f"Exercises, {side.label}",
            f"{plan.protocol.label}, {dose_in_words(plan.protocol, plan.dose)}, since"
            f" {_day(plan.starts_on)} (version {plan.version}){kept}",
        )
    stage = found.stage
    if stage.stage is None:
        yield "Running", "not started"
    else:
        since = f", since {_day(stage.entered_at.astimezone(zone).date())}" if stage.entered_at else ""
        yield "Running", f"stage {stage.stage}, {STAGES[stage.stage].label.lower()}{since}"
    if (head.suspended or stage.result is GateResult.SUSPENDED) and head.case.status != CaseStatus.CLOSED:
        yield "On hold", "no running and no exercises until a physio has cleared it"


def _course(
    head: CaseHead, history: History, plan: ToldPlan, found: Evaluation, now: datetime
) -> Iterable[tuple[str, str]]:
    for side in plan.sides:
        yield f"Morning pain, {side.label}", _pain(history, side, head.today)
    rows = case_runs.run_rows(history, plan, now, head.today)
    lately = [row for row in rows if (head.today - row.mark.day).days < RUN_DAYS]
    worst = max((row.mark.pain for row in lately if row.mark.pain is not None), default=None)
    settled = [row.mark.settled for row in lately if row.mark.settled is not None]
    pain = "no pain score" if worst is None else f"worst pain {worst}/10"
    ran = f"{len(lately)}, {pain}, {sum(settled)} of {len(settled)} answered runs settled within 24 h"
    yield f"Runs in {RUN_DAYS} days", ran if lately else "none"
    back = len(steps_back(found.stage.path))
    if back:
        yield "Steps back", f"{back}, each after a run above the limit"
    for instrument in Instrument:
        for where in (*plan.sides, None):
            told = [
                (one.taken_on, one.value)
                for one in history.scores
                if one.instrument is instrument and one.side is where
            ]
            if told:
                yield _score_name(instrument, where), _from_to(sorted(told))


def _score_name(instrument: Instrument, side: Side | None) -> str:
    return SCORES[instrument] + (f", {side.label}" if side else "")


def _from_to(told: Sequence[tuple[date, float]]) -> str:
    first, last = told[0], told[-1]
    begun = f"{first[1]:g} on {_day(first[0])}"
    return begun if first[0] == last[0] else f"{begun}, {last[1]:g} on {_day(last[0])}"


def _pain(history: History, side: Side, today: date) -> str:
    """The mean of the first week in which something was said, beside that of the last seven days."""
    told = sorted(
        (one.local_date, pain)
        for one in standing(history.reports)
        if one.kind is ReportKind.MORNING and (pain := one.pain.get(side)) is not None
    )
    if not told:
        return NOT_RECORDED
    first = [pain for on, pain in told if on < told[0][0] + WEEK]
    last = [pain for on, pain in told if today - WEEK < on <= today]
    now = f"{_mean(last)} of 10 in the last 7 days ({len(last)} answers)" if last else "no answer in 7 days"
    return f"{_mean(first)} of 10 in the first week ({len(first)} answers), {now}"


def _mean(values: Sequence[int]) -> str:
    return f"{sum(values) / len(values):.1f}"


def _open_points(head: CaseHead) -> Iterable[tuple[str, str]]:
    for flag in Flag.objects.open().for_case(head.case_id).order_by("-opened_at", "id")[:5]:
        side = side_word(flag.side)
        yield f"{word(flag.kind)}{f', {side}' if side else ''}", flag.reason


def _day(one: date | None) -> str:
    return f"{one.day} {one:%B %Y}" if one else NOT_RECORDED
