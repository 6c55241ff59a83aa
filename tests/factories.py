"""Rows for tests: two clinics with people, a case, its plan, a diary and flags, made as the app role would.

Every builder enters the clinic by itself, so it works in any database test:

    clinic = make_clinic("Harbour Physio")
    clinician = make_member(clinic, Role.CLINICIAN)         # second_factor=False: not set up yet
    patient = make_patient(clinic, responsible=clinician)   # with a Person
    login = patient_login(patient)                          # the patient's own membership
    case = make_case(patient, sides=("LEFT",))              # with its tendons
    plan = make_plan(tendon_of(case, "LEFT"))               # open since PLAN_START
    run = make_run(case, minutes=20, pain_left=2)           # any column by keyword

`two_clinics()` gives (a, b), each a `Kit` with one row in every clinical table; `a.mark` stands in its
texts. `inside(clinic)` opens a transaction in the clinic, `sign_in(client, member)` signs a test client in.
Everything is dated from NOW.
"""

import hashlib
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.test import Client

from assessments.models import Assessment, OutcomeScore, RedFlagClearance, ScoreDraft, TendonFinding
from patients.models import (
    AccessEvent,
    Case,
    CaseChange,
    Clinic,
    Consent,
    Erasure,
    ErasureRequest,
    Invitation,
    Membership,
    OutboxMail,
    Patient,
    Person,
    RecordOpening,
    Role,
    StaffInvitation,
    Tendon,
    User,
    uuid7,
)
from patients.queries.consents import TEXT_VERSION
from physio.web.tenancy import MEMBERSHIP_KEY, tenant
from rehab.models import (
    CaseNote,
    CaseSummary,
    ClinicDefaults,
    ExerciseSession,
    Flag,
    Message,
    MessageSettled,
    MessageTemplate,
    MessageWithdrawn,
    NoteDraft,
    OwnTemplate,
    PainReport,
    Plan,
    PushSubscription,
    RedFlagReport,
    ReminderSettings,
    Run,
    StageChange,
)

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PLAN_START = date(2026, 11, 2)
PASSWORD = "a long enough password"
Row = TypeVar("Row", bound=models.Model)
_numbers = iter(range(1000, 10**6))


@contextmanager
def inside(
    clinic: Clinic | uuid.UUID, *, patient: Patient | None = None, actor: str = "test", role: str = ""
) -> Iterator[None]:
    clinic_id = clinic.pk if isinstance(clinic, Clinic) else clinic
    with (
        transaction.atomic(),
        tenant(clinic_id=clinic_id, actor=actor, patient_id=patient.pk if patient else None, role=role),
    ):
        yield


def _save(row: Row, clinic_id: uuid.UUID) -> Row:
    with inside(clinic_id):
        row.save(force_insert=True)
    return row


def make_clinic(name: str = "Harbour Physio", **fields: Any) -> Clinic:
    number = next(_numbers)
    clinic = Clinic(**{"name": name, "slug": f"clinic-{number}", "phone": f"020 7946 {number}", **fields})
    return _save(clinic, clinic.pk)


def make_user(email: str = "", **fields: Any) -> User:
    """With PASSWORD, hashed once in a test run: it takes half a second."""
    user = User(
        **{
            "email": email or f"user{next(_numbers)}@example.org",
            "password": _hashed(),
            "date_joined": NOW,
            **fields,
        }
    )
    user.save(force_insert=True)
    return user


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def make_member(
    clinic: Clinic,
    role: Role = Role.CLINICIAN,
    *,
    user: User | None = None,
    second_factor: bool = True,
    consents: bool = True,
    **fields: Any,
) -> Membership:
    user = user or make_user()
    member = Membership(
        **{
            "clinic": clinic,
            "user": user,
            "role": role,
            "display_name": f"{role.label} {next(_numbers)}",
            **fields,
        }
    )
    if second_factor and role is not Role.PATIENT:
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
    _save(member, clinic.pk)
    if consents and member.patient_id is not None:
        make_consent(member)
    return member


