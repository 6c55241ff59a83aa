"""Everything the clinic did and noted about a case, in one stream, newest first. One query."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from assessments.clinical.classification import Protocol
from assessments.clinical.findings import Finding
from assessments.models import Assessment, AssessmentKind, RedFlagClearance
from rehab.clinical.history import StageAct
from rehab.clinical.stages import STAGES
from rehab.models import Flag, Plan, StageChange
from rehab.models.codes import REGRESS
from rehab.queries.flag_words import side_word, word
from rehab.queries.moments import day


class What(StrEnum):
    ASSESSMENT = "ASSESSMENT"
    PLAN = "PLAN"
    STAGE = "STAGE"
    FLAG = "FLAG"
    RESOLVED = "RESOLVED"
    CLEARANCE = "CLEARANCE"


@dataclass(frozen=True)
class Event:
    """`by` is empty when the rules did it by themselves."""

    at: datetime
    day: str
    title: str
    detail: str
    by: str


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


def timeline(case_id: UUID, *, now: datetime, zone: ZoneInfo) -> tuple[Event, ...]:
    first, *rest = _parts(case_id)
    rows = first.union(*rest, all=True).order_by("-moment", "what")
    today = now.astimezone(zone).date()
    return tuple(_event(*row, zone=zone, today=today) for row in rows)


def _parts(case_id: UUID) -> list[QuerySet[Any, Any]]:
    def part(
        found: QuerySet[Any], what: What, moment: str, by: str | None, **said: str
    ) -> QuerySet[Any, Any]:
        who = Cast(F(by), TextField()) if by else Value("", TextField())
        return (
            found.order_by()
            .annotate(moment=F(moment), what=Value(what.value, CharField()), said=JSONObject(**said), who=who)
            .values_list("moment", "what", "said", "who")
        )

    flags = Flag.objects.for_case(case_id)
    name = "by__display_name"
    return [
        part(Assessment.objects.for_case(case_id), What.ASSESSMENT, "assessed_at", name,
             kind="kind", note="note", red="red_flags"),
        part(Plan.objects.for_case(case_id), What.PLAN, "created_at", "author__display_name",
             protocol="protocol", version="version", side="tendon__side", starts="starts_on",
             reason="override_reason"),
        part(StageChange.objects.for_case(case_id), What.STAGE, "at", name,
             kind="kind", to="to_stage", reason="reason"),
        part(flags, What.FLAG, "opened_at", None, kind="kind", side="side", reason="reason"),
        part(flags.filter(resolved_at__isnull=False), What.RESOLVED, "resolved_at",
             "resolved_by__display_name", kind="kind", side="side", reason="resolution_note"),
        part(RedFlagClearance.objects.for_case(case_id), What.CLEARANCE, "cleared_at", name,
             note="note", ruled_out="ruled_out_findings"),
    ]  # fmt: skip


def _event(
    moment: datetime, what: str, said: dict[str, Any], who: str | None, *, zone: ZoneInfo, today: date
) -> Event:
    title, detail = WRITERS[What(what)](said, who)
    local = moment.astimezone(zone)
    return Event(moment, f"{day(local.date(), today)}, {local:%H:%M}", title, detail, who or "")


def _assessment(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    red = ", ".join(Finding(code).mid_sentence for code in said["red"])
    return AssessmentKind(said["kind"]).label, f"Red flags: {red}. {said['note']}" if red else said["note"]


def _plan(said: dict[str, Any], who: str | None) -> tuple[str, str]:
    side, starts = side_word(said["side"]), date.fromisoformat(said["starts"])
    title = f"Plan version {said['version']}, {side}: {Protocol(said['protocol']).label.lower()}"
    return title, f"From {starts.day} {starts:%b}. {said['reason']}".strip()


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
}
