"""A finding as evidence: what is kept with its flag, so that it can be compared, explained and replayed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rehab.clinical.evaluation import Finding, Severity

Key = tuple[str, str]  # side, kind
WHOLE_CASE = "CASE"  # instead of a side
RANK = {severity.value: rank for rank, severity in enumerate(reversed(Severity))}  # higher is more urgent


def one_for_each(findings: Iterable[Finding]) -> dict[Key, Finding]:
    """One finding for each side and kind, without advice. Two of one kind are told together, oldest first."""
    together: dict[Key, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda one: (one.since, one.reason)):
        if finding.severity is not Severity.ADVISORY:
            together[(finding.side or WHOLE_CASE, finding.kind.value)].append(finding)
    return {key: _joined(same) for key, same in together.items()}


def _joined(same: list[Finding]) -> Finding:
    if len(same) == 1:
        return same[0]
    return replace(
        max(same, key=lambda one: RANK[one.severity]),
        since=same[0].since,
        reason=" ".join(dict.fromkeys(one.reason for one in same)),
        readings=tuple(dict.fromkeys(reading for one in same for reading in one.readings)),
        missing=tuple(dict.fromkeys(missing for one in same for missing in one.missing)),
    )


def evidence_of(finding: Finding) -> dict[str, Any]:
    """As JSON holds it."""
    return {
        "since": finding.since.isoformat(),
        "readings": [
            {"at": one.at.isoformat(), "what": one.what, "value": one.value, "entry_id": one.entry_id}
            for one in finding.readings
        ],
        "threshold": finding.threshold,
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "missing": list(finding.missing),
        "clears": finding.clears,
        "action": finding.action,
    }


def digest(finding: Finding) -> str:
    """Of all that is shown. A figure worked out at the moment of looking is hashed without that moment."""
    evidence: Mapping[str, Any] = evidence_of(finding)
    for one in evidence["readings"]:
        if not one["entry_id"]:
            one["at"] = ""
    shown = json.dumps([finding.severity.value, finding.reason, evidence], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()