def make_consent(member: Membership, **fields: Any) -> Consent:
    row = {
        "patient_id": member.patient_id,
        "by": member,
        "at": NOW - timedelta(days=20),
        "kind": "GIVEN",
        "text_version": TEXT_VERSION,
        "language": "en-gb",
        **fields,
    }
    return _save(Consent(clinic=member.clinic, **row), member.clinic_id)


def make_patient(
    clinic: Clinic, *, responsible: Membership | None = None, mark: str = "", **fields: Any
) -> Patient:
    responsible = responsible or make_member(clinic)
    number = next(_numbers)
    person = _save(
        Person(
            clinic=clinic,
            given_name=f"Robin{mark}",
            family_name=f"Runner{number}",
            email=f"r{number}@example.org",
        ),
        clinic.pk,
    )
    patient = Patient(
        **{"clinic": clinic, "person": person, "number": number, "responsible": responsible, **fields}
    )
    return _save(patient, clinic.pk)


def patient_login(patient: Patient, **fields: Any) -> Membership:
    return make_member(patient.clinic, Role.PATIENT, patient=patient, **fields)


def make_case(patient: Patient, *, sides: tuple[str, ...] = ("LEFT",), **fields: Any) -> Case:
    case = Case(
        **{
            "clinic": patient.clinic,
            "patient": patient,
            "number": 1,
            "opened_at": NOW - timedelta(days=20),
            "clinician": patient.responsible,
            **fields,
        }
    )
    _save(case, patient.clinic_id)
    for side in sides:
        make_tendon(case, side)
    return case


def make_tendon(case: Case, side: str = "LEFT") -> Tendon:
    return _save(Tendon(**_of(case), side=side), case.clinic_id)


def tendon_of(case: Case, side: str = "LEFT") -> Tendon:
    with inside(case.clinic_id):
        tendon = Tendon.objects.for_case(case.pk).get(side=side)
    tendon.case, tendon.clinic, tendon.patient = case, case.clinic, case.patient
    return tendon


def _of(case: Case) -> dict[str, Any]:
    return {"clinic": case.clinic, "patient": case.patient, "case": case}


def _diary(case: Case, at: datetime | None) -> dict[str, Any]:
    at = at or NOW
    return {
        **_of(case),
        "client_id": uuid.uuid4(),
        "occurred_at": at,
        "time_zone": "Europe/London",
        "local_date": at.date(),
        "received_at": at,
        "source": "PORTAL",
        "payload_hash": hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
    }


def make_assessment(case: Case, **fields: Any) -> Assessment:
    row = {"assessed_at": NOW - timedelta(days=14), "by": case.clinician, "kind": "INITIAL", **fields}
    return _save(Assessment(**_of(case), **row), case.clinic_id)


def make_finding(assessment: Assessment, tendon: Tendon, **fields: Any) -> TendonFinding:
    row = {
        "assessment": assessment,
        "tendon": tendon,
        "tender_cm": "4.0",
        "thickening": True,
        "stretch_pain": False,
        "usual_pain": 1,
        "worst_pain": 5,
        "suggested_type": "MIDPORTION",
        "confidence": "HIGH",
        "suggested_protocol": "STEP",
        "decided_type": "MIDPORTION",
        **fields,
    }
    return _save(TendonFinding(**_of(assessment.case), **row), assessment.clinic_id)


def make_score(case: Case, **fields: Any) -> OutcomeScore:
    row = {
        "instrument": "VISA_A",
        "value": "62",
        "taken_on": PLAN_START,
        "recorded_by": case.clinician,
        "source": "CLINIC",
        **fields,
    }
    return _save(OutcomeScore(**_of(case), **row), case.clinic_id)


def make_score_draft(case: Case, **fields: Any) -> ScoreDraft:
    row = {"instrument": "PSFS", "answers": [], "changed_at": NOW, **fields}
    return _save(ScoreDraft(**_of(case), **row), case.clinic_id)


def make_clearance(case: Case, **fields: Any) -> RedFlagClearance:
    row = {
        "cleared_at": NOW,
        "by": case.clinician,
        "examination": {"CALF_SQUEEZE": "NORMAL"},
        "ruled_out_findings": ["POP_OR_SNAP"],
        "note": "Examined, normal.",
        **fields,
    }
    return _save(RedFlagClearance(**_of(case), **row), case.clinic_id)


