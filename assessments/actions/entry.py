"""What a physio filled in at an assessment, before anything is stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from assessments.clinical.classification import PalpationFindings, TendinopathyType
from assessments.clinical.findings import Finding
from assessments.clinical.history import NOT_ASKED, Exposure
from assessments.clinical.sides import Side


class Trigger(StrEnum):
    """What changed before it began."""

    MILEAGE = "MILEAGE"
    HILLS = "HILLS"
    SPEED = "SPEED"
    SHOE_DROP = "SHOE_DROP"
    BREAK = "BREAK"
    CALF = "CALF"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenEntry:
    """Answers of the safety screen; None or left out is "not asked" or "not tested"."""

    answers: Mapping[Finding, bool | None] = field(default_factory=dict)
    fluoroquinolone: Exposure = NOT_ASKED
    injection_near_tendon: Exposure = NOT_ASKED
    oral_steroid: Exposure = NOT_ASKED
    rupture_or_repair: Exposure = NOT_ASKED
    sudden_onset: bool | None = None

    @property
    def is_blank(self) -> bool:
        answered = {finding: one for finding, one in self.answers.items() if one is not None}
        return replace(self, answers=answered) == ScreenEntry()


@dataclass(frozen=True, slots=True, kw_only=True)
class TendonEntry:
    """One leg. None is "not tested" or "not asked". `decided_type` None: the suggested one stands.

    `usual_pain`: walking, on a day without a run, 0-10; `worst_pain`: of the last week; `visa_a` and
    `tendins_a`: 0-100; `heel_rises`: on this leg alone, until it tires.
    """

    side: Side
    tender_cm: float | None = None
    second_tender_cm: float | None = None
    thickening: bool | None = None
    stretch_pain: bool | None = None
    usual_pain: int | None = None
    worst_pain: int | None = None
    visa_a: int | None = None
    tendins_a: int | None = None
    heel_rises: int | None = None
    decided_type: TendinopathyType | None = None
    override_reason: str = ""

    @property
    def is_blank(self) -> bool:
        return replace(self, override_reason=self.override_reason.strip()) == TendonEntry(side=self.side)

    @property
    def palpation(self) -> PalpationFindings:
        return PalpationFindings(self.tender_cm, self.second_tender_cm, self.thickening, self.stretch_pain)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentEntry:
    """`id` is made with the form, so that a second press stores nothing twice."""

    id: UUID
    screen: ScreenEntry
    tendons: tuple[TendonEntry, ...]
    triggers: frozenset[Trigger] = frozenset()
    reference_week_minutes: int | None = None  # running in the week before it began
    pre_injury_week_m: int | None = None
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Nothing was asked, tested or written."""
        untold = AssessmentEntry(id=self.id, screen=self.screen, tendons=self.tendons)
        parts_are_blank = self.screen.is_blank and all(leg.is_blank for leg in self.tendons)
        return parts_are_blank and replace(self, note=self.note.strip()) == untold
