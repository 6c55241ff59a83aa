"""What an evaluation changes about the flags of one case. Compares values; writes nothing.

A flag is raised once for each side and kind, and new evidence updates it. Acknowledged, it opens again with
evidence that was not there before; snoozed, it wakes early when worse. Without its condition it is resolved,
except red flags and worsening: those only a physio resolves. What a physio resolved stays so until there is
new evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from patients.models import Case
from rehab.clinical.evaluation import Finding, Reading, Severity
from rehab.clinical.evidence import RANK, digest, evidence_of, one_for_each
from rehab.models import Flag, FlagSide, FlagState
from rehab.models.flag import PHYSIO_ONLY

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
    """`flags`: the unresolved ones; `handled`: the last one of each side and kind that a physio resolved."""
    wanted = one_for_each(findings)
    changes = Changes()
    open_keys = set()
    for flag in flags:
        open_keys.add((flag.side, flag.kind))
        finding = wanted.get((flag.side, flag.kind))
        before = _state(flag)
        if finding is not None:
            _update(flag, finding, now)
        else:
            _without_condition(flag, now)
        if _state(flag) != before:
            changes.changed.append(flag)
        if flag.state != FlagState.RESOLVED:
            changes.standing.append(flag)
    settled = {(flag.side, flag.kind): flag for flag in handled}
    for key, finding in wanted.items():
        if key in open_keys or _already_handled(settled.get(key), finding):
            continue
        flag = _raise(case, finding, now)
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
        FlagState.ACKNOWLEDGED: lambda: _is_news(flag, finding),
        FlagState.SNOOZED: lambda: _is_over(flag, now) or _is_worse(flag, finding),
    }.get(FlagState(flag.state))
    news = flag.state == FlagState.OPEN and _is_news(flag, finding)
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


def _already_handled(flag: Flag | None, finding: Finding) -> bool:
    return flag is not None and flag.kind not in PHYSIO_ONLY and not _is_news(flag, finding)


def _is_news(flag: Flag, finding: Finding) -> bool:
    """More urgent, or an entry that the flag did not have. A figure that moved with the days is no news."""
    if RANK[finding.severity] > RANK[flag.severity]:
        return True
    entries = {one.entry_id for one in _entries(finding)}
    if not entries:
        return bool(flag.evidence.get("since") != finding.since.isoformat())
    return bool(entries - {one["entry_id"] for one in flag.evidence.get("readings", [])})


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
