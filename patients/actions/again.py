"""A form that is sent again: the same row for the same words, another row for others."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid5

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def row_of(stored: QuerySet[Row], id: UUID, said: str, says: Callable[[Row], str]) -> tuple[UUID, Row | None]:
    """The row that the form made before; else None, and the key for a new one.

    `id`: the form's own. Whoever goes back to it and says something else means that as well, so it gets a
    key made of both. Nothing said (`""`) is the row of before.
    """
    row = stored.filter(pk=id).first()
    if row is None or said in ("", says(row)):
        return id, row
    id = uuid5(id, said)
    return id, stored.filter(pk=id).first()
