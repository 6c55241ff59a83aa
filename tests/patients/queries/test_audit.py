"""The logs of who looked and who changed are a chain: tampering is found, and the first bad entry named.

The edits are a superuser's, with the triggers off, committed. Twin: in a log never sealed, none is seen.
"""

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from patients.actions import audit as sealing
from patients.queries import audit
from tests.cluster import Clone
from tests.factories import NOW, Kit, inside, make_access_event, make_run, two_clinics
from tests.worker import working

pytestmark = pytest.mark.django_db(transaction=True)
EDITS = 50
LOGS = tuple(audit.CHAINS)


@pytest.fixture
def kit(cluster: Clone, settings: LazySettings, tmp_path: Path) -> Kit:
    settings.LEDGER = str(tmp_path / "ledger")
    kit = two_clinics()[0]
    for number in range(40):
        make_access_event(
            kit.clinician, patient=kit.patient, case=kit.case, at=NOW + timedelta(minutes=number)
        )
    return kit


@pytest.fixture
def sealed(kit: Kit) -> Kit:
    """In three runs, with an anchor after each."""
    for _ in range(3):
        make_run(kit.case)
        make_access_event(kit.owner, patient=kit.patient, case=kit.case)
        seal()
    return kit


def seal() -> int:
    with working():
        return sealing.seal(now=NOW)


def found() -> list[audit.Fault]:
    return audit.first_faults(*audit.faults(), *audit.unanchored(audit.anchor_file())[1])


@dataclass(frozen=True)
class Log:
    """One log as an intruder sees it: past row-level security, the triggers off. `rows`: in order."""

    name: str
    connection: psycopg.Connection
    rows: list[tuple[uuid.UUID, int | None]]

    def run(self, statement: str, *values: object) -> None:
        self.connection.execute(sql.SQL(statement).format(sql.Identifier(self.name)), values)


def change(log: Log, at: int, dice: random.Random) -> None:
    columns = {
        "patients_auditentry": {
            "actor": "somebody else", "role": "OWNER", "table_name": "rehab_plan", "row_id": uuid.uuid4(),
            "operation": "DELETE", "at": NOW - timedelta(days=3), "after": json.dumps({"pain_left": 0}),
        },
        "patients_accessevent": {
            "role": "RECEPTION", "route": "home", "method": "HEAD", "action": "nothing", "status": 404,
            "at": NOW - timedelta(days=3), "case_id": None,
        },
    }[log.name]  # fmt: skip
    known = log.connection.execute(
        sql.SQL("SELECT * FROM {} WHERE id = %s").format(sql.Identifier(log.name)), [log.rows[at][0]]
    )
    now = dict(zip([column.name for column in known.description or []], known.fetchone() or (), strict=True))
    different = [name for name, value in columns.items() if now[name] != value]
    column = dice.choice(different)
    log.connection.execute(
        sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(
            sql.Identifier(log.name), sql.Identifier(column)
        ),
        [columns[column], log.rows[at][0]],
    )


def remove(log: Log, at: int, dice: random.Random) -> None:
    log.run("DELETE FROM {} WHERE id = %s", log.rows[at][0])


def swap(log: Log, at: int, dice: random.Random) -> None:
    """Which of two happened first is told the other way round."""
    (one, place), (other, later) = log.rows[at], log.rows[at + 1 + dice.randrange(len(log.rows) - at - 1)]
    log.run("UPDATE {} SET place = NULL WHERE id = %s", one)
    log.run("UPDATE {} SET place = %s WHERE id = %s", place, other)
    log.run("UPDATE {} SET place = %s WHERE id = %s", later, one)


def put_in(log: Log, at: int, dice: random.Random) -> None:
    """A copy of an entry under a new key, those after it moved up."""
    identifier, place = log.rows[at]
    log.run("UPDATE {} SET place = -place - 1 WHERE place >= %s", place)
    log.run("UPDATE {} SET place = -place WHERE place < 0")
    columns = sql.SQL(", ").join(
        sql.Identifier(name)
        for (name,) in log.connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND column_name NOT IN ('id', 'place')",
            [log.name],
        ).fetchall()
    )
    log.connection.execute(
        sql.SQL("INSERT INTO {} (id, place, {}) SELECT uuidv7(), %s, {} FROM {} WHERE id = %s").format(
            sql.Identifier(log.name), columns, columns, sql.Identifier(log.name)
        ),
        [place, identifier],
    )


