"""The jobs in this process, bound as the Celery worker is: `with working(): sweep(now=...)`.

For tests that commit (`transactional_db`): the connection is closed and opened again as the other role.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def working(role: str = "plimsoll_worker") -> Iterator[None]:
    assert not connection.in_atomic_block, "what is not committed would not be seen by the worker"
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before
