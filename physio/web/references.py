"""References that cannot cross a clinic: the foreign key carries the clinic with it.

A plain foreign key is checked without row-level security, so it would accept another clinic's row.
"""

from typing import Any, cast

from django.apps import apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class Reference(models.ForeignKey):
    """A foreign key the ORM can join on; the promise itself is the `CompositeForeignKey` beside it."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options.setdefault("related_name", "+")
        options.setdefault("db_index", False)
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)


class CompositeForeignKey(models.BaseConstraint):
    """`FOREIGN KEY (clinic, …, field) REFERENCES to (clinic, …, id)`, checked when the transaction ends."""

    def __init__(self, *, fields: tuple[str, ...], to: str, to_fields: tuple[str, ...], name: str) -> None:
        super().__init__(name=name)
        self.fields, self.to, self.to_fields = tuple(fields), to, tuple(to_fields)

    def _sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        registry = model._meta.apps
        target = registry.get_model(self.to) if hasattr(registry, "get_model") else apps.get_model(self.to)
        quote = schema_editor.quote_name

        def columns(of: type[models.Model], names: tuple[str, ...]) -> str:
            fields = (cast(models.Field, of._meta.get_field(name)) for name in names)
            return ", ".join(quote(str(field.column)) for field in fields)

        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY ({columns(model, self.fields)}) "
            f"REFERENCES {quote(target._meta.db_table)} ({columns(target, self.to_fields)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> None:  # type: ignore[override]  # None: nothing inside CREATE TABLE
        # After every table of the migration is there, as Django does with its own foreign keys.
        schema_editor.deferred_sql.append(self._sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> str | None:  # type: ignore[override]  # None: deferred
        if schema_editor.connection.in_atomic_block:
            schema_editor.deferred_sql.append(self._sql(model, schema_editor))
            return None
        return self._sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Left to the database: a form has already looked the row up inside its clinic."""

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "fields": self.fields, "to": self.to, "to_fields": self.to_fields}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompositeForeignKey):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]  # equal by value, like Django's own constraints


def belongs(field: str, to: str, *, along: tuple[str, ...] = ()) -> CompositeForeignKey:
    """The row that `field` points to is in the same clinic, and agrees in every field of `along`."""
    return CompositeForeignKey(
        fields=("clinic", *along, field),
        to=to,
        to_fields=("clinic", *along, "id"),
        name=f"%(app_label)s_%(class)s_{field}_belongs",
    )
