"""Clinics, members, people, patients, cases, and the record of who read and changed what."""

from patients.models.audit import AccessEvent, AuditEntry
from patients.models.cache import CacheEntry
from patients.models.care import CareRule, RecordOpening
from patients.models.case import Case, Tendon
from patients.models.case_change import CaseChange, CaseOutcome, ChangeKind, CheckIn
from patients.models.clinic import Clinic
from patients.models.codes import CaseStatus, MailState, Role, TendonSide
from patients.models.consent import Consent, ConsentKind
from patients.models.erasure import Erasure, ErasureRequest
from patients.models.invitation import Invitation
from patients.models.keys import uuid7
from patients.models.membership import Membership
from patients.models.outbox import Heartbeat, OutboxMail
from patients.models.patient import Patient, Person
from patients.models.staff_invitation import StaffInvitation
from patients.models.user import User

__all__ = [
    "AccessEvent",
    "AuditEntry",
    "CacheEntry",
    "CareRule",
    "Case",
    "CaseChange",
    "CaseOutcome",
    "CaseStatus",
    "ChangeKind",
    "CheckIn",
    "Clinic",
    "Consent",
    "ConsentKind",
    "Erasure",
    "ErasureRequest",
    "Heartbeat",
    "Invitation",
    "MailState",
    "Membership",
    "OutboxMail",
    "Patient",
    "Person",
    "RecordOpening",
    "Role",
    "StaffInvitation",
    "Tendon",
    "TendonSide",
    "User",
    "uuid7",
]
