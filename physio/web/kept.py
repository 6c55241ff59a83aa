"""Querysets that Django writes as SQL once a process, and Postgres plans once a connection.

STANDING = Kept(lambda case_id: Flag.objects.filter(case_id=case_id), case_id=UUIDField())
flags = STANDING.ask(case_id=case.pk)

For the few queries that every look at a page asks: making the queryset, writing its SQL and planning it cost
more than the rows do. The function is called once, with stand-ins for the values; what it says besides is
written into the statement, so it may depend on nothing that changes: no moment, no language, no setting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Generic, NamedTuple, Self, TypeVar

import psycopg
from django.db import connection
from django.db.models import Expression, Field, QuerySet
from psycopg.pq import Format
from psycopg.sql import Literal

Row = TypeVar("Row")
PLACE = re.compile("%s|%%")


class Given(Expression):
    """The place of a value in a kept statement."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return f"%s::{self.output_field.db_type(connection)}", [self]


class _Written(NamedTuple):
    """`names`: of the values, in the order of their places."""

    sql: str
    names: tuple[str, ...]
    queryset: QuerySet[Any, Any]
    compiler: Any


class Kept(Generic[Row]):
    """A queryset by way of its statement. Its rows are what the queryset itself would give."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]], **places: Field[Any, Any]) -> None:
        self._make, self._places = make, places

    def ask(self, **values: Any) -> list[Row]:
        """The rows. KeyError for a value that is missing."""
        written = self._written
        with cursor() as open_cursor:
            open_cursor.execute(written.sql, [values[name] for name in written.names])
            found = open_cursor.fetchall()
        return list(_rows(written, found))

    def first(self, **values: Any) -> Row | None:
        return next(iter(self.ask(**values)), None)

    def get(self, **values: Any) -> Row:
        """The only row. The model's DoesNotExist or MultipleObjectsReturned when there is not just one."""
        rows = self.ask(**values)
        model = self._written.queryset.model
        if not rows:
            raise model.DoesNotExist(f"No such {model.__name__} is visible here.")
        if len(rows) > 1:
            raise model.MultipleObjectsReturned(f"{len(rows)} rows of {model.__name__}, where one may be.")
        return rows[0]

    @cached_property
    def _written(self) -> _Written:
        queryset = self._make(**{name: Given(name, field) for name, field in self._places.items()})
        compiler = queryset.query.get_compiler(connection=connection)
        connection.ensure_connection()
        sql, params = compiler.as_sql()
        places = iter(params)
        names: list[str] = []

        def fill(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%%"
            value = next(places)
            if isinstance(value, Given):
                names.append(value.name)
                return "%s"
            return _literal(value)

        return _Written(PLACE.sub(fill, sql), tuple(names), queryset, compiler)


def _literal(value: Any) -> str:
    """A constant of the queryset; the members of text choices are their text."""
    plain = str(value) if isinstance(value, str) else value
    return Literal(plain).as_string(connection.connection).replace("%", "%%")


def _rows(written: _Written, found: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    """By the queryset's own way from columns to objects, dictionaries or tuples."""
    compiler = copy(written.compiler)
    compiler.connection = connection
    compiler.execute_sql = lambda *_asked, **_how: [found]
    query = copy(written.queryset.query)
    query.get_compiler = lambda *_asked, **_how: compiler  # type: ignore[method-assign]
    queryset = object.__new__(type(written.queryset))  # its own copy() would ask the database
    vars(queryset).update(vars(written.queryset), _query=query)
    rows: Any = queryset._iterable_class(queryset)
    return iter(rows)


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """The plan is kept by the connection, which Django's own cursors do not do."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        super().execute(query, params)
        if connection.queries_logged:
            self._query = self._convert_query(query, params)  # Django shows it in its log
        return self


def cursor(*, binary: bool = False) -> Any:
    """Wrapped as Django wraps its own: errors are translated, and queries are counted.

    `binary`: moments and numbers arrive as they are, not as text to be read; JSON arrives loaded.
    """
    connection.ensure_connection()
    driver = connection.connection
    driver.prepare_threshold = 0  # Django turns preparing off; its own cursors do not heed this
    plain = _Cursor(driver)
    plain.format = Format.BINARY if binary else Format.TEXT
    return connection._prepare_cursor(plain)  # type: ignore[attr-defined]
