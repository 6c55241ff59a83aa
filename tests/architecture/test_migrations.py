"""Every migration can be applied while the version before it still answers requests, and the other way round.

So it only adds: the code before it must not miss a column, and its INSERTs must still be accepted. What is no
longer used is removed a release after the one that stopped using it, in a migration named `..._contract_...`.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

OURS = {"patients", "assessments", "rehab"}
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.DeleteModel,
    migrations.AlterModelTable,
)


def faults(operation: Operation) -> Iterator[str]:
    if isinstance(operation, TAKES_AWAY):
        yield f"{operation.describe()}: the code before this still uses it"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        filled = field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)
        if not filled:
            yield f"{operation.describe()}: NOT NULL without db_default refuses the INSERTs of before"
    if isinstance(operation, migrations.RunPython) and operation.reverse_code is None:
        yield f"{operation.describe()}: it cannot be taken back (give reverse_code, or RunPython.noop)"
    if isinstance(operation, migrations.RunSQL) and operation.reverse_sql is None:
        yield f"{operation.describe()}: it cannot be taken back (give reverse_sql)"
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from faults(inner)


def test_every_migration_after_the_first_only_adds() -> None:
    loader = MigrationLoader(None)
    tried, found = 0, []
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app not in OURS or migration.initial or "contract" in name:
            continue
        for operation in migration.operations:
            tried += 1
            found += [f"{app}.{name}: {fault}" for fault in faults(operation)]
    print(f"{tried} operations")
    assert tried >= 10
    assert found == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("flag", "reason"),
        migrations.RenameField("flag", "reason", "why"),
        migrations.DeleteModel("Flag"),
        migrations.AddField("flag", "loud", models.BooleanField(default=False)),
        migrations.RunSQL("SELECT 1"),
        migrations.RunPython(lambda apps, editor: None),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_would_break_the_version_before_is_seen(operation: Operation) -> None:
    assert list(faults(operation))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("flag", "loud", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("flag", "note", models.TextField(null=True)),
        migrations.RunSQL("SELECT 1", migrations.RunSQL.noop),
    ],
    ids=["with a default of the database", "null", "can be taken back"],
)
def test_what_only_adds_is_allowed(operation: Operation) -> None:
    assert list(faults(operation)) == []


def test_each_of_our_apps_is_looked_at() -> None:
    assert {config.label for config in apps.get_app_configs()} >= OURS
