"""The command that makes the database as declared, and says when it is not."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.cluster import Clone
from tests.factories import NOW, inside, make_mail, two_clinics

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def as_owner_in_django(cluster: Clone) -> Iterator[None]:
    user = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "plimsoll_owner"
    yield
    connection.close()
    connection.settings_dict["USER"] = user


def test_a_second_run_changes_nothing(as_owner_in_django: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("secure_database")
    assert ", 0 changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "sabotage",
    [
        "ALTER TABLE rehab_run DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY everyone ON rehab_run USING (true)",
        "GRANT DELETE ON rehab_run TO plimsoll_app",
        "GRANT UPDATE (note) ON rehab_run TO plimsoll_worker",
        "DROP TRIGGER audit_insert ON rehab_run",
        "GRANT EXECUTE ON FUNCTION due_cases TO plimsoll_app",
        "ALTER FUNCTION due_cases RESET ALL",
    ],
)
def test_what_was_loosened_is_named_and_made_good(
    sabotage: str, as_owner_in_django: None, as_superuser: psycopg.Connection
) -> None:
    as_superuser.execute(sabotage)
    with pytest.raises(CommandError, match=r"rehab_run|due_cases"):
        call_command("secure_database", check=True)
    call_command("secure_database")
    call_command("secure_database", check=True)


def test_a_table_that_nobody_declared_is_open_to_nobody(cluster: Clone, as_owner: psycopg.Connection) -> None:
    as_owner.execute("CREATE TABLE public.forgotten (id integer)")
    for role in ("plimsoll_app", "plimsoll_worker", "plimsoll_backup"):
        with cluster.connect(role) as stranger, pytest.raises(psycopg.errors.InsufficientPrivilege):
            stranger.execute("SELECT * FROM public.forgotten")


def test_the_worker_learns_which_cases_and_mails_are_due_and_nothing_more(
    as_worker: psycopg.Connection,
) -> None:
    here, there = two_clinics()
    for kit, hours in ((here, 2), (there, 1)):
        with inside(kit.clinic):
            type(kit.case).objects.update(evaluation_due_at=NOW - timedelta(hours=hours))
    due = as_worker.execute("SELECT * FROM due_cases(%s, 10)", (NOW,))
    assert [column.name for column in due.description or []] == ["clinic_id", "case_id"]
    assert due.fetchall() == [(here.clinic.pk, here.case.pk), (there.clinic.pk, there.case.pk)]
    assert as_worker.execute("SELECT * FROM due_cases(%s, 1)", (NOW,)).fetchall() == [
        (here.clinic.pk, here.case.pk)
    ]
    early = NOW - timedelta(hours=3)
    assert as_worker.execute("SELECT * FROM due_cases(%s, 10)", (early,)).fetchall() == []
    mail = make_mail(here.clinic, next_attempt_at=NOW - timedelta(minutes=1))
    assert (here.clinic.pk, mail.pk) in as_worker.execute(
        "SELECT * FROM due_mails(%s, 10)", (NOW,)
    ).fetchall()


def test_the_worker_learns_an_address_inside_its_clinic_only(as_worker: psycopg.Connection) -> None:
    here, there = two_clinics()
    with as_worker.transaction():
        as_worker.execute("SELECT set_config('app.clinic', %s, true)", (str(here.clinic.pk),))
        for member, address in ((here.clinician, here.clinician.user.email), (there.clinician, None)):
            assert as_worker.execute("SELECT member_address(%s)", (member.pk,)).fetchone() == (address,)


def test_the_backup_reads_every_clinic_and_writes_nothing(cluster: Clone) -> None:
    two_clinics()
    with cluster.connect("plimsoll_backup") as backup:
        assert backup.execute("SELECT count(DISTINCT clinic_id) FROM rehab_run").fetchone() == (2,)
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
            backup.execute("DELETE FROM rehab_run")
