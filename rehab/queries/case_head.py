"""Whose case it is: what every page about one case says at its top."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from assessments.clinical.sides import Side
from patients.models import Case, Tendon
from rehab.models import Flag

YEAR_DAYS = 365.2425


@dataclass(frozen=True)
class CaseHead:
    """`name` is the number once the person has been erased; `age` None: no birth date is known."""

    case: Case
    name: str
    number: int
    age: int | None
    tendons: dict[Side, Tendon]
    birth_date: date | None
    today: date  # the runner's
    clinic: str
    flagged: bool = False  # a red flag or a worsening stands open, whatever else the case says

    @property
    def case_id(self) -> UUID:
        return self.case.pk

    @property
    def sides(self) -> tuple[Side, ...]:
        return tuple(self.tendons)

    @property
    def legs(self) -> str:
        return "both legs" if len(self.tendons) > 1 else f"{self.sides[0].label} leg"

    @property
    def about(self) -> str:
        """Such as "Priya Nair, 34, left leg"."""
        return ", ".join([self.name, *([str(self.age)] if self.age is not None else []), self.legs])

    @property
    def suspended(self) -> bool:
        return self.flagged or self.case.suspended_at is not None


def find(case_id: UUID, now: datetime) -> CaseHead:
    """Case.DoesNotExist when this session may not see it. Two queries."""
    found = Case.objects.select_related("patient__person", "clinic", "clinician")
    flagged = Flag.objects.suspending().filter(case=OuterRef("pk"))
    case = found.annotate(flagged=Exists(flagged)).get(pk=case_id)
    person, number = case.patient.person, case.patient.number
    today = now.astimezone(ZoneInfo(case.patient.time_zone)).date()
    born = person.birth_date if person else None
    return CaseHead(
        case=case,
        name=f"{person.given_name} {person.family_name}" if person else f"Patient {number}",
        number=number,
        age=int((today - born).days / YEAR_DAYS) if born else None,
        tendons={Side(one.side): one for one in Tendon.objects.for_case(case_id).order_by("side", "id")},
        birth_date=born,
        today=today,
        clinic=case.clinic.name,
        flagged=case.flagged,
    )
