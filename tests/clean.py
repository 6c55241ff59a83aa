"""Makes a test's database as the template is, by deleting rows where a test did no more than write some.

A clone made anew costs a tenth of a second of a whole core and leaves every connection with cold caches; most
tests only wrote rows. What else a test did (a policy switched off, a table analysed, a row of the template
changed) shows in the catalogues' own row versions, and is answered with a new clone.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

BLOATED = 1_000_000  # bytes of one table: dead rows are never vacuumed here
FIRST_OWN = 16384  # object numbers below belong to Postgres itself
CATALOGUES = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "oid",
    "pg_constraint": "oid",
    "pg_index": "indexrelid",
    "pg_policy": "oid",
    "pg_proc": "oid",
    "pg_rewrite": "oid",
    "pg_statistic": "starelid",
    "pg_trigger": "oid",
    "pg_type": "oid",
}
SMALL_CATALOGUES = ("pg_namespace", "pg_extension", "pg_default_acl", "pg_event_trigger")
TABLES = """
SELECT quote_ident(nspname) || '.' || quote_ident(relname)
FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""
SEQUENCES = """
SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value, start_value
FROM pg_sequences"""
END_OTHERS = """
SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


@dataclass(frozen=True)
class Known:
    """How a new clone is: its catalogues, the tables that hold rows and their versions, its sequences."""

    catalogues: int
    tables: tuple[str, ...]
    filled: dict[str, int]
    sequences: dict[str, int | None]


def know(connection: psycopg.Connection) -> Known:
    tables = tuple(name for (name,) in connection.execute(TABLES))
    return Known(
        catalogues=_catalogues(connection),
        tables=tables,
        filled={name: _versions(connection, name) for name in _with_rows(connection, tables)},
        sequences={name: last for name, last, _start in connection.execute(SEQUENCES)},
    )


def is_clean_again(connection: psycopg.Connection, known: Known) -> bool:
    """Delete what was written. False, with nothing deleted, when that is not enough."""
    connection.execute(END_OTHERS)
    if _catalogues(connection) != known.catalogues:
        return False
    written = [name for name in _with_rows(connection, known.tables) if name not in known.filled]
    if any(_versions(connection, name) != version for name, version in known.filled.items()):
        return False
    if any(_size(connection, name) > BLOATED for name in written):
        return False
    with connection.transaction():
        connection.execute(
            "SET LOCAL session_replication_role = replica"
        )  # no trigger, no order of references
        connection.execute("SET LOCAL lock_timeout = '5s'")
        for name in written:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.SQL(name)))
        for name, last, start in connection.execute(SEQUENCES).fetchall():
            before = known.sequences[name]
            if last != before:
                value = start if before is None else before
                connection.execute("SELECT setval(%s::regclass, %s, %s)", [name, value, before is not None])
    return True


def _catalogues(connection: psycopg.Connection) -> int:
    parts = [
        f"SELECT '{table}', {key}::text, xmin::text FROM {table} WHERE {key} >= {FIRST_OWN}"  # noqa: S608 - ours
        for table, key in CATALOGUES.items()
    ]
    parts += [f"SELECT '{table}', oid::text, xmin::text FROM {table}" for table in SMALL_CATALOGUES]  # noqa: S608
    parts.append(
        "SELECT 'setting', setrole::text, xmin::text FROM pg_db_role_setting"
        " WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    rows = " UNION ALL ".join(parts)
    row = "kind || ':' || own || ':' || version"
    hashed = f"SELECT sum(hashtextextended({row}, 0)) FROM ({rows}) t (kind, own, version)"  # noqa: S608
    return _number(connection, hashed)


def _with_rows(connection: psycopg.Connection, tables: tuple[str, ...]) -> list[str]:
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)  # noqa: S608
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ".join(asked)))]


def _versions(connection: psycopg.Connection, name: str) -> int:
    return _number(
        connection,
        f"SELECT count(*) + sum(hashtextextended(xmin::text || ctid::text, 0)) FROM {name}",  # noqa: S608
    )


def _size(connection: psycopg.Connection, name: str) -> int:
    return _number(connection, f"SELECT pg_relation_size('{name}')")


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(sql.SQL(query)).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
