"""A runner reports an urgent sign: stored, flagged and the case suspended, all in one transaction."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments.clinical.red_flags import Finding, Screening, screen
from assessments.clinical.sides import Side
from patients.models import Case, Membership
from rehab.actions import diary
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
    row = diary.store(RedFlagReport, case=case, entry=entry, values=values, by=by, now=now)
    if screening.suspends and row.received_at == now:
        Case.objects.filter(pk=row.case_id, suspended_at__isnull=True).update(suspended_at=now)
        _open_flag(row, screening, now)
    return row


def _open_flag(row: RedFlagReport, screening: Screening, now: datetime) -> None:
    """The one open red flag of this case and side; more of the same wakes it up again."""
    evidence = {
        "readings": [
            {
                "at": row.occurred_at.isoformat(),
                "what": "reported by the runner",
                "value": finding.label,
                "entry_id": str(row.client_id),
            }
            for finding in screening.findings
        ],
        "threshold": "one finding is enough",
        "missing": [],
        "clears": "an examination, recorded by a physio",
    }
    said = {
        "severity": Severity.URGENT.value,
        "state": FlagState.OPEN,
        "seen_at": now,
        "reason": f"Reported in the portal: {', '.join(f.label.lower() for f in screening.findings)}",
        "evidence": evidence,
        "evidence_hash": hashlib.sha256(json.dumps(evidence, sort_keys=True).encode()).hexdigest(),
        "rule": RULE,
        "rule_version": RULE_VERSION,
    }
    side = FlagSide(row.side) if row.side else FlagSide.CASE
    about = {"case_id": row.case_id, "side": side, "kind": FindingKind.RED_FLAG.value}
    if not Flag.objects.open().filter(**about).update(**said):
        Flag.objects.create(
            clinic_id=row.clinic_id, patient_id=row.patient_id, opened_at=now, **about, **said
        )
