"""What suspends a case, and what ends it: a red flag until a clearance, a worsening until a resolution.

Time never ends either. A clearance covers the reports that it names, and no other: what came in at
the same moment, or waited for the case meanwhile, was not examined and still suspends. Editing a report never
clears it.
Source: A0, A6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessments.clinical.red_flags import Pathway, most_urgent
from rehab.clinical.history import Clearance, History, RedFlagReport
from rehab.clinical.ledger import Ledger, Worsened


@dataclass(frozen=True, slots=True)
class OpenRedFlag:
    report: RedFlagReport
    pathway: Pathway


class Suspension:
    """Asks, for any moment up to `now`, whether the case stood suspended."""

    def __init__(self, history: History, ledger: Ledger) -> None:
        now = ledger.now
        self._ledger = ledger
        self._clearances = [one for one in history.clearances if one.at <= now]
        reports: dict[str, RedFlagReport] = {}
        for report in (*history.red_flags, *history.assessed_red_flags):
            if report.received_at <= now and report.findings:
                kept = reports.setdefault(report.id, report)
                if report.received_at < kept.received_at or (
                    report.received_at == kept.received_at and repr(report) < repr(kept)
                ):
                    reports[report.id] = report
        self._flags = sorted(
            (
                OpenRedFlag(report, pathway)
                for report in reports.values()
                if (pathway := most_urgent(finding.pathway for finding in report.findings)).is_red_flag
            ),
            key=lambda flag: (flag.report.received_at, flag.report.id),
        )

    def red_flags(self, moment: datetime) -> list[OpenRedFlag]:
        """The red flags open at a moment, oldest first."""
        return [
            flag
            for flag in self._flags
            if flag.report.received_at <= moment and not self._is_cleared(flag.report, moment)
        ]

    def _is_cleared(self, report: RedFlagReport, moment: datetime) -> bool:
        return any(_covers(one, report) for one in self._clearances if one.at <= moment)

    def worsenings(self, moment: datetime) -> list[Worsened]:
        """The worsenings open at a moment, one for each side at most."""
        found = (self._ledger.worsening_open(side, moment) for side in self._ledger.sides)
        return [one for one in found if one is not None]

    def suspended(self, moment: datetime) -> bool:
        return bool(self._flags and self.red_flags(moment)) or bool(self.worsenings(moment))


def _covers(clearance: Clearance, report: RedFlagReport) -> bool:
    if clearance.covers is None:
        return report.received_at < clearance.at
    return report.id in clearance.covers