def cut_off(log: Log, at: int, dice: random.Random) -> None:
    for identifier, _ in log.rows[at:]:
        log.run("DELETE FROM {} WHERE id = %s", identifier)


KINDS: tuple[Callable[[Log, int, random.Random], None], ...] = (change, remove, swap, put_in, cut_off)


def edits(intruder: psycopg.Connection, seed: int) -> Iterator[tuple[str, str, int, Callable[[], None]]]:
    """(log, kind, first bad place, undo), after each edit was committed."""
    dice = random.Random(seed)
    intruder.execute("SET session_replication_role = replica")
    for name in LOGS:
        intruder.execute(
            sql.SQL("CREATE TABLE {} AS TABLE {}").format(
                sql.Identifier(f"kept_{name}"), sql.Identifier(name)
            )
        )
    for number in range(EDITS):
        name, kind = LOGS[number % 2], KINDS[number % len(KINDS)]
        rows = intruder.execute(
            sql.SQL("SELECT id, place FROM {} ORDER BY place, at, id").format(sql.Identifier(name))
        ).fetchall()
        at = dice.randrange(len(rows) - 1)
        kind(Log(name, intruder, rows), at, dice)

        def undo(name: str = name) -> None:
            intruder.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
            intruder.execute(
                sql.SQL("INSERT INTO {} TABLE {}").format(
                    sql.Identifier(name), sql.Identifier(f"kept_{name}")
                )
            )

        yield name, kind.__name__, at + 1, undo


def test_fifty_random_edits_are_found_and_the_first_bad_entry_named(
    sealed: Kit, as_superuser: psycopg.Connection
) -> None:
    assert found() == []
    tried, missed = 0, []
    for log, kind, first_bad, undo in edits(as_superuser, seed=20261127):
        said = [(fault.chain, fault.place) for fault in found()]
        if said != [(log, first_bad)]:
            missed.append((log, kind, first_bad, said))
        undo()
        tried += 1
    entries = [(head.chain, head.place) for head in audit.heads()]
    print(f"{tried} edits in {entries}, {tried - len(missed)} found with their place")
    assert tried == EDITS
    assert missed == []
    assert found() == []


def test_the_twin_in_a_log_that_was_never_sealed_no_edit_is_seen(
    kit: Kit, as_superuser: psycopg.Connection
) -> None:
    seen = 0
    for _, _, _, undo in edits(as_superuser, seed=20261127):
        seen += bool(found())
        undo()
    print(f"guard off: {seen} of {EDITS} seen")
    assert seen == 0


def test_a_chain_that_was_computed_anew_differs_from_its_anchors(
    sealed: Kit, as_superuser: psycopg.Connection
) -> None:
    """Whoever can do that leaves no trace in the database; the twin: without the anchors nothing is seen."""
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("UPDATE patients_auditentry SET actor = 'nobody' WHERE place = 7")
    as_superuser.execute("UPDATE patients_auditentry SET place = NULL, seal = NULL, content_digest = NULL")
    while as_superuser.execute("SELECT seal_audit(5000)").fetchone() != (0,):
        pass
    assert audit.faults() == []
    (fault,) = audit.unanchored(audit.anchor_file())[1]
    assert (fault.chain, fault.place) == ("patients_auditentry", 1)
    assert "rewritten" in fault.what


def test_an_entry_put_in_with_an_old_time_is_seen(sealed: Kit, as_superuser: psycopg.Connection) -> None:
    as_superuser.execute(
        "INSERT INTO patients_auditentry (id, at, actor, role, table_name, row_id, operation) "
        "VALUES (uuidv7(), now() - interval '2 hours', 'x', '', 'rehab_run', uuidv7(), 'INSERT')"
    )
    for _ in range(2):  # before and after it was sealed like any other
        (fault,) = found()
        assert "long after" in fault.what
        seal()


