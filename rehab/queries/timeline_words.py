"""What a line of the timeline says: one writer for each kind of event."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from assessments.clinical.classification import Protocol
from assessments.clinical.findings import Finding
from assessments.clinical.instruments import Instrument
from assessments.clinical.score_change import INSTRUMENTS
from assessments.clinical.sides import Side
from assessments.models import AssessmentKind, ScoreSource
from patients.models import CaseOutcome, ChangeKind, CheckIn
from rehab.clinical.history import Knee, StageAct
from rehab.clinical.protocols import Dose, dose_in_words
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import REHAB_THRESHOLDS
from rehab.models.codes import REGRESS
from rehab.models.message import Sender
from rehab.queries.flag_words import side_word, word


class What(StrEnum):
    ASSESSMENT = "ASSESSMENT"
    PLAN = "PLAN"
    STAGE = "STAGE"
    FLAG = "FLAG"
    RESOLVED = "RESOLVED"
    CLEARANCE = "CLEARANCE"
    NOTE = "NOTE"
    CASE = "CASE"
    MESSAGE = "MESSAGE"
    SCORE = "SCORE"


ACTS = {
    StageAct.START: "Running started at {to}",
    StageAct.PROGRESS: "Moved on to {to}",
    StageAct.STEP_BACK: "Stepped back to {to}",
    StageAct.HOLD: "Held at {to}",
    StageAct.RELEASE_HOLD: "Hold released at {to}",
    StageAct.WAIVE_HILLS: "Hills waived at {to}",
    StageAct.RESUME: "Running resumed at {to}",
    REGRESS: "Stepped back to {to} to let it settle",
}
LEFT_OUT = "Closed by itself: the condition cleared."
DOSE = (
    "sets", "reps", "sessions_per_day", "days_per_week", "knees", "tempo_low_s", "tempo_high_s", "load_kg",
    "start_sets",
)  # fmt: skip
_NAMES = {threshold.code: threshold.says for threshold in REHAB_THRESHOLDS}


def _assessment(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    red = ", ".join(Finding(code).mid_sentence for code in said["red"])
    title = "First assessment" if said["kind"] == AssessmentKind.INITIAL else "Assessed again"
    return title, f"Red flags: {red}. {said['note']}" if red else said["note"]


def _plan(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    side, starts, protocol = (
        side_word(said["side"]),
        date.fromisoformat(said["starts"]),
        Protocol(said["protocol"]),
    )
    title = f"Plan version {said['version']}, {side}: {protocol.label.lower()}"
    dose = Dose(**{**{name: said[name] for name in DOSE}, "knees": tuple(map(Knee, said["knees"]))})
    parts = [f"From {starts.day} {starts:%b}: {dose_in_words(protocol, dose)}.", said["reason"]]
    parts += [
        f"{_NAMES.get(code, code)} {change['value']}, because: {change['reason']}"
        for code, change in said["thresholds"].items()
    ]
    return title, " ".join(part.strip() for part in parts if part.strip())


def _stage(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    to = f"stage {said['to']}, {STAGES[said['to']].label.lower()}"
    return ACTS.get(said["kind"], "Stage set to {to}").format(to=to), said["reason"]


def _flag(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    return f"Flag: {_named(said)}", said["reason"]


def _resolved(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    return f"Resolved: {_named(said)}", said["reason"] if who else LEFT_OUT


def _clearance(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    ruled_out = ", ".join(Finding(code).mid_sentence for code in said["ruled_out"])
    return "Red flag cleared by examination", f"Ruled out: {ruled_out}. {said['note']}"


def _note(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    title = f"Note, sets the one of {_day_of(said['corrects'])} right" if said["corrects"] else "Note"
    return title, "Set right by a later note." if said["corrected"] else ""


def _day_of(moment: str) -> str:
    at = datetime.fromisoformat(moment)
    return f"{at.day} {at:%b %Y}"


def _score(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    facts = INSTRUMENTS[Instrument(said["instrument"])]
    side = f", {Side(said['side']).label}" if said["side"] else ""
    best = f" of {facts.high:g}" if facts.low == 0 else f", from {facts.low:g} to {facts.high:g}"
    return f"{facts.label}{side}: {said['value']:g}{best}", ScoreSource(said["source"]).label


def _case(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    kind = ChangeKind(said["kind"])
    title = {
        ChangeKind.TRANSFERRED: f"Handed over to {said['to']}",
        ChangeKind.REOPENED: "Case reopened",
    }.get(kind)
    if title is None:
        of = CaseOutcome if kind is ChangeKind.CLOSED else CheckIn
        opening = "Case closed" if kind is ChangeKind.CLOSED else "Monthly check-in"
        title = f"{opening}: {of(said['outcome']).label.lower()}"
    return title, said["reason"]


def _message(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    title = "Message from the runner" if said["sender"] == Sender.RUNNER else "Message to the runner"
    return (f"{title}, taken back before it was read" if said["gone"] else title), ""


def _named(said: dict[str, Any]) -> str:
    side = side_word(said["side"])
    return f"{word(said['kind']).lower()}{f', {side}' if side else ''}"


WRITERS = {
    What.ASSESSMENT: _assessment,
    What.PLAN: _plan,
    What.STAGE: _stage,
    What.FLAG: _flag,
    What.RESOLVED: _resolved,
    What.CLEARANCE: _clearance,
    What.NOTE: _note,
    What.CASE: _case,
    What.MESSAGE: _message,
    What.SCORE: _score,
}
