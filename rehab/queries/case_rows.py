"""The stored rows of many cases: one query for each table, whatever the number of cases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments.clinical.sides import Side
from assessments.models import Assessment, OutcomeScore, RedFlagClearance, TendonFinding
from patients.models import Tendon
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.history import StageAct
from rehab.models import (
    ExerciseSession,
    Flag,
    FlagState,
    PainReport,
    Plan,
    RedFlagReport,
    Run,
    StageChange,
)

CaseId = UUID
Row = dict[str, Any]
ENTRY = ("id", "client_id", "occurred_at", "received_at", "local_date", "supersedes_id", "voided")


@dataclass(frozen=True)
class CaseRows:
    """The rows of the batch: table name -> case -> rows, oldest first."""

    tables: Mapping[str, Mapping[CaseId, list[Row]]]
    sides: Mapping[UUID, Side]  # tendon -> side

    def of(self, table: str, case_id: CaseId) -> list[Row]:
        return self.tables[table].get(case_id, [])

    def sides_of(self, case_id: CaseId) -> tuple[Side, ...]:
        return tuple(self.sides[tendon["id"]] for tendon in self.of("tendons", case_id))


def read_rows(case_ids: Iterable[CaseId]) -> CaseRows:
    wanted = list(case_ids)

    def read(queryset: QuerySet[Any], order: tuple[str, ...], *columns: str) -> dict[CaseId, list[Row]]:
        by_case: dict[CaseId, list[Row]] = defaultdict(list)
        names = ("case_id", *columns)
        for values in queryset.filter(case_id__in=wanted).order_by(*order, "id").values_list(*names):
            by_case[values[0]].append(dict(zip(names, values, strict=True)))
        return by_case

    happened = ("occurred_at",)
    both = ("pain_left", "pain_right")
    resolved = Flag.objects.filter(
        kind=FindingKind.WORSENING.value, state=FlagState.RESOLVED, resolved_by__isnull=False
    )
    tables = {
        "tendons": read(Tendon.objects.all(), ("side",), "id", "side"),
        "runs": read(
            Run.objects.all(), happened, *ENTRY, *both, "minutes", "longest_block_minutes", "warm_up_left",
            "warm_up_right", "distance_m", "hills", "speed", "shoe", "shoe_drop_mm",
        ),
        "reports": read(
            PainReport.objects.all(), happened, *ENTRY, *both, "kind", "run_id", "stiffness_minutes"
        ),
        "sessions": read(
            ExerciseSession.objects.all(), happened, *ENTRY, "tendon_id", "half", "protocol", "sets", "pain"
        ),
        "red_flags": read(RedFlagReport.objects.all(), happened, *ENTRY, "findings", "side"),
        "assessments": read(
            Assessment.objects.all(), ("assessed_at",), "id", "assessed_at", "red_flags", "facts"
        ),
        "findings": read(
            TendonFinding.objects.all(), ("assessment__assessed_at",), "tendon_id", "assessment__assessed_at",
            "usual_pain", "worst_pain",
        ),
        "clearances": read(
            RedFlagClearance.objects.all(), ("cleared_at",), "id", "cleared_at", "by_id", "covers"
        ),
        "resolutions": read(resolved, ("resolved_at",), "id", "resolved_at", "resolved_by_id", "side"),
        "scores": read(
            OutcomeScore.objects.all(), ("taken_on",), "instrument", "tendon_id", "value", "taken_on"
        ),
        "steps": read(
            StageChange.objects.filter(by__isnull=False, kind__in=list(StageAct)), ("at",),
            "id", "at", "kind", "to_stage", "track", "by_id", "reason",
        ),
        "plans": read(
            Plan.objects.all(), ("starts_on", "version"), "id", "tendon_id", "tendinopathy_type", "protocol",
            "starts_on", "ends_on", "sets", "reps", "sessions_per_day", "days_per_week", "knees",
            "start_sets", "override_reason", "thresholds",
        ),
    }  # fmt: skip
    tendons = (tendon for case in tables["tendons"].values() for tendon in case)
    return CaseRows(tables, {tendon["id"]: Side(tendon["side"]) for tendon in tendons})
