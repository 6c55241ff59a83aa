"""Which red-flag reports of a case stand open: those that no clearance covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assessments.clinical.findings import Finding
from assessments.clinical.red_flags import screen
from assessments.models import Assessment, RedFlagClearance
from rehab.clinical.evaluation import FindingKind
from rehab.models import Flag, RedFlagReport


@dataclass(frozen=True, slots=True)
class OpenReport:
    """`id`: the client id of a runner's report, or the id of an assessment."""

    id: UUID
    received_at: datetime
    findings: tuple[Finding, ...]


def open_reports(case_id: UUID) -> tuple[OpenReport, ...]:
    """Oldest first. A corrected report counts too: editing never clears."""
    reports = RedFlagReport.objects.for_case(case_id).values_list("client_id", "received_at", "findings")
    assessed = Assessment.objects.for_case(case_id).values_list("id", "assessed_at", "red_flags")
    cleared = list(RedFlagClearance.objects.for_case(case_id).values_list("cleared_at", "covers"))
    found = [
        OpenReport(id_, received_at, red)
        for id_, received_at, codes in (*reports, *assessed)
        if (red := _red(codes)) and not any(_covers(one, id_, received_at) for one in cleared)
    ]
    return tuple(sorted(found, key=lambda one: (one.received_at, one.id)))


@dataclass(frozen=True, slots=True)
class Standing:
    """`names`: of each report, and of each worsening with what it rests on."""

    reports: tuple[OpenReport, ...]
    names: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the reports name, most urgent first."""
        return _red(finding.value for one in self.reports for finding in one.findings)


def what_stands(case_id: UUID) -> Standing:
    reports = open_reports(case_id)
    worsenings = Flag.objects.suspending().for_case(case_id).filter(kind=FindingKind.WORSENING.value)
    hashes = worsenings.order_by("id").values_list("id", "evidence_hash")
    return Standing(
        reports, (*(str(one.id) for one in reports), *(f"{id_}:{evidence}" for id_, evidence in hashes))
    )


def open_findings(case_id: UUID) -> tuple[Finding, ...]:
    """What the open reports name, most urgent first."""
    return _red(finding.value for one in open_reports(case_id) for finding in one.findings)


def _red(codes: Iterable[str]) -> tuple[Finding, ...]:
    return tuple(finding for finding in screen(map(Finding, codes)).findings if finding.pathway.is_red_flag)


def _covers(clearance: tuple[datetime, list[UUID] | None], id_: UUID, received_at: datetime) -> bool:
    cleared_at, covers = clearance
    return received_at < cleared_at if covers is None else id_ in covers
