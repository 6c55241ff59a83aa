"""The demo clinic: who works there, and who comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from patients.actions import consents, memberships, patients
from patients.models import Clinic, ConsentKind, Membership, Patient, Role
from physio.web.tenancy import tenant
from rehab.management.demo import lately
from rehab.management.demo.kinds import SHOWN, Kind, kinds
from rehab.management.demo.life import live
from rehab.management.demo.people import people
from rehab.management.demo.replay import Replay

NAME, SLUG = "Harbour Physio (demo)", "harbour-demo"
PASSWORD = "low-water-mark-9"  # noqa: S105 - of invented people, printed at every start, in development only
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - the same
STAFF = (
    ("sam.okafor@harbour.example", "Sam Okafor", Role.OWNER),
    ("lena.brandt@harbour.example", "Lena Brandt", Role.CLINICIAN),
    ("robin.hale@harbour.example", "Robin Hale", Role.RECEPTION),
)
ACTOR = "demo"
RUNNERS, SEED = 150, 20261122
DOING_WELL = 9  # the place in SHOWN of a runner to try the portal as


@dataclass(frozen=True, slots=True)
class Guest:
    """A registered runner whose life has not been lived yet; plain, so that another process can live it."""

    clinic_id: UUID
    patient_id: UUID
    kind: Kind
    seed: int


def exists() -> bool:
    return _clinic_id(SEED) in set(Membership.objects.values_list("clinic_id", flat=True))


def open_clinic(*, runners: int, now: datetime, seed: int = SEED) -> None:
    """Staff and registered runners, without a case yet."""
    began_at = now - timedelta(weeks=30)
    clinic_id = _clinic_id(seed)
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
        clinic = Clinic.objects.create(
            id=clinic_id,
            name=NAME,
            slug=SLUG,
            phone="020 7946 0321",
            emergency_number="999",
            hours="Monday to Friday, 8:00 to 18:00",
            email_initials_opt_in=True,
        )
        staff = [
            memberships.add_staff(
                clinic=clinic,
                email=email,
                display_name=name,
                role=role,
                password=PASSWORD,
                totp_secret=TOTP_SECRET,
                now=began_at,
            )
            for email, name, role in STAFF
        ]
        _register(clinic, staff[:2], runners, seed, now)


def _register(clinic: Clinic, physios: list[Membership], runners: int, seed: int, now: datetime) -> None:
    random = Random(seed)  # noqa: S311 - invented lives need no secrecy
    for number, (person, kind) in enumerate(
        zip(people(random, now.date()), kinds(seed, runners), strict=False)
    ):
        patients.register(
            clinic=clinic,
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            birth_date=person.birth_date,
            phone=person.phone,
            time_zone="Europe/London",
            by=physios[0 if number < len(SHOWN) else random.choice([0, 0, 1])],
            now=now - timedelta(weeks=kind.weeks + 1),
        )


def waiting(seed: int = SEED) -> list[Guest]:
    """The registered runners who have no case yet, in the order of their numbers."""
    clinic_id = _clinic_id(seed)
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor=ACTOR):
        found = list(Patient.objects.filter(cases=None).order_by("number", "id").values_list("pk", "number"))
    lives = kinds(seed, RUNNERS * 10)
    return [
        Guest(clinic_id, patient_id, lives[number - patients.FIRST_NUMBER], seed + number)
        for patient_id, number in found
    ]


def runner_to_try(seed: int = SEED) -> str:
    """The e-mail address of a runner who is doing well."""
    with transaction.atomic(), tenant(clinic_id=_clinic_id(seed), actor=ACTOR):
        shown = Patient.objects.get(number=patients.FIRST_NUMBER + DOING_WELL)
        return Membership.objects.get(patient=shown).user.email


def _clinic_id(seed: int) -> UUID:
    return UUID(int=Random(f"clinic {seed}").getrandbits(128), version=4)  # noqa: S311 - the same


def live_through(guest: Guest, now: datetime) -> int:
    """One runner's whole time with the clinic, stored in one transaction. How many entries that were."""
    with transaction.atomic(), tenant(clinic_id=guest.clinic_id, actor=ACTOR):
        patient = Patient.objects.select_related("responsible__clinic").get(pk=guest.patient_id)
        life = live(guest.kind, Random(guest.seed), now, lately.play, patient.time_zone)  # noqa: S311
        runner = Membership.objects.select_related("clinic").get(patient=patient)
        joined = now - timedelta(weeks=guest.kind.weeks)
        consents.write(kind=ConsentKind.GIVEN, membership=runner, now=joined)
        Replay(patient=patient, runner=runner, physio=patient.responsible, life=life).play(now)
        return len(life.acts)
