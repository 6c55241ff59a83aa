"""Why a case is on the list: dated facts, the rule as it stands in the plan, what would clear it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, UUIDField

from patients.models import Case, Membership
from physio.web.kept import Kept
from rehab.clinical.evaluation import SILENCE, FindingKind
from rehab.clinical.history import ReportKind
from rehab.clinical.thresholds import REHAB_THRESHOLDS
from rehab.models import CaseSummary, Flag, FlagState, Plan
from rehab.queries.flag_words import SHAPES, Action, implied_action, place, side_word, word
from rehab.queries.moments import clock, day, weekday
from rehab.queries.worklist_rows import dialled, name_of

READINGS = {
    ReportKind.PRE_RUN.value: "before a run",
    ReportKind.AFTER.value: "after the run",
    ReportKind.CHECK_24H.value: "24 h check",
    ReportKind.CHECK_48H.value: "48 h check",
    ReportKind.MORNING.value: "morning check",
}
THRESHOLDS = {threshold.code: threshold for threshold in REHAB_THRESHOLDS}


@dataclass(frozen=True)
class Fact:
    day: str
    what: str
    value: str


@dataclass(frozen=True)
class FlagView:
    """One flag as a physio reads it. `go`: the one thing that it asks for."""

    id: UUID
    kind: str
    state: str
    shape: str
    word: str
    side: str
    reason: str
    status: str
    facts: tuple[Fact, ...]
    rule: str
    threshold: str
    missing: tuple[str, ...]
    clears: str
    implies: str
    go: Action
    is_red: bool
    is_silence: bool
    is_open: bool
    needs_note: bool
    useful: bool | None
    judged: str  # by whom and when; empty while nobody said


@dataclass(frozen=True)
class RuleSetting:
    """Who set the plan that the rules are read from, and what in it differs from the usual."""

    set_by: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Peek:
    case_id: UUID
    patient_id: UUID
    name: str
    time_zone: str
    phone: str
    tel: str
    flags: tuple[FlagView, ...]
    setting: RuleSetting | None


def peek(*, case_id: UUID, now: datetime) -> Peek:
    """Case.DoesNotExist when this clinic has no such case."""
    found = Case.objects.select_related("patient__person", "clinic").get(pk=case_id)
    zone, person = ZoneInfo(found.clinic.time_zone), found.patient.person
    stage = CaseSummary.objects.for_case(case_id).values_list("stage", flat=True).first()
    phone = person.phone if person else ""
    return Peek(
        case_id=case_id,
        patient_id=found.patient_id,
        name=name_of(found.patient),
        time_zone=found.clinic.time_zone,
        phone=phone,
        tel=dialled(phone),
        flags=standing_flags(case_id, now=now, zone=zone, stage=stage, tel=dialled(phone)),
        setting=rule_setting(plan_versions(case_id), now, zone),
    )


def standing_flags(
    case_id: UUID, *, now: datetime, zone: ZoneInfo, stage: int | None, tel: str
) -> tuple[FlagView, ...]:
    """Open ones first, most urgent first, then those acknowledged or snoozed. One query."""
    flags = _STANDING.ask(case_id=case_id)
    silent = any(flag.kind in SILENCE and flag.state == FlagState.OPEN for flag in flags)
    ordered = sorted(
        flags,
        key=lambda flag: (flag.state != FlagState.OPEN, place(flag.kind, flag.severity, silent=silent)),
    )
    return tuple(view(flag, now=now, zone=zone, stage=stage, tel=tel) for flag in ordered)


def _standing(case_id: Any) -> QuerySet[Flag, Flag]:
    found = Flag.objects.open().for_case(case_id).select_related("acknowledged_by", "snoozed_by", "judged_by")
    return found.order_by("opened_at", "kind", "side", "id")


_STANDING = Kept(_standing, case_id=UUIDField())


def plan_versions(case_id: UUID) -> list[Plan]:
    """Newest first, with their authors and tendons. One query."""
    return _VERSIONS.ask(case_id=case_id)


def _versions(case_id: Any) -> QuerySet[Plan, Plan]:
    return Plan.objects.for_case(case_id).select_related("author", "tendon").order_by("-created_at", "id")


_VERSIONS = Kept(_versions, case_id=UUIDField())


def view(flag: Flag, *, now: datetime, zone: ZoneInfo, stage: int | None, tel: str) -> FlagView:
    evidence, today = flag.evidence, now.astimezone(zone).date()
    return FlagView(
        id=flag.pk,
        kind=flag.kind,
        state=flag.state,
        shape=SHAPES[flag.severity],
        word=word(flag.kind, stage),
        side=side_word(flag.side),
        reason=flag.reason,
        status=_status(flag, now, zone),
        facts=facts(evidence, zone, today),
        rule=flag.rule,
        threshold=evidence.get("threshold", ""),
        missing=tuple(evidence.get("missing", ())),
        clears=evidence.get("clears", ""),
        implies=evidence.get("action", ""),
        go=implied_action(flag.kind, stage, tel),
        is_red=flag.kind == FindingKind.RED_FLAG,
        is_silence=flag.kind in SILENCE,
        is_open=flag.state == FlagState.OPEN,
        needs_note=flag.kind == FindingKind.WORSENING,
        useful=flag.useful,
        judged=_judged(flag, now, zone),
    )


def facts(evidence: Mapping[str, Any], zone: ZoneInfo, today: date) -> tuple[Fact, ...]:
    """The dated readings of a flag's evidence, in words."""
    return tuple(
        Fact(
            weekday(datetime.fromisoformat(one["at"]).astimezone(zone).date(), today),
            _plain(one["what"]),
            one["value"],
        )
        for one in evidence.get("readings", ())
    )


