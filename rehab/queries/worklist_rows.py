"""One row of the worklist, every text finished: the template only places it."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from assessments.clinical.classification import TendinopathyType
from assessments.clinical.sides import Side
from patients.models import Patient
from rehab.charts import set_strip
from rehab.charts.svg import Svg
from rehab.clinical.evaluation import SILENCE, FindingKind
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import resolve
from rehab.models import FlagState, WorkGroup
from rehab.queries.days import decode_sets
from rehab.queries.flag_words import (
    COULD_NOT_ASSESS,
    IN_BULK,
    SHAPES,
    Action,
    main_action,
    place,
    word,
)
from rehab.queries.moments import ago, day

COLUMNS = (
    "case_id", "group", "severity", "since", "headline", "reason", "stage", "week", "spark_path", "last_pain",
    "set_strip", "last_report_at", "evaluated_at", "case__suspended_at", "patient__number",
    "patient__person__given_name", "patient__person__family_name", "patient__person__birth_date",
    "patient__person__phone", "scores_week",
)  # fmt: skip
NORMAL_LINE = resolve({}).run_ok_max


@dataclass(frozen=True, slots=True)
class Row:
    """`pain` "–" is "not said". `flag_id` is the flag that put the case here; None when none did.

    `waits`: the runner wrote, and nobody has answered or settled it.
    """

    case_id: UUID
    group: str
    name: str
    about: str
    shape: str
    word: str
    reason: str
    more: str
    stage: str
    week: str
    spark: Svg
    pain: str
    is_over: bool
    strip: Svg | str
    when: str
    is_red: bool
    action: Action | None
    flag_id: str | None
    in_bulk: bool
    waits: bool


def make_row(one: dict[str, Any], *, now: datetime, zone: ZoneInfo) -> Row:
    silent = any(flag["kind"] in SILENCE and flag["state"] == FlagState.OPEN for flag in one["flags"])
    flags = sorted(  # stable: the longest wait first
        one["flags"], key=lambda flag: place(flag["kind"], flag["severity"], silent=silent)
    )
    opened = [flag for flag in flags if flag["state"] == FlagState.OPEN]
    failed = one["headline"] == COULD_NOT_ASSESS
    top = None if failed or not opened else opened[0]
    shape, said, reason = _why(one, flags, top, now, zone)
    kind = COULD_NOT_ASSESS if failed else top["kind"] if top else ""
    return Row(
        case_id=one["case_id"],
        group=one["group"],
        name=full_name(
            one["patient__person__given_name"], one["patient__person__family_name"], one["patient__number"]
        ),
        about=_about(one, now.astimezone(zone).date()),
        shape=shape,
        word=said,
        reason=reason,
        more=_more(len(opened) if failed else len(opened) - 1),
        stage=stage_words(one["stage"]),
        week=_week(one),
        spark=Svg(one["spark_path"]),
        pain="–" if one["last_pain"] is None else str(one["last_pain"]),
        is_over=one["last_pain"] is not None and one["last_pain"] > _line(one["tendons"]),
        strip=_strip(one["set_strip"]) if one["set_strip"] else "",
        when=ago(one["last_report_at"], now, zone),
        is_red=kind == FindingKind.RED_FLAG,
        action=main_action(kind, one["stage"], dialled(one["patient__person__phone"])) if kind else None,
        flag_id=top["id"] if top else None,
        in_bulk=top is not None and top["severity"] in IN_BULK,
        waits=one["waits"],
    )


@lru_cache(maxsize=4096)
def _strip(code: str) -> Svg:
    """Drawn once a process: the list is asked for again and again, and a fortnight changes once a day."""
    return set_strip(decode_sets(code))


def full_name(given: str | None, family: str | None, number: int) -> str:
    """The number stands in when the person was erased."""
    return " ".join(part for part in (given, family) if part) or f"Runner {number}"


def name_of(patient: Patient) -> str:
    """With its person read already."""
    if patient.person is None:
        return full_name(None, None, patient.number)
    return full_name(patient.person.given_name, patient.person.family_name, patient.number)


def age_on(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def tendon_words(tendons: list[dict[str, Any]]) -> str:
    """ "left, mid-portion"; "both, mid-portion"; "left mid-portion, right insertional"."""
    said = [(Side(one["side"]).label, _type_word(one["type"])) for one in tendons]
    if not said:
        return "no side recorded"
    types = {kind for _, kind in said}
    if len(types) == 1:
        return f"{'both' if len(said) > 1 else said[0][0]}, {types.pop()}"
    return ", ".join(f"{side} {kind}" for side, kind in said)


def _type_word(code: str | None) -> str:
    return TendinopathyType(code).label.lower() if code else "no plan yet"


def stage_words(stage: int | None) -> str:
    return "Not started" if stage is None else f"{stage}  {STAGES[stage].label.removesuffix(' easy')}"


def dialled(number: str | None) -> str:
    """A phone number as a tel: link wants it; empty when there is none."""
    return re.sub(r"[^\d+]", "", number or "")


def _week(one: dict[str, Any]) -> str:
    """Such as "wk 12, scores due". While the plan is on hold nobody is asked for scores."""
    due = one["scores_week"] is not None and one["case__suspended_at"] is None
    return ", ".join([*([f"wk {one['week']}"] if one["week"] else []), *(["scores due"] if due else [])])


def _about(one: dict[str, Any], today: date) -> str:
    age = age_on(one["patient__person__birth_date"], today)
    tendons = tendon_words(one["tendons"])
    return tendons if age is None else f"{age} · {tendons}"


def _why(
    one: dict[str, Any],
    flags: list[dict[str, Any]],
    top: dict[str, Any] | None,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[str, str, str]:
    """Shape, word and reason."""
    if one["headline"] == COULD_NOT_ASSESS:
        return "act", word(COULD_NOT_ASSESS), one["reason"]
    if top is not None:
        return SHAPES[top["severity"]], word(top["kind"], one["stage"]), top["reason"]
    if flags:
        aside = flags[0]
        return SHAPES[aside["severity"]], word(aside["kind"], one["stage"]), _set_aside(aside, now, zone)
    if one["case__suspended_at"] is not None:
        return "quiet", "On hold", "No running and no exercises until a physio releases the plan."
    return "", "", "Under the line." if one["group"] == WorkGroup.CALM else one["reason"]


def _set_aside(flag: dict[str, Any], now: datetime, zone: ZoneInfo) -> str:
    if flag["state"] == FlagState.SNOOZED and flag["until"]:
        until = datetime.fromisoformat(flag["until"]).astimezone(zone).date()
        return f"{flag['reason']} Snoozed until {day(until, now.astimezone(zone).date())}."
    return f"{flag['reason']} Acknowledged: back with new evidence."


def _more(others: int) -> str:
    return f"and {others} more" if others > 0 else ""


def _line(tendons: list[dict[str, Any]]) -> int:
    """The highest pain that may go on, as this runner's plan has it; of two plans the stricter one."""
    said = [(one["thresholds"] or {}).get("RUN_OK_MAX", {}).get("value", NORMAL_LINE) for one in tendons]
    return min(said, default=NORMAL_LINE)
