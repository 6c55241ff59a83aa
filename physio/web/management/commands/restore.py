"""Reads a file of `manage.py backup` into an empty database, and makes grants and policies as declared.

Run as the owner, into a database made by deploy/postgres/roles.sql and database.sql. All of it or nothing.
Then erases again whoever was erased since (`after_restore`). Compare it, as the backup role:
`manage.py backup --check FILE`.
"""

import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from physio.web import pgtools

HAS_TABLES = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
)


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as-it-was",
            action="store_true",
            help="do not erase again who was erased since; for a drill only",
        )

    def handle(self, *args: Any, file: Path, as_it_was: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        with connection.cursor() as cursor:
            cursor.execute(HAS_TABLES)
            if cursor.fetchone() != (0,):
                raise CommandError(
                    "This database has tables already. A restore needs an empty one: it overwrites nothing."
                )
        settings = connection.settings_dict
        try:
            pg_restore = pgtools.find("pg_restore", server=connection.pg_version // 10_000)  # type: ignore[attr-defined]
        except pgtools.ToolMissing as missing:
            raise CommandError(str(missing)) from missing
        done = subprocess.run(  # noqa: S603 - a program we looked up, without a shell
            [
                *(str(pg_restore), "--no-owner", "--no-comments", "--exit-on-error", "--single-transaction"),
                *pgtools.arguments(settings),
                str(file),
            ],
            env=pgtools.environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise CommandError(f"pg_restore failed, nothing was kept: {done.stderr.strip()[-600:]}")
        call_command("secure_database", stdout=self.stdout)
        if as_it_was:
            self.stdout.write("Restored as it was. Run after_restore before anybody is let in.")
            return
        call_command("after_restore", stdout=self.stdout)
        self.stdout.write("Restored. Compare it as the backup role, then let people in.")