def make_plan(tendon: Tendon, **fields: Any) -> Plan:
    """Heel drops as first assigned: 3 x 15, straight and bent knee, twice a day."""
    row = {
        "tendon": tendon,
        "tendinopathy_type": "MIDPORTION",
        "protocol": "STEP",
        "starts_on": PLAN_START,
        "sets": 3,
        "reps": 15,
        "sessions_per_day": 2,
        "days_per_week": 7,
        "knees": ["STRAIGHT", "BENT"],
        "tempo_low_s": 3,
        "tempo_high_s": 5,
        "start_sets": 2,
        "author": tendon.case.clinician,
        "created_at": NOW - timedelta(days=14),
        "version": 1,
        **fields,
    }
    return _save(Plan(**_of(tendon.case), **row), tendon.clinic_id)


def make_stage_change(case: Case, **fields: Any) -> StageChange:
    row = {
        "at": NOW - timedelta(days=14),
        "to_stage": 1,
        "track": "FRAMEWORK",
        "kind": "START",
        "reason": "First stage.",
        "by": case.clinician,
        **fields,
    }
    return _save(StageChange(**_of(case), **row), case.clinic_id)


def make_run(case: Case, *, at: datetime | None = None, **fields: Any) -> Run:
    return _save(Run(**{**_diary(case, at), "minutes": 20, **fields}), case.clinic_id)


def make_report(case: Case, *, at: datetime | None = None, **fields: Any) -> PainReport:
    return _save(PainReport(**{**_diary(case, at), "kind": "MORNING", **fields}), case.clinic_id)


def make_session(plan: Plan, *, at: datetime | None = None, **fields: Any) -> ExerciseSession:
    row = {
        "plan": plan,
        "tendon": plan.tendon,
        "half": "AM",
        "protocol": plan.protocol,
        "sets": [{"knee": "STRAIGHT", "reps": 15, "load_kg": None, "seconds": None}],
        "reps_done": 15,
        **fields,
    }
    return _save(ExerciseSession(**{**_diary(plan.case, at), **row}), plan.clinic_id)


def make_red_flag_report(case: Case, *, at: datetime | None = None, **fields: Any) -> RedFlagReport:
    row = {"findings": ["POP_OR_SNAP"], "side": "LEFT", "pathway": "URGENT_SAME_DAY", **fields}
    return _save(RedFlagReport(**{**_diary(case, at), **row}), case.clinic_id)


def make_flag(case: Case, **fields: Any) -> Flag:
    row = {
        "side": "LEFT",
        "kind": "ELEVATED_24H",
        "severity": "ACT",
        "opened_at": NOW,
        "seen_at": NOW,
        "reason": "Pain 3/10 at 24 h, 1/10 before the run.",
        "evidence": {},
        "evidence_hash": "0" * 64,
        "rule": "A2",
        "rule_version": "1",
        **fields,
    }
    return _save(Flag(**_of(case), **row), case.clinic_id)


def make_summary(case: Case, **fields: Any) -> CaseSummary:
    row = {"group": "ACT", "severity": 400, "since": NOW, "evaluated_at": NOW, "rule_version": "1", **fields}
    return _save(CaseSummary(**_of(case), **row), case.clinic_id)


def make_note(case: Case, **fields: Any) -> CaseNote:
    row = {"at": NOW, "by": case.clinician, "text": "Calf work went well.", **fields}
    return _save(CaseNote(**_of(case), **row), case.clinic_id)


def make_draft(case: Case, **fields: Any) -> NoteDraft:
    row = {"author": case.clinician, "text": "Not finished", "saved_at": NOW, **fields}
    return _save(NoteDraft(**_of(case), **row), case.clinic_id)


def make_message(case: Case, **fields: Any) -> Message:
    row = {"sender": "RUNNER", "by": case.clinician, "at": NOW, "text": "May I cycle?", **fields}
    return _save(Message(**_of(case), **row), case.clinic_id)


