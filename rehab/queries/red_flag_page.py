"""What has to be examined before a case goes on: the open red flags and worsenings, and what was reported."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assessments.clinical.findings import Finding
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.stages import STAGES
from rehab.models import Flag
from rehab.models.flag import PHYSIO_ONLY
from rehab.queries.history import load as load_history
from rehab.queries.red_flags import what_stands


@dataclass(frozen=True)
class OpenFlag:
    side: str
    reason: str
    opened_at: datetime


@dataclass(frozen=True)
class RedFlagPage:
    red_flags: tuple[OpenFlag, ...]
    worsenings: tuple[OpenFlag, ...]
    findings: tuple[Finding, ...]
    stage: int | None
    seen: tuple[str, ...]  # what is shown: sent back with the decision, so that it covers nothing newer

    @property
    def stages(self) -> list[tuple[str, str]]:
        """Where running may restart: the stage of now or a lower one."""
        highest = self.stage or 0
        return [(str(number), f"{number}  {STAGES[number].label}") for number in range(highest, 0, -1)]


def load(case_id: UUID, now: datetime) -> RedFlagPage:
    flags: dict[str, list[OpenFlag]] = {kind: [] for kind in PHYSIO_ONLY}
    for flag in Flag.objects.suspending().for_case(case_id).order_by("opened_at", "id"):
        flags[flag.kind].append(OpenFlag(flag.get_side_display(), flag.reason, flag.opened_at))
    found = what_stands(case_id)
    return RedFlagPage(
        red_flags=tuple(flags[FindingKind.RED_FLAG.value]),
        worsenings=tuple(flags[FindingKind.WORSENING.value]),
        findings=found.findings,
        stage=evaluate(*load_history(case_id), now).stage.stage,
        seen=found.names,
    )
