"""Erasing a runner leaves them nowhere in the database (S52), and the audit's chain as it was."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connection
from psycopg import sql

from patients.actions import audit as sealing
from patients.actions import erasure
from patients.actions.physio_acts import ActRefused
from patients.models import Case, Erasure, ErasureRequest, Membership, OutboxMail, Patient, User
from patients.queries import audit, erasures
from physio.web.policies import OTHERS, declared, erased_tables
from tests import factories as make
from tests.cluster import Clone
from tests.factories import NOW, Kit
from tests.worker import working

pytestmark = pytest.mark.django_db(transaction=True)
# Tables without a patient's key: what `erase_patient` looks into, and what says nothing of a runner.
LOOKED_INTO = {
    "patients_person": "deleted", "patients_patient": "kept as a number",
    "patients_user": "account made void",
    "patients_outboxmail": "mails to them deleted", "patients_auditentry": "content emptied",
    "account_emailaddress": "deleted", "account_emailconfirmation": "deleted", "mfa_authenticator": "deleted",
    "usersessions_usersession": "deleted", "django_session": "deleted",
}  # fmt: skip
NOBODYS = {
    "patients_clinic": "the clinic", "patients_cacheentry": "counters that run out by themselves",
    "patients_heartbeat": "the jobs", "patients_staffinvitation": "staff",
    "rehab_messagetemplate": "the clinic's texts",
    "rehab_owntemplate": "the clinic's protocols",
    "rehab_clinicdefaults": "what the clinic's plans start from", "django_migrations": "the software",
    "django_content_type": "the software", "auth_permission": "the software", "auth_group": "unused",
    "auth_group_permissions": "unused",
}  # fmt: skip


@pytest.fixture
def kits(
    cluster: Clone, as_superuser: psycopg.Connection, settings: LazySettings, tmp_path: Path
) -> tuple[Kit, Kit]:
    """Two clinics with a row of everything; the first runner's case is closed and their wish waits."""
    settings.LEDGER = str(tmp_path / "ledger")
    kits = make.two_clinics()
    as_superuser.execute("DELETE FROM patients_erasure")
    make.make_mail(
        kits[0].clinic,
        to_address=kits[0].patient_member.user.email,
        recipient_membership=kits[0].patient_member,
    )
    with make.inside(kits[0].clinic):
        Case.objects.update(status="CLOSED", closed_at=NOW)
    with working():
        sealing.seal(now=NOW)
    return kits


def erase(kit: Kit) -> Erasure:
    with make.inside(kit.clinic, actor=str(kit.owner.user_id), role="OWNER"):
        return erasure.erase(wish=ErasureRequest.objects.get(), by=kit.owner, now=NOW)


def tables(intruder: psycopg.Connection) -> list[str]:
    return [
        name for (name,) in intruder.execute(
            "SELECT relname FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
        ).fetchall()
    ]  # fmt: skip


def where(intruder: psycopg.Connection, *words: str) -> dict[str, int]:
    """In which tables any of the words stands in any column, and in how many rows."""
    found = {}
    for table in tables(intruder):
        count = intruder.execute(
            sql.SQL("SELECT count(*) FROM {} AS row_of WHERE row_of::text LIKE ANY (%s)").format(
                sql.Identifier(table)
            ),
            [[f"%{word}%" for word in words]],
        ).fetchone()
        if count and count[0]:
            found[table] = count[0]
    return found


def told_of(kit: Kit) -> list[str]:
    person = kit.patient.person
    return [
        person.family_name, person.email, person.given_name, kit.patient_member.user.email,
        *(f"{what} {kit.mark}" for what in ("note", "text", "reason")),
    ]  # fmt: skip


def test_every_table_is_erased_from_or_says_why_not(cluster: Clone, as_superuser: psycopg.Connection) -> None:
    """By construction: a model made tomorrow with a patient's key is erased; others are placed here."""
    gone = set(erased_tables())
    kept = {table: grants.kept_when_erased for table, grants in declared().items() if grants.kept_when_erased}
    every = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | set(OTHERS)
    print(f"{len(gone)} tables erased from, {len(kept)} kept: {kept}")
    assert every - gone - set(kept) - set(LOOKED_INTO) - set(NOBODYS) == set()
    assert set(kept) == {"patients_accessevent", "patients_erasure", "patients_erasurerequest"}
    body = as_superuser.execute("SELECT prosrc FROM pg_proc WHERE proname = 'erase_rows'").fetchone()
    assert body and all(f'"{table}"' in body[0] for table in gone)
    assert len(gone) >= 22


@pytest.mark.check("S52")
def test_an_erased_runner_is_nowhere_and_everybody_else_is_as_before(
    kits: tuple[Kit, Kit], as_superuser: psycopg.Connection, tried: Callable[..., None]
) -> None:
    here, there = kits
    before, others = where(as_superuser, *told_of(here)), where(as_superuser, *told_of(there))
    keys = where(as_superuser, str(here.patient.pk), str(here.case.pk), str(here.patient_member.pk))
    assert len(before) >= 10 and len(keys) >= 22  # the twin: the search finds what there is
    done = erase(here)
    tried("S52", told_before_in_tables=len(before), by_key_in_tables=len(keys), told_after=0)
    assert where(as_superuser, *told_of(here)) == {}
    left = where(as_superuser, str(here.patient.pk), str(here.case.pk), str(here.patient_member.pk))
    assert set(left) == {
        "patients_patient", "patients_accessevent", "patients_erasure", "patients_erasurerequest",
        "patients_auditentry",
    }  # fmt: skip
    assert where(as_superuser, *told_of(there)) == others
    with make.inside(here.clinic):
        patient = Patient.objects.get(pk=here.patient.pk)
        assert (patient.person, patient.number) == (None, here.patient.number)
        assert Erasure.objects.get().pk == done.pk
        assert ErasureRequest.objects.get().answered_by_id == here.owner.pk
    account = User.objects.get(pk=here.patient_member.user_id)
    assert not account.is_active and account.email.endswith("@erased.invalid")
    assert not Membership.objects.filter(pk=here.patient_member.pk).exists()


