"""What earlier assessments of a case found, one row for each leg, newest first. Two queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from assessments.clinical.classification import TendinopathyType
from assessments.clinical.instruments import Instrument
from assessments.clinical.sides import Side
from assessments.models import OutcomeScore, ScoreSource, TendonFinding
from rehab.queries.case_head import CaseHead
from rehab.queries.moments import day

SHOWN = 12
_SHORT = {Instrument.VISA_A: "VISA-A", Instrument.TENDINS_A: "TENDINS-A", Instrument.HEEL_RISE: "heel rises"}
_NOT_TESTED = "not tested"
_YES_NO = {True: "yes", False: "no", None: _NOT_TESTED}


@dataclass(frozen=True)
class EarlierRow:
    day: str
    leg: str
    type: str
    tender: str
    thickening: str
    stretch: str
    usual: str
    worst: str
    scores: str
    by: str


def assessments(head: CaseHead) -> tuple[EarlierRow, ...]:
    zone = ZoneInfo(head.case.patient.time_zone)
    found = TendonFinding.objects.for_case(head.case_id).select_related("assessment__by", "tendon")
    rows = list(found.order_by("-assessment__assessed_at", "tendon__side", "id")[:SHOWN])
    scores = _scores(head.case_id) if rows else {}
    return tuple(_row(row, row.assessment.assessed_at.astimezone(zone).date(), scores, head) for row in rows)


def _scores(case_id: UUID) -> dict[tuple[UUID | None, date], list[str]]:
    told: dict[tuple[UUID | None, date], list[str]] = defaultdict(list)
    taken = OutcomeScore.objects.for_case(case_id).filter(
        instrument__in=[one.value for one in _SHORT], source=ScoreSource.CLINIC
    )
    for score in taken.order_by("taken_on", "instrument", "id"):
        told[score.tendon_id, score.taken_on].append(
            f"{_SHORT[Instrument(score.instrument)]} {float(score.value):g}"
        )
    return told


def _row(
    row: TendonFinding, on: date, scores: dict[tuple[UUID | None, date], list[str]], head: CaseHead
) -> EarlierRow:
    return EarlierRow(
        day=day(on, head.today),
        leg=Side(row.tendon.side).label,
        type=TendinopathyType(row.decided_type).label.lower(),
        tender=" and ".join(_cm(cm) for cm in (row.tender_cm, row.second_tender_cm) if cm is not None)
        or "not recorded",
        thickening=_YES_NO[row.thickening],
        stretch=_YES_NO[row.stretch_pain],
        usual=_pain(row.usual_pain),
        worst=_pain(row.worst_pain),
        scores=", ".join(scores.get((row.tendon_id, on), ())) or "none",
        by=row.assessment.by.display_name,
    )


def _cm(cm: Decimal) -> str:
    return f"{float(cm):g} cm"


def _pain(pain: int | None) -> str:
    return "not asked" if pain is None else f"{pain}/10"
