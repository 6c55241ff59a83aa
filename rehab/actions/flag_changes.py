"""What an evaluation changes about the flags of one case. Compares values; writes nothing.

A flag is raised once for each side and kind, and new evidence updates it. Acknowledged, it opens again with
evidence that was not there before; snoozed, it wakes early when worse. Without its condition it is resolved,
except red flags and worsening: those only a physio resolves. What a physio resolved stays so until there is
new evidence.

A calm answer about a run that was seen is no new evidence. A state that was seen, such as being ready or
missing sets, has no single entry behind it: it is told again after as long as it is counted over, and until
then it may come and go without asking for anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from patients.models import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity
from rehab.clinical.evidence import RANK, digest, evidence_of, one_for_each
from rehab.clinical.history import ReportKind
from rehab.models import Flag, FlagSide, FlagState
from rehab.models.flag import PHYSIO_ONLY

REMIND_AFTER: dict[str, timedelta] = {  # PROD; a whole new one of the time over which each is counted
    FindingKind.READY_TO_PROGRESS: timedelta(days=14),
    FindingKind.OFFER_MAINTENANCE: timedelta(days=14),
    FindingKind.LOW_ADHERENCE: timedelta(days=14),
    FindingKind.STAGE_STALLED: timedelta(days=28),
}
STATES = frozenset(map(str, REMIND_AFTER))
LOOKS = frozenset({  # at a day of the plan: the next such day is news
    FindingKind.STALLED_8W.value, FindingKind.STALLED_12W.value, FindingKind.CANNOT_ASSESS.value,
    FindingKind.PLAN_REVIEW.value,
})  # fmt: skip
LASTING = STATES | LOOKS  # no single entry is behind them
_ANSWERS = frozenset(kind.value for kind in ReportKind)
CHANGED_FIELDS = (
    "severity", "state", "seen_at", "reason", "evidence", "evidence_hash", "rule", "rule_version",
    "snoozed_until", "snoozed_by", "resolved_at", "found_at", "notify_due_at", "told_at", "escalated_at",
)  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """`standing` is every flag that is not resolved afterwards, changed or not."""

    raised: list[Flag] = field(default_factory=list)
    changed: list[Flag] = field(default_factory=list)
    standing: list[Flag] = field(default_factory=list)


def compare(
    *, case: Case, flags: Iterable[Flag], handled: Iterable[Flag], findings: Iterable[Finding], now: datetime
) -> Changes:
    """`flags`: the unresolved ones; `handled`: the last one of each side and kind that somebody has seen to,
    by resolving it, or by acknowledging a state before it cleared by itself.
    """
    wanted = one_for_each(findings)
    changes = Changes()
    open_keys = set()
    for flag in flags:
        open_keys.add((flag.side, flag.kind))
        finding = wanted.get((flag.side, flag.kind))
        stood = _state(flag)
        if finding is not None:
            _update(flag, finding, now)
        else:
            _without_condition(flag, now)
        if _state(flag) != stood:
            changes.changed.append(flag)
        if flag.state != FlagState.RESOLVED:
            changes.standing.append(flag)
    settled = {(flag.side, flag.kind): flag for flag in handled}
    for key, finding in wanted.items():
        before = settled.get(key)
        if key in open_keys or _already_handled(before, finding, now):
            continue
        flag = _raise(case, finding, now)
        _keep_seen(flag, before, finding, now)
        changes.raised.append(flag)
        changes.standing.append(flag)
    return changes


def _raise(case: Case, finding: Finding, now: datetime) -> Flag:
    flag = Flag(
        clinic_id=case.clinic_id,
        patient_id=case.patient_id,
        case_id=case.id,
        side=finding.side or FlagSide.CASE.value,
        kind=finding.kind.value,
        opened_at=now,
    )
    _tell(flag, finding, now)
    _notify(flag, now)
    return flag


def _tell(flag: Flag, finding: Finding, now: datetime) -> None:
    flag.severity = finding.severity.value
    flag.reason = finding.reason
    flag.rule, flag.rule_version = finding.rule, finding.rule_version
    flag.evidence, flag.evidence_hash, flag.found_at = evidence_of(finding), digest(finding), now
    flag.seen_at = max((one.at for one in _entries(finding)), default=finding.since)


def _update(flag: Flag, finding: Finding, now: datetime) -> None:
    opens_again = {
        FlagState.ACKNOWLEDGED: lambda: _is_news(flag, finding, now),
        FlagState.SNOOZED: lambda: _is_over(flag, now) or _is_worse(flag, finding),
    }.get(FlagState(flag.state))
    news = flag.state == FlagState.OPEN and _is_news(flag, finding, now)
    if opens_again is not None and opens_again():
        flag.state, news = FlagState.OPEN, True
    if flag.evidence_hash != digest(finding):
        _tell(flag, finding, now)
    if news:
        _notify(flag, now)


def _notify(flag: Flag, now: datetime) -> None:
    """What is urgent is told at once, and again when there is news of it (`rehab.actions.notices`)."""
    if flag.severity == Severity.URGENT:
        flag.notify_due_at, flag.told_at, flag.escalated_at = now, None, None


def _without_condition(flag: Flag, now: datetime) -> None:
    if flag.kind in PHYSIO_ONLY:
        if flag.state == FlagState.SNOOZED and _is_over(flag, now):
            flag.state = FlagState.OPEN
        return
    flag.state, flag.resolved_at = FlagState.RESOLVED, now


def _is_over(flag: Flag, now: datetime) -> bool:
    return flag.snoozed_until is None or flag.snoozed_until <= now


def wakes_at(flag: Flag) -> datetime | None:
    """When the passing of time alone opens it again; None: never, or it is open."""
    if flag.state == FlagState.SNOOZED:
        return flag.snoozed_until
    if flag.state == FlagState.ACKNOWLEDGED and flag.kind in STATES and flag.acknowledged_at:
        return flag.acknowledged_at + REMIND_AFTER[flag.kind]
    return None


def _already_handled(flag: Flag | None, finding: Finding, now: datetime) -> bool:
    """A physio resolved it, and nothing is new since."""
    if flag is None or flag.resolved_by_id is None or flag.kind in PHYSIO_ONLY:
        return False
    return not _is_news(flag, finding, now)


def _keep_seen(flag: Flag, before: Flag | None, finding: Finding, now: datetime) -> None:
    """A state that was acknowledged, cleared for a while and is back: still acknowledged."""
    if before is None or flag.kind not in LASTING or before.acknowledged_at is None:
        return
    if not _is_news(before, finding, now):
        flag.state = FlagState.ACKNOWLEDGED
        flag.acknowledged_at, flag.acknowledged_by_id = before.acknowledged_at, before.acknowledged_by_id
        flag.acknowledged_hash = flag.evidence_hash


def _is_news(flag: Flag, finding: Finding, now: datetime) -> bool:
    """More urgent, or an entry that the flag did not have and that speaks for it.

    A figure that moved with the days is no news.
    """
    if RANK[finding.severity] > RANK[flag.severity]:
        return True
    if flag.kind in STATES:
        seen_at = flag.acknowledged_at if flag.resolved_by_id is None else flag.resolved_at
        other = flag.evidence.get("action") != finding.action  # ready for another stage than the one seen
        return other or seen_at is None or now - seen_at >= REMIND_AFTER[flag.kind]
    if not _entries(finding):
        return bool(flag.evidence.get("since") != finding.since.isoformat())
    had = {one["entry_id"] for one in flag.evidence.get("readings", [])}
    worst = max((_out_of_ten(one["value"]) for one in flag.evidence.get("readings", [])), default=-1)
    return any(one.entry_id not in had and not _is_calm(one, worst) for one in _entries(finding))


def _is_calm(reading: Reading, worst: int) -> bool:
    """An answer to a question about a run or a morning, no higher than what was known."""
    return reading.what.partition(" ")[0] in _ANSWERS and _out_of_ten(reading.value) <= worst


def _is_worse(flag: Flag, finding: Finding) -> bool:
    """More urgent, or a higher pain than any the flag had."""
    had = [_out_of_ten(one["value"]) for one in flag.evidence.get("readings", [])]
    has = [_out_of_ten(one.value) for one in finding.readings]
    return RANK[finding.severity] > RANK[flag.severity] or max(has, default=-1) > max(had, default=-1)


def _out_of_ten(value: str) -> int:
    """ "5/10" -> 5; what is no pain counts as lower than none."""
    pain, _, scale = value.partition("/")
    return int(pain) if scale == "10" and pain.isdigit() else -1


def _entries(finding: Finding) -> list[Reading]:
    return [one for one in finding.readings if one.entry_id]


def _state(flag: Flag) -> tuple[object, ...]:
    return flag.state, flag.evidence_hash
