"""Writes the whole database into one file, and beside it what each table held: FILE and FILE.json.

Run as the backup role. `--check` compares a database, for example a restored one, with FILE.json. The file
holds everything about everybody: encrypt it before it leaves the machine.
"""

import json
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from physio.web import pgtools

TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
"""
READS_ALL = "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user"
# Adding hashes does not care for the order of rows; a row that is lost, doubled or changed shows.
CONTENT = "SELECT count(*), coalesce(sum(hashtextextended(row_of::text, 0)), 0)::text FROM {} AS row_of"


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="compare this database with FILE.json")

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(READS_ALL)
            if cursor.fetchone() != (True,):
                raise CommandError(
                    "This role sees only part of the rows, so its backup would be empty and look whole. "
                    "Connect as plimsoll_backup."
                )
        if check:
            self._check(file)
        else:
            self._write(file)

    def _write(self, file: Path) -> None:
        settings = connection.settings_dict
        try:
            pg_dump = pgtools.find("pg_dump", server=connection.pg_version // 10_000)  # type: ignore[attr-defined]
        except pgtools.ToolMissing as missing:
            raise CommandError(str(missing)) from missing
        draft = file.with_name(f"{file.name}.part")
        with transaction.atomic():
            snapshot = self._snapshot()
            draft.touch(mode=0o600)
            done = subprocess.run(  # noqa: S603 - a program we looked up, without a shell
                [
                    *(str(pg_dump), "--format=custom", "--snapshot", snapshot, "--file", str(draft)),
                    *pgtools.arguments(settings),
                ],
                env=pgtools.environment(settings),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                draft.unlink(missing_ok=True)
                raise CommandError(f"pg_dump failed: {done.stderr.strip()[-600:]}")
            contents = self._contents()
        listing = file.with_name(f"{file.name}.json")
        listing.write_text(
            json.dumps({"made_at": timezone.now().isoformat(), "tables": contents}, indent=1) + "\n"
        )
        draft.replace(file)
        rows = sum(count for count, _ in contents.values())
        self.stdout.write(f"{file}: {len(contents)} tables, {rows} rows, {file.stat().st_size // 1024} KB.")

    def _snapshot(self) -> str:
        """One view of the data, for pg_dump and for the counts."""
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            return str(cursor.fetchone()[0])

    def _contents(self) -> dict[str, tuple[int, str]]:
        found = {}
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            for (table,) in cursor.fetchall():
                cursor.execute(sql.SQL(CONTENT).format(sql.Identifier(table)))
                found[table] = cursor.fetchone()
        return found

    def _check(self, file: Path) -> None:
        listing = json.loads(file.with_name(f"{file.name}.json").read_text())
        wanted = {table: tuple(content) for table, content in listing["tables"].items()}
        found = self._contents()
        different = sorted(
            table for table in {*wanted, *found} if wanted.get(table) != tuple(found.get(table, ()))
        )
        if different:
            raise CommandError(f"Different from the backup: {', '.join(different)}.")
        rows = sum(count for count, _ in found.values())
        self.stdout.write(f"{len(found)} tables with {rows} rows are as backed up at {listing['made_at']}.")