def _plain(what: str) -> str:
    """A reading's name in words: "24 h check at 24 h" for "CHECK_24H at 24 h"."""
    code, _, rest = what.partition(" ")
    said = f"{READINGS[code]} {rest}".strip() if code in READINGS else what
    return said[:1].upper() + said[1:]


def _status(flag: Flag, now: datetime, zone: ZoneInfo) -> str:
    if flag.state == FlagState.ACKNOWLEDGED and flag.acknowledged_by and flag.acknowledged_at:
        at = clock(flag.acknowledged_at, now, zone)
        return f"Acknowledged by {flag.acknowledged_by.display_name}, {at}. Back with new evidence."
    if flag.state == FlagState.SNOOZED and flag.snoozed_by and flag.snoozed_until:
        until = day(flag.snoozed_until.astimezone(zone).date(), now.astimezone(zone).date())
        return f"Snoozed until {until} by {flag.snoozed_by.display_name}. Back earlier if it gets worse."
    return ""


def _judged(flag: Flag, now: datetime, zone: ZoneInfo) -> str:
    if flag.judged_by is None or flag.judged_at is None:
        return ""
    return f"{flag.judged_by.display_name}, {clock(flag.judged_at, now, zone)}"


def rule_setting(plans: Iterable[Plan], now: datetime, zone: ZoneInfo) -> RuleSetting | None:
    """`plans`: newest first, with their authors; each leg's newest counts, also one that ended."""
    of_leg: dict[UUID, Plan] = {}
    for plan in plans:
        of_leg.setdefault(plan.tendon_id, plan)
    told = list(of_leg.values())
    if not told:
        return None
    today = now.astimezone(zone).date()
    newest = told[0]
    changes = {code: change for plan in reversed(told) for code, change in plan.thresholds.items()}
    names = _names(changes.values()) if changes else {}
    made = day(newest.created_at.astimezone(zone).date(), today)
    return RuleSetting(
        set_by=f"Plan set by {newest.author.display_name} on {made}",
        changes=tuple(_change(code, change, names) for code, change in sorted(changes.items())),
    )


def _names(changes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    ids = {change["author"] for change in changes}
    return {
        str(key): name
        for key, name in Membership.objects.filter(pk__in=ids).values_list("id", "display_name")
    }


def _change(code: str, change: Mapping[str, Any], names: Mapping[str, str]) -> str:
    threshold = THRESHOLDS.get(code)
    what, usual = (threshold.says, f" instead of {threshold.value}") if threshold else (code, "")
    who = names.get(change["author"], "")
    return f"{what} {change['value']}{usual}{f', changed by {who}' if who else ''}: {change['reason']}"