def make_settled(case: Case, **fields: Any) -> MessageSettled:
    row = {"by": case.clinician, "at": NOW, "up_to": NOW - timedelta(days=1), **fields}
    return _save(MessageSettled(**_of(case), **row), case.clinic_id)


def make_message_withdrawn(case: Case, **fields: Any) -> MessageWithdrawn:
    row = {"by": case.clinician, "at": NOW, **fields}
    if "message" not in row:
        row["message"] = make_message(case)
    return _save(MessageWithdrawn(**_of(case), **row), case.clinic_id)


def make_message_template(clinic: Clinic, **fields: Any) -> MessageTemplate:
    row = {"title": "First week", "text": "How was the first week?", **fields}
    return _save(MessageTemplate(clinic=clinic, **row), clinic.pk)


def make_case_change(case: Case, **fields: Any) -> CaseChange:
    row = {"at": NOW, "by": case.clinician, "kind": "CHECKED_IN", "outcome": "WELL", **fields}
    return _save(CaseChange(**_of(case), **row), case.clinic_id)


def make_template(member: Membership, **fields: Any) -> OwnTemplate:
    """The clinic's own: heel drops at a gentler dose."""
    row = {
        "name": "Gentle start",
        "protocol": "STEP",
        "sets": 2,
        "reps": 10,
        "sessions_per_day": 1,
        "days_per_week": 7,
        "knees": ["STRAIGHT"],
        "tempo_low_s": 4,
        "tempo_high_s": 6,
        "start_sets": 1,
        "author": member,
        "created_at": NOW,
        **fields,
    }
    return _save(OwnTemplate(clinic=member.clinic, **row), member.clinic_id)


def make_defaults(member: Membership, **fields: Any) -> ClinicDefaults:
    """A cautious clinic: a run stops at 2 of 10."""
    change = {"value": 1, "reason": "We start low.", "author": str(member.pk), "at": NOW.isoformat()}
    row = {"thresholds": {"RUN_OK_MAX": change}, "by": member, "at": NOW, **fields}
    return _save(ClinicDefaults(clinic=member.clinic, **row), member.clinic_id)


def make_invitation(patient: Patient, **fields: Any) -> Invitation:
    row = {
        "token_hash": hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
        "created_by": patient.responsible,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=7),
        **fields,
    }
    return _save(Invitation(clinic=patient.clinic, patient=patient, **row), patient.clinic_id)


def make_staff_invitation(member: Membership, **fields: Any) -> StaffInvitation:
    row = {
        "token_hash": hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
        "created_by": member,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=7),
        **fields,
    }
    return _save(StaffInvitation(clinic=member.clinic, membership=member, **row), member.clinic_id)


def make_mail(clinic: Clinic, **fields: Any) -> OutboxMail:
    key = uuid7()
    row = {
        "kind": "summary",
        "dedupe_key": f"test:{key}",
        "to_address": "someone@example.org",
        "subject": "Your week",
        "text": "Sign in to read it.",
        "message_id": f"<{key}@plimsoll.example>",
        "next_attempt_at": NOW,
        "created_at": NOW,
        **fields,
    }
    return _save(OutboxMail(clinic=clinic, **row), clinic.pk)


def make_reminder_settings(member: Membership, **fields: Any) -> ReminderSettings:
    row = ReminderSettings(clinic=member.clinic, membership=member, patient_id=member.patient_id, **fields)
    return _save(row, member.clinic_id)


def make_push_subscription(member: Membership, **fields: Any) -> PushSubscription:
    row = {
        "endpoint": f"https://push.example/{next(_numbers)}",
        "p256dh": "B" * 87,
        "auth": "a" * 22,
        "created_at": NOW,
        **fields,
    }
    made = PushSubscription(clinic=member.clinic, membership=member, patient_id=member.patient_id, **row)
    return _save(made, member.clinic_id)


def make_opening(member: Membership, patient: Patient, **fields: Any) -> RecordOpening:
    row = {"at": NOW, "ends_at": NOW + timedelta(hours=8), "reason": "Covering this week.", **fields}
    return _save(RecordOpening(clinic=member.clinic, patient=patient, by=member, **row), member.clinic_id)