@pytest.mark.twin("S52")
def test_a_runner_whom_only_the_audit_still_names_is_found(
    kits: tuple[Kit, Kit], as_superuser: psycopg.Connection
) -> None:
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("SELECT erase_rows(%s)", [kits[0].patient.pk])
    assert "patients_auditentry" in where(as_superuser, *told_of(kits[0]))


def test_the_chain_still_verifies_and_nothing_else_can_be_emptied(
    kits: tuple[Kit, Kit], as_superuser: psycopg.Connection
) -> None:
    emptied_before = as_superuser.execute(
        "SELECT count(*) FROM patients_auditentry WHERE after IS NULL"
    ).fetchone()
    erase(kits[0])
    with working():
        sealing.seal(now=NOW)
    emptied = as_superuser.execute(
        "SELECT count(*), min(place) FROM patients_auditentry WHERE redacted_by IS NOT NULL"
    ).fetchone()
    print(f"{emptied} entries emptied; {emptied_before} had no content before")
    assert emptied and emptied[0] > 30
    assert audit.faults() == []
    assert audit.unanchored(audit.anchor_file())[1] == []
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute(
        "UPDATE patients_auditentry SET before = NULL, after = NULL, redacted_by = other.redacted_by "
        "FROM (SELECT redacted_by FROM patients_auditentry WHERE redacted_by IS NOT NULL LIMIT 1) AS other "
        "WHERE patients_auditentry.id = (SELECT id FROM patients_auditentry WHERE redacted_by IS NULL "
        "AND table_name = 'patients_clinic' LIMIT 1)"
    )
    (fault,) = audit.faults()
    assert "one too many" in fault.what
    as_superuser.execute(
        "UPDATE patients_auditentry SET redacted_by = uuidv7() WHERE table_name = 'patients_clinic'"
    )
    assert any("emptied without an erasure" in found.what for found in audit.faults())


def test_an_account_with_another_place_stays(kits: tuple[Kit, Kit]) -> None:
    here, there = kits
    make.make_member(there.clinic, make.Role.CLINICIAN, user=here.patient_member.user)
    erase(here)
    account = User.objects.get(pk=here.patient_member.user_id)
    assert account.is_active and account.email == here.patient_member.user.email


def test_an_open_case_is_closed_first_and_only_an_owner_answers(kits: tuple[Kit, Kit]) -> None:
    here, there = kits
    wish = ErasureRequest(pk=here.rows[ErasureRequest][0].pk, clinic=here.clinic, patient=here.patient)
    for by in (here.clinician, here.reception, there.owner):
        with pytest.raises(ErasureRequest.DoesNotExist), make.inside(here.clinic):
            erasure.erase(wish=wish, by=by, now=NOW)
    with make.inside(here.clinic):
        Case.objects.update(status="ACTIVE", closed_at=None)
    with pytest.raises(ActRefused, match="Close it first"):
        erase(here)
    with make.inside(here.clinic):
        assert Patient.objects.get(pk=here.patient.pk).person is not None


def test_the_database_erases_nobody_without_the_clinic_s_own_tombstone(kits: tuple[Kit, Kit]) -> None:
    here, there = kits
    with make.inside(there.clinic):
        done = Erasure.objects.create(clinic=there.clinic, patient=there.patient, erased_at=NOW)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: make.inside(here.clinic),
        lambda: make.inside(there.clinic, patient=there.patient),
    )
    for enter in attempts:
        with pytest.raises(Exception, match="no such erasure"), enter(), connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("SELECT erase_patient(%s)", [done.pk])


def test_a_refusal_is_told_to_the_runner(kits: tuple[Kit, Kit]) -> None:
    here = kits[0]
    reason = "The law asks us to keep it until November 2036."
    with make.inside(here.clinic):
        wish = ErasureRequest.objects.get()
        with pytest.raises(ActRefused):
            erasure.refuse(wish=wish, reason=" no ", by=here.owner, now=NOW)
        erasure.refuse(wish=wish, reason=reason, by=here.owner, now=NOW)
        assert ErasureRequest.objects.get().refusal == reason
        mail = OutboxMail.objects.get(kind="ERASURE_ANSWERED")
        assert mail.to_address == here.patient_member.user.email
        assert reason not in mail.text + mail.html + mail.subject
        with pytest.raises(ActRefused, match="answered"):
            erasure.refuse(wish=wish, reason=reason, by=here.owner, now=NOW)


def test_tombstones_are_kept_outside_the_database_once(kits: tuple[Kit, Kit]) -> None:
    done = erase(kits[0])
    for _ in range(2):
        with working():
            sealing.seal(now=NOW + timedelta(minutes=1))
    (kept,) = erasures.tombstones(erasures.tombstone_file())
    assert (kept.erasure_id, kept.patient_id, kept.erased_at) == (done.pk, kits[0].patient.pk, NOW)
    said = erasures.tombstone_file().read_text()
    assert not any(word in said for word in told_of(kits[0]))
