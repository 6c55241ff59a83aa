"""One runner in care, made row by row as the app role: clinic, physio, case, findings, plans, stage."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.models import Assessment, TendonFinding
from patients.models import (
    Case,
    Clinic,
    Consent,
    Membership,
    Patient,
    Person,
    Role,
    Tendon,
    TendonSide,
    User,
    uuid7,
)
from patients.queries.consents import TEXT_VERSION
from physio.web.tenancy import tenant
from rehab.clinical.history import Knee, StageAct, Track
from rehab.models import Plan, StageChange

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
OPENED = NOW - timedelta(days=60)


@dataclass(frozen=True)
class Runner:
    clinic: Clinic
    physio: Membership
    member: Membership  # the runner's own
    patient: Patient
    case: Case
    tendons: dict[TendonSide, Tendon]

    @contextmanager
    def signed_in(self) -> Generator[None, None, None]:
        """As the runner's own request is: what row-level security lets them see and write."""
        with tenant(
            clinic_id=self.clinic.pk,
            actor=self.member.user_id,
            patient_id=self.patient.pk,
            role=Role.PATIENT.value,
        ):
            yield

    @contextmanager
    def signed_in_now(self) -> Generator[None, None, None]:
        """The same in a transaction of its own, for tests in which the live app has committed."""
        with transaction.atomic(), self.signed_in():
            yield


def make_runner(
    *,
    sides: tuple[TendonSide | str, ...] = (TendonSide.LEFT,),
    stage: int | None = 3,
    usual_pain: int = 1,
    opened_at: datetime = OPENED,
    time_zone: str = "Europe/London",
    slug: str = "harbour",
    protocol: Protocol = Protocol.STEP,
    clinic: Clinic | None = None,
    physio: Membership | None = None,
) -> Runner:
    """Inside a transaction. `stage` None: no stage was started and no plan was assigned.

    `physio`: whose runner it is, with their clinic; otherwise a clinic and a physio are made.
    """
    clinic = physio.clinic if physio else clinic
    clinic_id = clinic.pk if clinic else uuid7()
    with tenant(clinic_id=clinic_id, actor="tests"):
        clinic = clinic or Clinic.objects.create(
            id=clinic_id,
            name=f"{slug.title()} Physio",
            slug=slug,
            phone="020 7946 0018",
            hours="Monday to Friday, 8:00 to 18:00",
            emergency_number="999",
        )
        physio = physio or _member(clinic, Role.CLINICIAN, "Sam Okafor", f"sam@{slug}.example")
        person = Person.objects.create(
            clinic=clinic, given_name="Alex", family_name="Reed", email=f"alex@{slug}.example"
        )
        patient = Patient.objects.create(
            clinic=clinic,
            person=person,
            number=1042 + Patient.objects.count(),
            time_zone=time_zone,
            responsible=physio,
        )
        member = _member(clinic, Role.PATIENT, "Patient 1042", f"alex@{slug}.example", patient)
        Consent.objects.create(
            clinic=clinic, patient=patient, by=member, at=opened_at, kind="GIVEN", text_version=TEXT_VERSION
        )
        case = Case.objects.create(
            clinic=clinic, patient=patient, number=1, opened_at=opened_at, clinician=physio
        )
        row = {"clinic": clinic, "patient": patient, "case": case}
        tendons = {TendonSide(side): Tendon.objects.create(**row, side=side) for side in sides}
        if stage is not None:
            _assess(row, tendons, physio, usual_pain, opened_at, protocol)
            _start(row, physio, stage, opened_at)
    return Runner(clinic, physio, member, patient, case, tendons)


def _member(clinic: Clinic, role: Role, name: str, email: str, patient: Patient | None = None) -> Membership:
    user = User.objects.create_user(email, date_joined=NOW)
    return Membership.objects.create(user=user, clinic=clinic, role=role, display_name=name, patient=patient)


def _assess(
    row: dict, tendons: dict, physio: Membership, usual_pain: int, at: datetime, protocol: Protocol
) -> None:
    kind = TendinopathyType.MIDPORTION if protocol == Protocol.STEP else TendinopathyType.INSERTIONAL
    assessment = Assessment.objects.create(**row, assessed_at=at, by=physio, kind="INITIAL")
    for tendon in tendons.values():
        TendonFinding.objects.create(
            **row,
            assessment=assessment,
            tendon=tendon,
            tender_cm=4 if protocol == Protocol.STEP else 1,
            usual_pain=usual_pain,
            worst_pain=6,
            suggested_type=kind,
            confidence="HIGH",
            suggested_protocol=protocol,
            decided_type=kind,
        )
        Plan.objects.create(
            **row,
            tendon=tendon,
            tendinopathy_type=kind,
            protocol=protocol,
            starts_on=at.date(),
            sets=3,
            reps=15,
            sessions_per_day=2,
            days_per_week=7,
            knees=[Knee.STRAIGHT, Knee.BENT] if protocol == Protocol.STEP else [Knee.STRAIGHT],
            tempo_low_s=3,
            tempo_high_s=5,
            start_sets=3,
            author=physio,
            created_at=at,
            version=1,
        )


def _start(row: dict, physio: Membership, stage: int, at: datetime) -> None:
    StageChange.objects.create(
        **row,
        at=at,
        to_stage=stage,
        track=Track.FRAMEWORK,
        kind=StageAct.START,
        reason="First plan",
        by=physio,
    )