def make_access_event(member: Membership, **fields: Any) -> AccessEvent:
    row = {
        "user": member.user,
        "role": member.role,
        "route": "case",
        "method": "GET",
        "action": "case read",
        "status": 200,
        "at": NOW,
        **fields,
    }
    return _save(AccessEvent(clinic=member.clinic, **row), member.clinic_id)


@dataclass
class Kit:
    """One clinic and one row of everything in it. `rows` has them by model."""

    mark: str
    clinic: Clinic
    owner: Membership
    clinician: Membership
    other_clinician: Membership
    reception: Membership
    patient: Patient
    patient_member: Membership
    case: Case
    tendon: Tendon
    assessment: Assessment
    plan: Plan
    run: Run
    flag: Flag
    rows: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)


def make_kit(mark: str) -> Kit:
    clinic = make_clinic(f"Clinic {mark}")
    owner, clinician, other, reception = (
        make_member(clinic, role, display_name=f"{role.label} {mark}")
        for role in (Role.OWNER, Role.CLINICIAN, Role.CLINICIAN, Role.RECEPTION)
    )
    patient = make_patient(clinic, responsible=clinician, mark=mark)
    login = patient_login(patient, display_name=f"Robin {mark}", consents=False)
    case = make_case(patient)
    tendon = tendon_of(case)
    assessment = make_assessment(case, note=f"note {mark}")
    plan = make_plan(tendon)
    run = make_run(case, pain_left=2, warm_up_left="RESOLVED", note=f"note {mark}")
    flag = make_flag(case, reason=f"reason {mark}")
    kit = Kit(
        mark,
        clinic,
        owner,
        clinician,
        other,
        reception,
        patient,
        login,
        case,
        tendon,
        assessment,
        plan,
        run,
        flag,
    )
    made = [
        clinic,
        *(owner, clinician, other, reception, login),
        patient,
        patient.person,
        case,
        tendon,
        assessment,
        plan,
        run,
        flag,
        make_finding(assessment, tendon),
        make_score(case),
        make_score_draft(case, answers=[{"name": f"name {mark}", "rating": None}]),
        make_clearance(case, note=f"note {mark}"),
        make_stage_change(case, reason=f"reason {mark}"),
        make_report(case, run=run, kind="CHECK_24H", pain_left=1),
        make_session(plan),
        make_red_flag_report(case, note=f"note {mark}"),
        make_summary(case, reason=f"reason {mark}"),
        make_note(case, text=f"text {mark}"),
        (message := make_message(case, by=login, text=f"text {mark}")),
        make_settled(case),
        make_message_withdrawn(case, by=login, message=message),
        make_message_template(clinic, title=f"title {mark}"),
        make_draft(case, text=f"text {mark}"),
        make_case_change(case, kind="TRANSFERRED", outcome="", clinician=clinician, reason=f"reason {mark}"),
        make_template(clinician, name=f"name {mark}"),
        make_defaults(owner),
        make_invitation(patient),
        make_staff_invitation(other),
        make_mail(clinic, subject=f"subject {mark}"),
        make_access_event(clinician, patient=patient, case=case),
        make_consent(login),
        make_reminder_settings(login),
        make_push_subscription(login),
        make_opening(other, patient, reason=f"reason {mark}"),
        _save(ErasureRequest(clinic=clinic, patient=patient, asked_at=NOW), clinic.pk),
        _save(Erasure(clinic=clinic, patient=patient, by=owner, erased_at=NOW), clinic.pk),
    ]
    for row in made:
        kit.rows.setdefault(type(row), []).append(row)
    return kit


def two_clinics() -> tuple[Kit, Kit]:
    return make_kit("AAAA-Alder"), make_kit("BBBB-Birch")


def sign_in(client: Client, member: Membership) -> Client:
    client.force_login(member.user, backend="patients.views.visitor.VisitorBackend")
    session = client.session
    session[MEMBERSHIP_KEY] = str(member.pk)
    if Authenticator.objects.filter(user=member.user).exists():  # passed in this session, as allauth notes it
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session["account_authentication_methods_user"] = str(member.user_id)
    session.save()
    return client
