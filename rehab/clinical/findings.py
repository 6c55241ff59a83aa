"""Everything a physio may have to see in one case, from the rules, with the readings that fired it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rehab.clinical import (
    finding_adherence,
    finding_consent,
    finding_exercise,
    finding_load,
    finding_outcome,
    finding_running,
    finding_stage,
    finding_steps_back,
    finding_suspension,
)
from rehab.clinical.adherence import SideDose
from rehab.clinical.case import Case
from rehab.clinical.evaluation import SILENCE, Finding, FindingKind, StageResult
from rehab.clinical.history import Entry, History

_LOOKS_LIKE_SILENCE = frozenset({
    FindingKind.MISSING_24H, FindingKind.LOW_ADHERENCE, FindingKind.STAGE_STALLED,
})  # fmt: skip
_KINDS = {kind: rank for rank, kind in enumerate(FindingKind)}


def of_case(
    history: History,
    case: Case,
    stage: StageResult,
    doses: Sequence[SideDose],
    last_report: datetime | None,
) -> tuple[Finding, ...]:
    """All findings, most urgent kind first. A closed case: red flags only; also a clinic
    that only records, and a runner without consent, but for what is said of the consent itself."""
    found = list(finding_suspension.of_case(case))
    if not case.closed:
        found.extend(finding_consent.of_case(case))
    if not case.closed and not case.plan.decides_nothing(case.ledger.now):
        found.extend(finding_running.of_case(case))
        found.extend(finding_steps_back.of_case(case))
        found.extend(finding_stage.of_case(history, case, stage))
        found.extend(finding_adherence.of_case(history, case, doses, last_report))
        found.extend(finding_outcome.of_case(history, case, doses))
        found.extend(finding_exercise.of_case(history, case, doses))
        found.extend(finding_load.of_case(case))
    found = _told_once(found)
    return tuple(sorted(found, key=lambda one: (_KINDS[one.kind], one.side or "", one.since, one.rule)))


def _told_once(found: list[Finding]) -> list[Finding]:
    """One cause, one finding: a diary without entries also lacks answers, sets and sessions.

    Not written is not the same as not done, so only the silence is told. Nothing about pain is left out.
    """
    if not any(one.kind in SILENCE for one in found):
        return found
    return [one for one in found if one.kind not in _LOOKS_LIKE_SILENCE]


def last_report_at(history: History, now: datetime) -> datetime | None:
    """When the runner last said something, by what had been received at `now`."""
    groups: tuple[Sequence[Entry], ...] = (
        history.runs, history.reports, history.sessions, history.red_flags,
    )  # fmt: skip
    said = [entry.at for group in groups for entry in group if entry.received_at <= now]
    return max(said, default=None)
