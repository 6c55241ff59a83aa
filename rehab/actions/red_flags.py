"""A runner reports an urgent sign: stored, flagged and the case suspended, all in one transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid5

from django.db import transaction

from assessments.clinical.red_flags import Finding, Screening, screen
from assessments.clinical.sides import Side
from patients.models import Case, Membership
from rehab.actions import diary, summaries
from rehab.clinical.evaluation import RULE_VERSION, FindingKind, Severity
from rehab.models import Flag, FlagSide, FlagState, RedFlagReport

RULE = "A6"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlagEntry(diary.Entry):
    """`findings` empty: asked, and none of it was so. `side` None: not said, or about the whole person."""

    findings: Sequence[Finding]
    side: Side | None = None
    note: str = ""


@transaction.atomic
def report(*, case: Case, entry: RedFlagEntry, by: Membership, now: datetime) -> RedFlagReport:
    """The report as stored. A red flag also opens its flag and suspends the case; only a physio ends that."""
    screening = screen(entry.findings)
    values = {
        "findings": [finding.value for finding in screening.findings],
        "side": entry.side and entry.side.value,
        "pathway": screening.pathway.value,
        "note": entry.note,
    }
    row = _store(case, entry, values, by, now)
    if screening.suspends and row.received_at == now:
        raise_flag(
            case=case,
            screening=screening,
            side=FlagSide(row.side) if row.side else FlagSide.CASE,
            source="reported in the portal",
            entry_id=str(row.client_id),
            at=row.occurred_at,
            now=now,
        )
    return row


def _store(
    case: Case, entry: RedFlagEntry, values: Mapping[str, Any], by: Membership, now: datetime
) -> RedFlagReport:
    """A sign is not lost to a phone whose clock is wrong, nor to a form that was sent before with others."""
    if entry.told_at is not None and entry.told_at < case.opened_at:
        entry = replace(entry, told_at=None)
    try:
        return diary.store(RedFlagReport, case=case, entry=entry, values=values, by=by, now=now)
    except diary.Conflict:
        if entry.corrects is not None:
            raise
        other = replace(entry, client_id=uuid5(entry.client_id, json.dumps(values, sort_keys=True)))
        return diary.store(RedFlagReport, case=case, entry=other, values=values, by=by, now=now)


def raise_flag(
    *,
    case: Case,
    screening: Screening,
    side: FlagSide,
    source: str,
    entry_id: str,
    at: datetime,
    now: datetime,
) -> None:
    """Suspend the case and open the one red flag of this side; more of the same wakes it up again."""
    Case.objects.filter(pk=case.pk, suspended_at__isnull=True).update(suspended_at=now)
    red = [finding for finding in screening.findings if finding.pathway.is_red_flag]
    evidence = {
        "readings": [
            {"at": at.isoformat(), "what": source, "value": finding.label, "entry_id": entry_id}
            for finding in red
        ],
        "threshold": "one finding is enough",
        "missing": [],
        "clears": "an examination, recorded by a physio",
    }
    said = {
        "severity": Severity.URGENT.value,
        "state": FlagState.OPEN,
        "seen_at": now,
        "found_at": now,
        "reason": f"{source.capitalize()}: {', '.join(finding.mid_sentence for finding in red)}",
        "evidence": evidence,
        "evidence_hash": hashlib.sha256(json.dumps(evidence, sort_keys=True).encode()).hexdigest(),
        "rule": RULE,
        "rule_version": RULE_VERSION,
        "notify_due_at": now,
        "told_at": None,
        "escalated_at": None,
    }
    about = {"case_id": case.pk, "side": side, "kind": FindingKind.RED_FLAG.value}
    if not Flag.objects.open().filter(**about).update(**said):
        Flag.objects.create(
            clinic_id=case.clinic_id, patient_id=case.patient_id, opened_at=now, **about, **said
        )
    summaries.regroup(case_id=case.pk, now=now)  # on the worklist at once, also when no job runs
