"""The signed-in runner's own open case, with who looks after them and whom to call."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, UUIDField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.clinical.sides import Side
from patients.models import Case, Membership, Tendon
from patients.queries import consents
from patients.queries.consents import NOT_ASKED
from physio.web.kept import Kept
from rehab.models import Flag


@dataclass(frozen=True)
class Care:
    """`physio` is a first name; None when nobody at the clinic can look at the moment.

    `flagged`: a red flag, a worsening or a consent that was taken back stands open,
    whatever else the case says.
    """

    case: Case
    sides: tuple[Side, ...]
    zone: ZoneInfo
    physio: str | None
    clinic: str
    phone: str
    hours: str
    emergency_number: str
    flagged: bool = False
    consent: consents.State = NOT_ASKED

    @property
    def on_hold(self) -> bool:
        """Neither running nor exercises: only a physio ends that."""
        return self.flagged or self.case.suspended_at is not None or self.consent.is_withdrawn

    @property
    def side_names(self) -> str:
        """For the blank forms of the app: "left", "right" or both."""
        return " ".join(side.label for side in self.sides)

    @property
    def tel(self) -> str:
        return dialled(self.phone)

    @property
    def emergency_tel(self) -> str:
        return dialled(self.emergency_number)

    @property
    def looks(self) -> str:
        """Who can see an entry: said only when it is true."""
        return _("%(name)s can see this.") % {"name": self.physio} if self.physio else ""


def dialled(number: str) -> str:
    """A phone number as a tel: link wants it."""
    return re.sub(r"[^\d+]", "", number)


def moment(at: datetime, care: Care) -> str:
    """Such as "Sunday, about 18:30", in the runner's own zone."""
    local = at.astimezone(care.zone)
    return _("%(day)s, about %(time)s") % {"day": date_format(local, "l"), "time": f"{local:%H:%M}"}


def find(patient_id: UUID) -> Care:
    """Case.DoesNotExist when the runner has no open case here."""
    case = _OWN.get(patient_id=patient_id)
    return Care(
        case=case,
        sides=tuple(Side(side) for side in case.sides),
        zone=ZoneInfo(case.patient.time_zone),
        physio=_first_name(case.clinician),
        clinic=case.clinic.name,
        phone=case.clinic.phone,
        hours=case.clinic.hours,
        emergency_number=case.clinic.emergency_number,
        flagged=case.flagged,
        consent=consents.state(case.consent),
    )


def _own(patient_id: Any) -> QuerySet[Any, Any]:
    """One at the most: patients_case_one_open_per_patient."""
    flagged = Flag.objects.holding().filter(case=OuterRef("pk"))
    tendons = Tendon.objects.filter(case=OuterRef("pk")).order_by("side", "id")
    cases = Case.objects.open().for_patient(patient_id).select_related("patient", "clinic", "clinician")
    return cases.annotate(
        flagged=Exists(flagged), sides=ArraySubquery(tendons.values("side")), consent=consents.newest()
    )


_OWN = Kept(_own, patient_id=UUIDField())


def find_any(patient_id: UUID) -> Care | None:
    """None when the runner has no open case here."""
    try:
        return find(patient_id)
    except Case.DoesNotExist:
        return None


def _first_name(clinician: Membership) -> str | None:
    return (
        clinician.display_name.split()[0] if clinician.is_active and clinician.display_name.strip() else None
    )
