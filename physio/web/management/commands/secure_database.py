"""Makes grants, policies, functions and audit triggers what the models declare. Run as the owner."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from physio.web.policies import statements

# One line for everything that guards a row; two equal snapshots guard equally.
SNAPSHOT = """
    SELECT format('table %s: row security %s, forced %s', relname, relrowsecurity, relforcerowsecurity)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    UNION ALL
    SELECT format('table %s: %s may %s', relname, grantee::regrole, privilege_type)
    FROM pg_class, aclexplode(relacl)
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S', 'v', 'm')
    UNION ALL
    SELECT format('column %s.%s: %s may %s', relname, attname, grantee::regrole, privilege_type)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('policy %s on %s: %s %s to %s using %s check %s',
        policyname, tablename, permissive, cmd, roles, qual, with_check)
    FROM pg_policies WHERE schemaname = 'public'
    UNION ALL
    SELECT pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT format('%s owned by %s callable by %s',
        pg_get_functiondef(pg_proc.oid), proowner::regrole, proacl)
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    ORDER BY 1
"""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # a fault elsewhere must not leave the database open

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if anything differs")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        with transaction.atomic():
            before = self._snapshot()
            with connection.cursor() as cursor:
                for statement in statements():
                    cursor.execute(statement)
            after = self._snapshot()
            transaction.set_rollback(check)
        different = sorted(
            {f"unexpected: {line}" for line in before - after}
            | {f"missing: {line}" for line in after - before}
        )
        if check and different:
            raise CommandError("The database is not as declared:\n" + "\n".join(different))
        self.stdout.write(
            f"{len(after)} guards in place, {len(different)} {'different' if check else 'changed'}."
        )

    def _snapshot(self) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(SNAPSHOT)
            return {line for (line,) in cursor.fetchall()}
