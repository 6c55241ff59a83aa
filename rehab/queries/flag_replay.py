"""A flag replayed: what the rules of today find at the moment it was found, beside what was stored then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import RULE_VERSION, Decision, Finding
from rehab.clinical.evidence import evidence_of, one_for_each
from rehab.clinical.history import History
from rehab.models import Flag
from rehab.queries.as_of import load_as_of
from rehab.queries.flag_words import SHAPES, side_word, word
from rehab.queries.moments import clock
from rehab.queries.peek import facts
from rehab.queries.worklist_rows import name_of, stage_words

DECISIONS: dict[Decision, str] = {
    Decision.URGENT_CARE: "Medical help today",
    Decision.STOP_SEEK_ASSESSMENT: "Stopped until seen by a physio",
    Decision.STOP_24H: "Stopped, not settled at 24 hours",
    Decision.STOP_REGRESS: "Stopped, one stage back",
    Decision.STOP_TEMPORARY: "Stopped for now",
    Decision.WAIT_48H: "Waits 48 hours after a stop",
    Decision.WAIT_24H: "Waits for the 24 h answer",
    Decision.NO_RUNNING_STAGE: "No running at this stage",
    Decision.NOT_YET: "Not today",
    Decision.RUN_REDUCED: "May run, less than planned",
    Decision.RUN_WITHIN_PLAN: "May run within the plan",
    Decision.NO_PLAN: "No running plan",
}


@dataclass(frozen=True)
class Compared:
    """One thing that a flag says: as stored, and as found again."""

    label: str
    stored: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.stored == self.found


@dataclass(frozen=True)
class OtherFinding:
    shape: str
    word: str
    reason: str


@dataclass(frozen=True)
class FlagReplay:
    """`rows` empty: the rules do not find it any more. `since`: diary entries that came in afterwards."""

    flag_id: UUID
    case_id: UUID
    patient_id: UUID
    name: str
    word: str
    shape: str
    side: str
    reason: str
    at: str
    version: str
    version_now: str
    rows: tuple[Compared, ...]
    others: tuple[OtherFinding, ...]
    decision: str
    stage: str
    since: int

    @property
    def found_again(self) -> bool:
        return bool(self.rows)

    @property
    def agrees(self) -> bool:
        return self.found_again and all(row.same for row in self.rows)

    @property
    def other_rules(self) -> bool:
        return self.version != self.version_now


def replay(flag_id: UUID, *, now: datetime) -> FlagReplay | None:
    """None when this clinic has no such flag."""
    flag = Flag.objects.filter(pk=flag_id).select_related("patient__person", "clinic").first()
    if flag is None:
        return None
    moment = flag.found_at or flag.opened_at
    zone = ZoneInfo(flag.clinic.time_zone)
    history, plan = load_as_of(flag.case_id, moment)
    answer = evaluate(history, plan, moment)
    findings = one_for_each(answer.findings)
    again = findings.pop((flag.side, flag.kind), None)
    today = now.astimezone(zone).date()
    return FlagReplay(
        flag_id=flag.pk,
        case_id=flag.case_id,
        patient_id=flag.patient_id,
        name=name_of(flag.patient),
        word=word(flag.kind),
        shape=SHAPES[flag.severity],
        side=side_word(flag.side),
        reason=flag.reason,
        at=clock(moment, now, zone),
        version=flag.rule_version,
        version_now=RULE_VERSION,
        rows=() if again is None else _compared(flag, again, zone, today),
        others=tuple(
            OtherFinding(SHAPES[one.severity], word(one.kind), one.reason) for one in findings.values()
        ),
        decision=f"{DECISIONS[answer.running.decision]}: {answer.running.reason}",
        stage=stage_words(answer.stage.stage),
        since=_received_after(history, moment),
    )


def _compared(flag: Flag, again: Finding, zone: ZoneInfo, today: date) -> tuple[Compared, ...]:
    stored, found = flag.evidence, evidence_of(again)
    return (
        Compared("How urgent", (flag.severity.capitalize(),), (again.severity.capitalize(),)),
        Compared("Reason", (flag.reason,), (again.reason,)),
        Compared("What happened", _facts(stored, zone, today), _facts(found, zone, today)),
        Compared("Which rule", (f"{_rule(stored)} ({flag.rule})",), (f"{_rule(found)} ({again.rule})",)),
        Compared("What is missing", tuple(stored.get("missing", ())), again.missing),
        Compared("What it asks for", _told(stored, "action"), _told(found, "action")),
        Compared("What clears it", _told(stored, "clears"), _told(found, "clears")),
    )


def _facts(evidence: Mapping[str, Any], zone: ZoneInfo, today: date) -> tuple[str, ...]:
    return tuple(f"{one.day}  {one.what}: {one.value}" for one in facts(evidence, zone, today))


def _rule(evidence: Mapping[str, Any]) -> str:
    return str(evidence.get("threshold", ""))


def _told(evidence: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return (evidence[name],) if evidence.get(name) else ()


def _received_after(history: History, moment: datetime) -> int:
    entries: Iterable[Any] = chain(history.runs, history.reports, history.sessions, history.red_flags)
    return sum(entry.received_at > moment for entry in entries)