def test_the_seals_are_what_the_docs_say(sealed: Kit, as_superuser: psycopg.Connection) -> None:
    """Another program, in another language, computes the same chain."""
    rows = as_superuser.execute(
        "SELECT id, clinic_id, (extract(epoch FROM at) * 1000000)::bigint, actor, role, table_name, row_id, "
        "operation, jsonb_build_array(before, after)::text, place, seal "
        "FROM patients_auditentry ORDER BY place"
    ).fetchall()
    last = b""
    for number, (*head, content, place, stored) in enumerate(rows, 1):
        told = [str(value) if isinstance(value, uuid.UUID) else value for value in head]
        digests = [hashlib.sha256(part.encode()).digest() for part in (json.dumps(told), content)]
        last = hashlib.sha256(last + place.to_bytes(8, "big") + b"".join(digests)).digest()
        assert place == number
        assert bytes(stored) == last, place
    assert len(rows) > 60


def test_sealing_holds_up_no_writer_and_a_late_commit_is_sealed_next(sealed: Kit, cluster: Clone) -> None:
    roles = ("plimsoll_app", "plimsoll_worker", "plimsoll_worker")
    with ExitStack() as stack:
        slow, job, second = (stack.enter_context(cluster.connect(role)) for role in roles)
        stack.enter_context(slow.transaction())
        slow.execute("SELECT set_config('app.clinic', %s, true)", [str(sealed.clinic.pk)])
        slow.execute("UPDATE patients_clinic SET phone = '1'")  # its entry is older than those below
        make_run(sealed.case)
        with job.transaction():
            assert job.execute("SELECT seal_audit(5000)").fetchone() == (1,)
            with inside(sealed.clinic), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                make_run(sealed.case)  # a writer of the same clinic, while the sealer has not ended
            assert second.execute("SELECT seal_audit(5000)").fetchone() == (0,), "one at a time"
    assert seal() == 2
    assert found() == []
    assert [head.waiting for head in audit.heads()] == [0, 0]


def test_the_anchors_are_only_added_to_and_written_once(sealed: Kit) -> None:
    before = audit.anchor_file().read_text()
    assert seal() == 0
    assert audit.anchor_file().read_text() == before
    make_run(sealed.case)
    seal()
    after = audit.anchor_file().read_text()
    assert after.startswith(before)
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    assert audit.anchor_file().stat().st_mode & 0o077 == 0
    assert str(sealed.patient.pk) not in after


def test_an_anchor_that_could_not_be_written_is_written_by_the_next_run(
    sealed: Kit, settings: LazySettings
) -> None:
    ledger, settings.LEDGER = settings.LEDGER, "/dev/null/nowhere"
    make_run(sealed.case)
    with pytest.raises(OSError):
        seal()
    settings.LEDGER = ledger
    assert seal() == 0
    assert {audit.last_anchor(head.chain) for head in audit.heads()} == {
        (head.place, head.seal) for head in audit.heads()
    }


def test_the_command_names_the_first_bad_entry(
    sealed: Kit, as_superuser: psycopg.Connection, capsys: pytest.CaptureFixture[str], settings: LazySettings
) -> None:
    for role in ("plimsoll_app", "plimsoll_worker", "plimsoll_backup"):
        with working(role):
            call_command("check_audit")
    assert capsys.readouterr().out.count("All as sealed.") == 3
    as_superuser.execute("UPDATE patients_auditentry SET actor = 'nobody' WHERE place = 7")
    with pytest.raises(CommandError, match=r"patients_auditentry \(who changed\): entry 7 "):
        call_command("check_audit")
    call_command("check_audit", newest=5)
    audit.anchor_file().unlink()
    with pytest.raises(CommandError, match="There is no file"):
        call_command("check_audit")
    settings.LEDGER = ""
    with pytest.raises(CommandError, match="entry 7 "):
        call_command("check_audit")
    assert "No anchors were compared" in capsys.readouterr().out
