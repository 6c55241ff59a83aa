"""The restore drill (S41): what was backed up comes back whole, guarded as before, into another database."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from patients.actions import audit as sealing
from patients.actions import erasure
from patients.models import Case, ErasureRequest
from physio.embedded import binaries
from physio.embedded.cluster import PROJECT
from physio.web import pgtools
from tests.cluster import Clone, cluster_in
from tests.factories import NOW, Kit, inside, two_clinics
from tests.worker import working

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def the_servers_own_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIMSOLL_PG_BIN", str(binaries.postgres_home() / "bin"))


@pytest.fixture
def kits(cluster: Clone) -> tuple[Kit, Kit]:
    return two_clinics()


@pytest.fixture
def elsewhere(cluster: Clone) -> Iterator[Clone]:
    """An empty database beside this one, with the same roles."""
    place = Clone(cluster.folder, f"{cluster.database}_restored")
    cluster_in(cluster.folder).prepare_database(place.database)
    yield place
    cluster_in(cluster.folder).drop_database(place.database)


@dataclass(frozen=True)
class Said:
    ok: bool
    words: str


def manage(place: Clone, role: str, *arguments: str, ledger: Path | None = None) -> Said:
    """The command as that role, in that database; in this process, because starting one takes longer."""
    out, known = StringIO(), connection.settings_dict.copy()
    connection.close()
    connection.settings_dict.update(NAME=place.database, USER=f"plimsoll_{role}")
    try:
        with override_settings(LEDGER=str(ledger or "")):
            call_command(*arguments, stdout=out)
    except CommandError as refused:
        return Said(False, f"{out.getvalue()}{refused}")
    finally:
        connection.close()
        connection.settings_dict.update(known)
    return Said(True, out.getvalue())


@pytest.mark.check("S41")
def test_the_restore_drill(
    kits: tuple[Kit, Kit], cluster: Clone, elsewhere: Clone, tmp_path: Path, tried: Callable[..., None]
) -> None:
    file = tmp_path / "plimsoll.dump"
    made = subprocess.run(  # by hand, as the cron line does it
        [sys.executable, "manage.py", "backup", str(file)],
        env={**os.environ, "DATABASE_URL": cluster.backup_url},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read a backup"
    restored = manage(elsewhere, "owner", "restore", str(file), ledger=tmp_path / "ledger")
    assert restored.ok, restored.words
    assert "0 erasures known" in restored.words
    checked = manage(elsewhere, "backup", "backup", str(file), "--check")
    assert checked.ok, checked.words
    tried("S41", told=checked.words.strip())
    guarded = manage(elsewhere, "owner", "secure_database", "--check")
    assert guarded.ok, guarded.words
    with elsewhere.connect("plimsoll_app") as app:
        assert app.execute("SELECT count(*) FROM rehab_run").fetchone() == (0,)
        for kit in kits:
            with app.transaction():
                app.execute("SELECT set_config('app.clinic', %s, true)", [str(kit.clinic.id)])
                assert app.execute("SELECT id FROM rehab_run").fetchall() == [(kit.run.id,)]
    again = manage(elsewhere, "owner", "restore", str(file))
    assert not again.ok, "a restore overwrites nothing"
    assert "has tables already" in again.words
    with elsewhere.connect() as superuser:  # the guard's twin: one changed row is seen
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE rehab_run SET minutes = minutes + 1 WHERE id = %s", [kits[0].run.id])
    differs = manage(elsewhere, "backup", "backup", str(file), "--check")
    assert "Different from the backup: rehab_run." in differs.words


def test_a_restored_backup_does_not_bring_an_erased_runner_back(
    kits: tuple[Kit, Kit], cluster: Clone, elsewhere: Clone, tmp_path: Path, settings: LazySettings
) -> None:
    """Erased after the backup; the twin on the way: restored as it was, they are there again."""
    ledger = tmp_path / "ledger"
    settings.LEDGER = str(ledger)
    kit, file = kits[0], tmp_path / "plimsoll.dump"
    with cluster.connect() as superuser:
        superuser.execute("DELETE FROM patients_erasure")
    with inside(kit.clinic):
        Case.objects.update(status="CLOSED", closed_at=NOW)
    with working():
        sealing.seal(now=NOW)
    assert manage(cluster, "backup", "backup", str(file)).ok
    with inside(kit.clinic):
        erasure.erase(wish=ErasureRequest.objects.get(), by=kit.owner, now=NOW)
    with working():
        sealing.seal(now=NOW)  # also puts the tombstone and the newest anchors away
    name = kit.patient.person.family_name

    def there() -> int:
        with elsewhere.connect() as superuser:
            found = superuser.execute(
                "SELECT (SELECT count(*) FROM patients_person WHERE family_name = %s) + "
                "(SELECT count(*) FROM patients_user WHERE email = %s) + "
                "(SELECT count(*) FROM rehab_run WHERE patient_id = %s)",
                [name, kit.patient_member.user.email, kit.patient.pk],
            ).fetchone()
        return found[0] if found else -1

    restored = manage(elsewhere, "owner", "restore", str(file), "--as-it-was")
    assert restored.ok, restored.words
    assert there() == 3
    checked = manage(elsewhere, "worker", "check_audit", ledger=ledger)
    assert "removed" in checked.words, "a database older than its anchors is one whose end was cut off"
    nobody_knows = manage(elsewhere, "owner", "after_restore")
    assert not nobody_knows.ok and "Let nobody in" in nobody_knows.words
    for again in (1, 0):
        replayed = manage(elsewhere, "owner", "after_restore", ledger=ledger)
        assert replayed.ok, replayed.words
        assert f"1 erasures known, {again} carried out again" in replayed.words
    assert there() == 0
    checked = manage(elsewhere, "worker", "check_audit", ledger=ledger)
    assert checked.ok, checked.words


@pytest.mark.parametrize("role", ["app", "worker", "owner"])
@pytest.mark.twin("S41")
def test_a_role_that_sees_part_of_the_rows_is_refused(cluster: Clone, role: str, tmp_path: Path) -> None:
    said = manage(cluster, role, "backup", str(tmp_path / "x.dump"))
    assert not said.ok
    assert "Connect as plimsoll_backup" in said.words
    assert list(tmp_path.iterdir()) == []


def test_a_missing_or_older_pg_dump_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIMSOLL_PG_BIN", str(tmp_path))
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.4'\n")
    old.chmod(0o755)
    with pytest.raises(pgtools.ToolMissing, match=r"version 18 or newer is needed.*is version 15"):
        pgtools.find("pg_dump", server=18)
    assert pgtools.find("pg_dump", server=15) == old


def test_the_backup_role_writes_nothing(cluster: Clone) -> None:
    with cluster.connect("plimsoll_backup") as backup, pytest.raises(psycopg.errors.Error):
        backup.execute("UPDATE patients_clinic SET name = 'x'")
