"""The audit trigger sees every write, by whatever road, and nobody writes there by hand."""

import psycopg
import pytest

from patients.models import AuditEntry, Case, Clinic, Tendon
from tests.cluster import Clone
from tests.factories import NOW, Kit, inside, make_case, make_patient, two_clinics

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kit(cluster: Clone) -> Kit:
    return two_clinics()[0]


def entries(kit: Kit, table: str, operation: str) -> list[AuditEntry]:
    with inside(kit.clinic):
        return list(AuditEntry.objects.filter(table_name=table, operation=operation).order_by("at", "id"))


def test_bulk_writes_make_an_entry_for_each_row(kit: Kit) -> None:
    case = make_case(make_patient(kit.clinic, responsible=kit.clinician), sides=())
    before = len(entries(kit, "patients_tendon", "INSERT"))
    with inside(kit.clinic, actor="importer"):
        Tendon.objects.bulk_create(
            Tendon(clinic=kit.clinic, patient=case.patient, case=case, side=side)
            for side in ("LEFT", "RIGHT")
        )
    made = entries(kit, "patients_tendon", "INSERT")[before:]
    assert [(entry.actor, entry.after["side"]) for entry in made] == [
        ("importer", "LEFT"),
        ("importer", "RIGHT"),
    ]


def test_a_change_keeps_what_was_and_what_is_and_only_that(kit: Kit) -> None:
    with inside(kit.clinic):
        Clinic.objects.update(phone="020 7946 0000")
    (entry,) = entries(kit, "patients_clinic", "UPDATE")
    assert (entry.before, entry.after) == ({"phone": kit.clinic.phone}, {"phone": "020 7946 0000"})


def test_the_sweep_s_bookkeeping_is_no_news(kit: Kit) -> None:
    with inside(kit.clinic):
        Case.objects.update(evaluation_due_at=NOW, evaluation_failures=3)
    assert entries(kit, "patients_case", "UPDATE") == []


def test_without_an_actor_the_entry_names_the_database_s_role(
    kit: Kit, as_worker: psycopg.Connection
) -> None:
    with as_worker.transaction():
        as_worker.execute("SELECT set_config('app.clinic', %s, true)", (str(kit.clinic.pk),))
        as_worker.execute("UPDATE patients_case SET suspended_at = now()")
    (entry,) = entries(kit, "patients_case", "UPDATE")
    assert entry.actor == "plimsoll_worker"


def test_nobody_writes_an_entry_by_hand(kit: Kit, cluster: Clone) -> None:
    for role in ("plimsoll_app", "plimsoll_worker"):
        with cluster.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO patients_auditentry (id, at, actor, role, table_name, row_id, operation) "
                "VALUES (uuidv7(), now(), 'somebody', '', 'rehab_run', uuidv7(), 'INSERT')"
            )


def test_a_patient_reads_nothing_of_the_audit(kit: Kit) -> None:
    with inside(kit.clinic, patient=kit.patient):
        assert not AuditEntry.objects.exists()


def test_a_password_never_reaches_the_audit(kit: Kit, as_superuser: psycopg.Connection) -> None:
    kit.clinician.user.set_password("another long password")
    kit.clinician.user.save()
    found = as_superuser.execute(
        "SELECT after FROM patients_auditentry WHERE table_name = 'patients_user' AND operation = 'UPDATE'"
    ).fetchall()
    assert found == [({"password": "(hidden)"},)]
